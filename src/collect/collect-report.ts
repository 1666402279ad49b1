import { addCounts, noRecords, type ObjectReport, type RecordCounts } from "#model/records.js";
import type { Segment } from "#model/segment.js";
import type { ObjectTask } from "./messages.ts";

/** A thing about an object that a person should know. */
export interface CollectProblem {
  readonly object: string;
  readonly code: string;
  readonly message: string;
}

/** Problems listed; the rest is counted. */
const PROBLEMS_KEPT = 1000;

/** What a run of collecting did. */
export class CollectReport {
  readonly objects = { read: 0, unchanged: 0, grown: 0, skipped: 0, failed: 0 };
  readonly records: RecordCounts = noRecords();
  readonly flowsByType: Record<string, number> = tally();
  /** The names are input: any text. */
  readonly unknownFields: Record<string, number> = tally();
  readonly problems: CollectProblem[] = [];
  /** The first object that failed as a whole: what could be read in part is a problem, too. */
  firstFailed: CollectProblem | undefined;
  /** Problems that were not listed. */
  moreProblems = 0;
  /** Stored bytes of the objects that were read. */
  bytes = 0;
  seconds = 0;
  /** Time of the newest flow that was read, microseconds. */
  newestFlow: number | null = null;
  /** What was made of it, when conversations were assembled in the same run. */
  derived: { readonly hours: number; readonly conversations: number; readonly seconds: number } | undefined;
  /** Whether the run was stopped before its end. */
  stopped = false;
  /** Objects left out as copies of another one, which was read anew with other content then: they must be read after all. */
  readonly orphans: ObjectTask[] = [];
  /** Objects left out as copies, whose originals stood when the run ended. */
  readonly copies: ObjectTask[] = [];

  addObject(object: string, report: ObjectReport): void {
    addCounts(this.records, report.counts);
    addTo(this.flowsByType, report.flowsByType);
    addTo(this.unknownFields, report.unknownFields);
    for (const { code, message } of report.notes) this.addProblem({ object, code, message });
  }

  addSegments(segments: readonly Pick<Segment, "table" | "maxTime">[]): void {
    for (const { table, maxTime } of segments)
      if (table === "flows") this.newestFlow = Math.max(maxTime, this.newestFlow ?? maxTime);
  }

  addProblem(problem: CollectProblem): void {
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push(problem);
    else this.moreProblems++;
  }

  addFailed(problem: CollectProblem): void {
    this.objects.failed++;
    this.firstFailed ??= problem;
    this.addProblem(problem);
  }

  /** An object whose key the catalog cannot keep: it is told, and left. */
  addUnkeepable(key: string): void {
    const object = key.toWellFormed().replaceAll("\0", "\uFFFD");
    this.addFailed({ object, code: "bad-key", message: "its name is not valid Unicode text and cannot be kept" });
  }

  /** Adds what another run of the same command did; its time is not added. */
  addRun(run: CollectReport): void {
    for (const [outcome, count] of Object.entries(run.objects) as [keyof CollectReport["objects"], number][])
      this.objects[outcome] += count;
    addCounts(this.records, run.records);
    addTo(this.flowsByType, run.flowsByType);
    addTo(this.unknownFields, run.unknownFields);
    for (const problem of run.problems) this.addProblem(problem);
    this.firstFailed ??= run.firstFailed;
    this.moreProblems += run.moreProblems;
    this.bytes += run.bytes;
    if (run.newestFlow !== null) this.newestFlow = Math.max(run.newestFlow, this.newestFlow ?? run.newestFlow);
    this.stopped ||= run.stopped;
  }
}

/** Without a prototype: a field called `constructor` is counted like any other. */
function tally(): Record<string, number> {
  return Object.create(null) as Record<string, number>;
}

function addTo(sum: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [key, value] of Object.entries(more)) sum[key] = (sum[key] ?? 0) + value;
}
