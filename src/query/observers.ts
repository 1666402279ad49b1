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
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The longest window that it wrote. */
  readonly window: number;
  readonly writesAllowed: boolean;
  readonly writesDenied: boolean;
}

/** What the newest hour knows of every interface that ever wrote. */
export async function readObservers(
  engine: QueryEngine,
  segments: readonly Segment[],
  scope: Scope | undefined,
): Promise<LivingObserver[]> {
  const newest = segments.reduce((hour, { hours }) => Math.max(hour, ...hours), -1);
  if (newest < 0) return [];
  const { rows } = await engine.run(newestStatement(segments, newest * HOUR, scope));
  return rows.map(([observer, flowLog, provider, first, last, window, verdicts]) => ({
    observer: typeof observer === "string" ? observer : "",
    flowLog: typeof flowLog === "string" ? flowLog : null,
    provider: typeof provider === "string" ? provider : null,
    firstSeen: Number(first),
    lastSeen: Number(last),
    window: Math.max(Number(window ?? 0) * SECOND, provider === "azure" ? AZURE_WINDOW : 0),
    writesAllowed: typeof verdicts === "string" && verdicts.includes("allowed"),
    writesDenied: typeof verdicts === "string" && verdicts.includes("denied"),
  }));
}

/** Those that lived in a range. */
export function livingIn(observers: readonly LivingObserver[], { from, to }: TimeRange): LivingObserver[] {
  return observers.filter(({ firstSeen, lastSeen }) => firstSeen < to && lastSeen >= from);
}

function newestStatement(segments: readonly Segment[], hour: number, scope: Scope | undefined): Statement {
  const range = { from: hour, to: hour + HOUR };
  const bindings = new Bindings();
  const conditions = [`time = ${bindings.time(hour)}`, ...observerScope(scope, bindings)];
  return {
    sql: `SELECT observer_id, flow_log_id, provider, epoch_us(first_seen), epoch_us(last_seen), window_s, verdicts FROM newest_observers WHERE ${conditions.join(" AND ")}`,
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "newest_observers", table: "observers", segments: segmentsInRange(segments, range) }],
    readsNames: false,
  };
}

/** The condition that an interface is the caller's to see. */
export function observerScope(scope: Scope | undefined, bindings: Bindings): string[] {
  if (scope?.accounts === undefined) return [];
  if (scope.accounts.length === 0) return ["false"];
  return [`account_id IN (${scope.accounts.map((account) => bindings.bind(account)).join(", ")})`];
}
