import type { Catalog, ObjectResult } from "#catalog/index.js";
import type { CollectReport } from "./collect-report.ts";
import type { ObjectTask } from "./messages.ts";

const UNFINISHED =
  "the last record has no end yet and is left for later: it is read when the object has grown or has been left alone for a minute; --final reads it now";

/** Keeps a run's report of what is committed. */
export class RunAccounts {
  readonly #report: CollectReport;
  readonly #copies: {
    readonly objectId: number;
    readonly code: string;
    readonly message: string;
    task?: ObjectTask;
  }[] = [];

  constructor(report: CollectReport) {
    this.#report = report;
  }

  /** What became of an object is durable. */
  add(result: ObjectResult, task: ObjectTask | undefined): void {
    const key = task?.claim.candidate.key ?? String(result.objectId);
    const { objects } = this.#report;
    if (result.status === "done") {
      if (result.isUnfinished) this.#report.addProblem({ object: key, code: "unfinished-record", message: UNFINISHED });
      const isContinued = task?.claim.reason === "grown" && !result.replaces;
      // Touched or copied anew, with nothing more in it.
      if (isContinued && result.report.counts.total === 0) {
        objects.unchanged++;
        return;
      }
      if (isContinued) objects.grown++;
      else objects.read++;
      this.#report.bytes += result.part === null ? result.size : result.part.end - result.part.start;
      this.#report.addObject(key, result.report);
      return;
    }
    if (result.status === "same-content") {
      // Judged at the end: the other one may be read anew meanwhile.
      this.#copies.push({ ...result, ...(task !== undefined && { task }) });
      return;
    }
    const problem = { object: key, code: result.code, message: result.message };
    if (result.status === "failed") {
      this.#report.addFailed(problem);
      return;
    }
    objects.skipped++;
    this.#report.addProblem(problem);
  }

  /** Copies of objects that were read anew with other content meanwhile must be read after all. */
  judgeCopies(catalog: Catalog): void {
    for (const { objectId, code, message, task } of this.#copies) {
      if (task !== undefined && catalog.objectById(objectId)?.status === "pending") {
        this.#report.orphans.push(task);
        continue;
      }
      if (task !== undefined) this.#report.copies.push(task);
      this.#report.objects.unchanged++;
      this.#report.addProblem({ object: task?.claim.candidate.key ?? String(objectId), code, message });
    }
  }
}
