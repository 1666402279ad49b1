import { messageOf, WeirError } from "#base/errors.js";
import type { Catalog, ObjectResult } from "#catalog/index.js";
import type { Lake } from "#store/index.js";
import { CollectReport } from "./collect-report.ts";
import type { ObjectGroup, ObjectTask, WorkerConfig } from "./messages.ts";
import { RunAccounts } from "./run-accounts.ts";
import { TaskQueue } from "./task-queue.ts";
import { WorkerProcess } from "./worker-process.ts";

/** A worker that has waited so long for more hands on what it has. */
const FLUSH_MS = 1000;
/** Workers in a row that may end before they ever start, before the run is given up. */
const MOST_FAILED_STARTS = 3;

export interface CollectorConfig {
  readonly workers: number;
  readonly segmentRows: number;
  readonly memoryMb: number;
  readonly logFormat?: string;
  readonly final: boolean;
}

export const defaultCollectorConfig: CollectorConfig = {
  workers: 2,
  segmentRows: 524_288,
  memoryMb: 200,
  final: false,
};

export interface CollectorDependencies {
  readonly catalog: Catalog;
  readonly lake: Lake;
  /** The compiled entry of a worker process; a test names the built one. */
  readonly workerEntry?: URL;
  /** Called for each object when what became of it is durable. */
  readonly onSettled?: (result: ObjectResult) => void;
  /** Called when the run has failed as a whole: nothing more is read or settled, and {@link Collector.end} throws why. */
  readonly onFailed?: () => void;
}

/** Where a run stands. */
export interface CollectProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly records: number;
}

/**
 * Has claimed objects read by worker processes and commits what they hand on. An object is committed once, whole, with the
 * segments that hold its rows; whatever happens before that leaves the object to be read again.
 */
export class Collector {
  readonly #config: CollectorConfig;
  readonly #deps: CollectorDependencies;
  readonly #report = new CollectReport();
  readonly #accounts = new RunAccounts(this.#report);
  readonly #workers = new Set<WorkerProcess>();
  readonly #queue = new TaskQueue();
  /** Of which it is not known yet what becomes of them. */
  readonly #open = new Map<number, ObjectTask>();
  /** Workers with nothing to do until more tasks come. */
  readonly #idle = new Map<WorkerProcess, NodeJS.Timeout>();
  #isComplete = false;
  #startedMs = 0;
  #totalBytes = 0;
  #failedStarts = 0;
  #endedBytes = 0;
  #endedRecords = 0;
  #stopping = false;
  #failure: unknown;
  /** Groups are committed one after another, in the order in which they come. */
  #commits: Promise<void> = Promise.resolve();
  #onProgress: (progress: CollectProgress) => void = () => undefined;
  #resolve: () => void = () => undefined;

  constructor(config: CollectorConfig, deps: CollectorDependencies) {
    this.#config = config;
    this.#deps = deps;
  }

  /** Reads and commits all tasks; when {@link stop} was called, what was read by then. The rest is released. */
  async run(tasks: readonly ObjectTask[], onProgress: (progress: CollectProgress) => void): Promise<CollectReport> {
    this.begin(onProgress);
    this.add(tasks);
    return this.end();
  }

  /** Begins a run whose tasks come one after another: see {@link add} and {@link end}. */
  begin(onProgress: (progress: CollectProgress) => void): void {
    this.#startedMs = performance.now();
    this.#onProgress = onProgress;
  }

  /** Has more objects read. After {@link stop} their claims are released. */
  add(tasks: readonly ObjectTask[]): void {
    if (this.#stopping) {
      this.#release(tasks);
      return;
    }
    for (const task of tasks) {
      this.#open.set(task.claim.objectId, task);
      this.#totalBytes += task.claim.candidate.size;
    }
    this.#queue.add(tasks);
    this.#startWorkers();
  }

  /** Keeps what became of a claimed object that is not read at all. */
  tell(task: ObjectTask, status: "failed" | "skipped", { code, message }: { code: string; message: string }): void {
    const { objectId, claim, candidate } = task.claim;
    const { size, modifiedMicros } = candidate;
    this.#open.set(objectId, task);
    const result: ObjectResult = { status, objectId, claim, size, modifiedMicros, sha256: null, code, message };
    this.#enqueue({ objects: [result], segments: [] });
  }

