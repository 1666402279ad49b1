import type { TimeRange } from "#model/answer.js";
import type { Scope } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import { Bindings } from "./bindings.ts";
import type { QueryEngine, Statement } from "./engine.ts";
import { segmentsInRange } from "./segments.ts";
import { HOUR } from "./time-grid.ts";

const SECOND = 1_000_000;
/** Azure writes a running flow's tuple every five minutes. */
const AZURE_WINDOW = 300 * SECOND;

/** One flow log at one interface: from its first record to its last. Microseconds. */
export interface LivingObserver {
  readonly observer: string;
  readonly flowLog: string | null;
  readonly provider: string | null;
  readonly logType: string | null;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The longest window that it wrote. */
  readonly window: number;
  readonly writesAllowed: boolean;
  readonly writesDenied: boolean;
}

/** An hour's rows know every interface that wrote in the day before it: this far around a range none is missed. */
export const REMEMBERED = 24 * HOUR;

/** Every flow log at every interface that wrote in a range or within a day of it. */
export async function readObservers(
  engine: QueryEngine,
  segments: readonly Segment[],
  scope: Scope | undefined,
  range: TimeRange,
): Promise<LivingObserver[]> {
  const around = { from: range.from - REMEMBERED, to: range.to + REMEMBERED };
  const read = segmentsInRange(segments, around);
  if (read.length === 0) return [];
  const { rows } = await engine.run(observersStatement(read, around, scope));
  return rows.map(([observer, flowLog, provider, logType, first, last, window, allows, denies]) => ({
    observer: typeof observer === "string" ? observer : "",
    flowLog: typeof flowLog === "string" ? flowLog : null,
    provider: typeof provider === "string" ? provider : null,
    logType: typeof logType === "string" ? logType : null,
    firstSeen: Number(first),
    lastSeen: Number(last),
    window: Math.max(Number(window ?? 0) * SECOND, provider === "azure" ? AZURE_WINDOW : 0),
    writesAllowed: allows === true,
    writesDenied: denies === true,
  }));
}

/** Those that lived in a range. */
export function livingIn(observers: readonly LivingObserver[], { from, to }: TimeRange): LivingObserver[] {
  return observers.filter(({ firstSeen, lastSeen }) => firstSeen < to && lastSeen >= from);
}

function observersStatement(segments: readonly Segment[], around: TimeRange, scope: Scope | undefined): Statement {
  const bindings = new Bindings();
  const conditions = [
    `time >= ${bindings.time(around.from)} AND time < ${bindings.time(around.to)}`,
    ...observerScope(scope, bindings),
  ];
  return {
    sql: `SELECT observer_id, flow_log_id, max(provider), max(log_type), epoch_us(min(first_seen)), epoch_us(max(last_seen)), max(window_s), bool_or(contains(verdicts, 'allowed')), bool_or(contains(verdicts, 'denied'))
      FROM known_observers WHERE ${conditions.join(" AND ")} GROUP BY observer_id, flow_log_id`,
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "known_observers", table: "observers", segments }],
    readsNames: false,
  };
}

/** The condition that an interface is the caller's to see. */
export function observerScope(scope: Scope | undefined, bindings: Bindings): string[] {
  if (scope?.accounts === undefined) return [];
  if (scope.accounts.length === 0) return ["false"];
  return [`account_id IN (${scope.accounts.map((account) => bindings.bind(account)).join(", ")})`];
}
