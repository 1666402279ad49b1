import type { CoverageJson } from "#api/contract/index.js";
import type { Stretch } from "./series.ts";

/** A stretch in which records are missing, with everything that is missing in it. */
export interface GapStretch extends Stretch {
  /** silent: a log wrote nothing. skipdata: the cloud says that it lost records. unlogged: nothing was ever read of this time. */
  readonly kind: "silent" | "skipdata" | "unlogged";
  readonly causes: readonly string[];
}

/** Gaps that touch one another as one stretch, in order of time, each with its causes. */
export function gapStretches(gaps: CoverageJson["gaps"], range: Stretch, logged?: Stretch): GapStretch[] {
  const found: GapStretch[] = [];
  const sorted = gaps
    .map((gap) => ({ kind: gap.cause, cause: causeText(gap), from: Date.parse(gap.from), to: Date.parse(gap.to) }))
    .toSorted((a, b) => a.from - b.from);
  for (const gap of sorted) {
    const { from, to, kind, cause } = gap;
    const last = found.at(-1);
    if (last !== undefined && from <= last.to && last.kind === kind)
      found[found.length - 1] = { ...last, to: Math.max(last.to, to), causes: [...last.causes, cause] };
    else found.push({ from, to, kind, causes: [cause] });
  }
  return [...unlogged(range, logged), ...found].filter(({ from, to }) => to > range.from && from < range.to);
}

function unlogged(range: Stretch, logged: Stretch | undefined): GapStretch[] {
  if (logged === undefined) return [];
  const stretches: GapStretch[] = [];
  if (range.from < logged.from)
    stretches.push({
      from: range.from,
      to: Math.min(logged.from, range.to),
      kind: "unlogged",
      causes: ["No logs: the oldest flow that was read is newer."],
    });
  // The last window of a log is always on its way.
  if (range.to > logged.to + 60_000)
    stretches.push({
      from: Math.max(logged.to, range.from),
      to: range.to,
      kind: "unlogged",
      causes: ["No logs yet: the newest flow that was read is older."],
    });
  return stretches;
}

function causeText({ cause, flow_log: flowLog, observer }: CoverageJson["gaps"][number]): string {
  const log = flowLog === null ? "A log" : `Flow log ${flowLog}`;
  if (cause === "skipdata") return `The cloud lost records of ${observer ?? log} (SKIPDATA).`;
  return observer === undefined ? `${log} wrote nothing.` : `${log} wrote nothing of ${observer}.`;
}