  /** No more tasks come. @returns when all of them are committed, or the run was stopped */
  async end(): Promise<CollectReport> {
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
      this.#isComplete = true;
      for (const worker of this.#takeIdle()) this.#feed(worker);
      this.#startWorkers();
    });
    await this.#commits;
    // The process may live for a year, and nobody else reads what it has claimed.
    if (this.#stopping) this.#release([...this.#open.values()]);
    this.#accounts.judgeCopies(this.#deps.catalog);
    this.#report.stopped = this.#stopping;
    this.#report.seconds = (performance.now() - this.#startedMs) / 1000;
    if (this.#failure !== undefined) throw this.#failure;
    return this.#report;
  }

  /** Ends the run soon: objects being read are given up, whole ones are committed. */
  stop(): void {
    this.#stopping = true;
    this.#release(this.#queue.drain());
    for (const worker of this.#workers) worker.stop();
  }

  /** Gives waiting workers what there is to do, and starts more if there is more. */
  #startWorkers(): void {
    if (!this.#queue.isEmpty) for (const worker of this.#takeIdle()) this.#feed(worker);
    const wanted = Math.min(this.#config.workers, this.#open.size);
    try {
      while (this.#workers.size < wanted && !this.#queue.isEmpty && !this.#stopping) this.#startWorker();
    } catch (error) {
      this.#fail(error);
    }
    if (this.#workers.size === 0 && this.#isComplete) this.#resolve();
  }

  #takeIdle(): WorkerProcess[] {
    const idle = [...this.#idle.keys()];
    for (const timer of this.#idle.values()) clearTimeout(timer);
    this.#idle.clear();
    return idle;
  }

  #startWorker(): void {
    const entry = this.#deps.workerEntry ?? new URL("./worker.js", import.meta.url);
    const { segmentRows, memoryMb, logFormat, final } = this.#config;
    const config: WorkerConfig = {
      dataDir: this.#deps.lake.dataDir,
      writerId: this.#deps.lake.writerId,
      segmentRows,
      memoryMb,
      final,
      knownFormats: this.#deps.catalog.knownFormats(),
      ...(logFormat === undefined ? {} : { logFormat }),
    };
    const worker = new WorkerProcess(entry, config, {
      onIdle: (idle) => this.#feed(idle),
      onProgress: () => this.#tell(),
      onGroup: (_, group) => this.#enqueue(group),
      onFatal: (error) => this.#fail(error),
      onEnd: (ended, lost, reason) => this.#ended(ended, lost, reason),
    });
    this.#workers.add(worker);
  }

  readonly #ending = new WeakSet<WorkerProcess>();

  #feed(worker: WorkerProcess): void {
    const chunk = this.#ending.has(worker) || this.#stopping ? undefined : this.#queue.take();
    if (chunk !== undefined) worker.read(chunk.tasks);
    else if (!this.#isComplete && !this.#stopping && !this.#ending.has(worker)) {
      this.#idle.set(
        worker,
        setTimeout(() => worker.flush(), FLUSH_MS),
      );
      return;
    }
    if (chunk === undefined || chunk.alone) {
      if (!this.#ending.has(worker)) worker.finish();
      this.#ending.add(worker);
    }
  }

  #ended(worker: WorkerProcess, lost: readonly ObjectTask[], reason: string | undefined): void {
    this.#workers.delete(worker);
    clearTimeout(this.#idle.get(worker));
    this.#idle.delete(worker);
    this.#endedBytes += worker.bytes;
    this.#endedRecords += worker.records;
    if (this.#stopping) this.#release(worker.takeOpen());
    else if (reason !== undefined) this.#crashed(worker, lost, reason);
    // A conflict at commit puts objects back: see to it before the last worker's end ends the run.
    void this.#commits.then(() => this.#startWorkers());
  }

  #crashed(worker: WorkerProcess, lost: readonly ObjectTask[], reason: string): void {
    this.#failedStarts = worker.started ? 0 : this.#failedStarts + 1;
    if (this.#failedStarts >= MOST_FAILED_STARTS) {
      this.#fail(
        new WeirError({
          code: "worker-start",
          kind: "environment",
          message: `the worker process does not start: ${reason}`,
          next: "Run npm ci again for this machine, and see that the data folder is writable and has room.",
        }),
      );
      return;
    }
    for (const task of this.#queue.putBackSuspects(lost))
      this.tell(task, "failed", {
        code: "worker-crashed",
        message: `the worker process ended each time it read this object: ${reason}`,
      });
  }

  #enqueue(group: ObjectGroup): void {
    this.#commits = this.#commits.then(() => this.#commit(group)).catch((error: unknown) => this.#fail(error));
  }

  async #commit(group: ObjectGroup): Promise<void> {
    if (this.#failure !== undefined) return;
    const outcome = await this.#deps.lake.commitGroup({
      ...group,
      objects: group.objects.map((each) => this.#asRead(each)),
    });
    if (outcome === "same-content") {
      // Another writer was faster with the same bytes: read again, each object then finds its twin in the catalog.
      const again = group.objects.flatMap(({ objectId }) => this.#open.get(objectId) ?? []);
      if (this.#stopping) this.#release(again);
      else {
        this.#queue.add(again);
        this.#startWorkers();
      }
      return;
    }
    this.#report.addSegments(group.segments);
    for (const result of group.objects) {
      const task = this.#open.get(result.objectId);
      this.#open.delete(result.objectId);
      this.#accounts.add(result, task);
      this.#deps.onSettled?.(result);
    }
  }

  /** With the ETag of what was fetched: the object may be another one by now than the one that was listed. */
  #asRead(result: ObjectResult): ObjectResult {
    const etag = this.#open.get(result.objectId)?.fetched?.etag;
    return etag === undefined ? result : { ...result, etag };
  }

  #release(tasks: readonly ObjectTask[]): void {
    this.#deps.lake.release(tasks.map(({ claim }) => claim));
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof WeirError ? error : new Error(messageOf(error), { cause: error });
    this.#stopping = true;
    for (const worker of this.#workers) worker.kill();
    this.#deps.onFailed?.();
  }

  #tell(): void {
    let bytes = this.#endedBytes;
    let records = this.#endedRecords;
    for (const worker of this.#workers) {
      bytes += worker.bytes;
      records += worker.records;
    }
    this.#onProgress({ bytes, totalBytes: this.#totalBytes, records });
  }
}
