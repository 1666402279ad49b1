import type { TimeRange } from "#model/answer.js";
import { longestDelivery, longestSilence, windowOf } from "#model/silence.js";
import { REMEMBERED, type LivingObserver } from "./observers.ts";
import { HOUR } from "./time-grid.ts";

const SECOND = 1_000_000;

/**
 * Flow logs that write no more although others do, and since when: from the last record of each to the newest of all, a day at
 * most. What is newer than it may still be on its way, and a flow log whose interfaces write to another one was replaced.
 */
export function stoppedLogs(observers: readonly LivingObserver[]): Map<string | null, TimeRange> {
  const newest = observers.reduce((last, { lastSeen }) => Math.max(last, lastSeen), Number.NEGATIVE_INFINITY);
  const byLog = groups(observers, ({ flowLog }) => flowLog);
  const byObserver = groups(observers, ({ observer }) => observer);
  const stopped = new Map<string | null, TimeRange>();
  for (const [flowLog, own] of byLog) {
    const from = own.reduce((last, { lastSeen }) => Math.max(last, lastSeen), 0);
    const since = from + own.reduce((most, each) => Math.max(most, patienceOf(each)), 0);
    const isNewer = ({ flowLog: log, lastSeen }: LivingObserver): boolean => log !== flowLog && lastSeen > since;
    const isReplaced = own.every(({ observer }) => byObserver.get(observer)?.some(isNewer));
    if (newest > since && !isReplaced) stopped.set(flowLog, { from, to: Math.min(newest, from + REMEMBERED) });
  }
  return stopped;
}

function groups<K>(
  observers: readonly LivingObserver[],
  keyOf: (observer: LivingObserver) => K,
): Map<K, LivingObserver[]> {
  const found = new Map<K, LivingObserver[]>();
  for (const each of observers) {
    const key = keyOf(each);
    const same = found.get(key);
    if (same === undefined) found.set(key, [each]);
    else same.push(each);
  }
  return found;
}

function patienceOf({ window, provider }: LivingObserver): number {
  return (longestSilence(windowOf(window / SECOND), provider) + longestDelivery(provider)) * SECOND;
}

/** Observers as they would have lived if their flow logs had not stopped: those that wrote in the last hour of theirs. */
export function expectedLives(
  observers: readonly LivingObserver[],
  stopped: ReadonlyMap<string | null, TimeRange>,
): LivingObserver[] {
  return observers.map((each) => {
    const silence = stopped.get(each.flowLog);
    return silence === undefined || each.lastSeen < silence.from - HOUR ? each : { ...each, lastSeen: silence.to };
  });
}
