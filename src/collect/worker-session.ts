import { rmSync } from "node:fs";
import { join } from "node:path";
import { messageOf, WeirError } from "#base/errors.js";
import type { Catalog, ObjectResult } from "#catalog/index.js";
import { DecodeOutput } from "#decode/index.js";
import type { ColumnBatch } from "#model/column-batch.js";
import type { Segment } from "#model/segment.js";
import { explainStorage, type ParquetText, type SegmentWriter } from "#store/index.js";
import type { FromWorker, ObjectTask, WorkerConfig } from "./messages.ts";
import { ObjectReader, type Reading } from "./object-reader.ts";

/** A group closes at this age, so that what was read becomes visible. */
const GROUP_MS = 30_000;
const PROGRESS_MS = 100;

interface OpenGroup {
  readonly tasks: ObjectTask[];
  readonly objects: ObjectResult[];
  readonly segments: Segment[];
  readonly openedMs: number;
}

export interface SessionDependencies {
  readonly catalog: Catalog;
  readonly segments: SegmentWriter;
  readonly parquet: ParquetText;
  readonly send: (message: FromWorker) => void;
}

/** Reads objects one after another and hands their rows on in groups: whole objects with the segments that hold them. */
export class WorkerSession {
  readonly #config: WorkerConfig;
  readonly #deps: SessionDependencies;
  readonly #reader: ObjectReader;
  readonly #output: DecodeOutput;
  #group: OpenGroup = newGroup();
  #stopping = false;
  #bytes = 0;
  #records = 0;
  #reportedMs = 0;

  constructor(config: WorkerConfig, deps: SessionDependencies) {
    this.#config = config;
    this.#deps = deps;
    this.#output = new DecodeOutput(config.segmentRows);
    this.#reader = new ObjectReader(config, deps, {
      flush: () => this.#flush(),
      isStopped: () => this.#stopping,
      onBytes: (bytes) => this.#progress(bytes),
    });
  }

  /** Reads all tasks, unless it is stopped before. */
  async read(tasks: readonly ObjectTask[]): Promise<void> {
    for (const task of tasks) {
      if (this.#stopping) return;
      await this.#readOne(task);
    }
  }

  /** Writes and hands on what is still open. */
  async finish(): Promise<void> {
    await this.#closeGroup();
  }

  /** The object at hand is given up; those before it are kept. */
  stop(): void {
    this.#stopping = true;
  }

  async #readOne(task: ObjectTask): Promise<void> {
    const group = this.#group;
    const segmentsBefore = group.segments.length;
    const { flows, coverage, malformed } = this.#output;
    const marks: [ColumnBatch, number][] = [flows, coverage, malformed].map((batch) => [batch, batch.rows]);
    const reading = await this.#reader
      .read(task, this.#output)
      .catch((error: unknown): Reading => failure(task, error, this.#config.dataDir));
    const isWhole = reading.kind === "result" && reading.result.status === "done";
    if (!isWhole) {
      if (group.segments.length > segmentsBefore) return this.#readAgainWithout(task, reading);
      for (const [batch, rows] of marks) batch.truncate(rows);
    }
    if (reading.kind === "stopped") return;
    group.tasks.push(task);
    group.objects.push(reading.result);
    if (reading.result.status === "done") this.#records += reading.result.report.counts.total;
    const spans = group.segments.length > segmentsBefore;
    const isLarge = this.#output.flows.rows >= this.#config.segmentRows / 2;
    if (spans || isLarge || this.#output.isFull || Date.now() - group.openedMs > GROUP_MS) await this.#closeGroup();
  }

  /** Rows of an object that did not come to its end are in segments that other objects share: the group starts over. */
  async #readAgainWithout(task: ObjectTask, reading: Reading): Promise<void> {
    const { tasks, segments } = this.#group;
    for (const { id } of segments)
      rmSync(join(this.#config.dataDir, "staging", this.#config.writerId, `${id}.parquet`), { force: true });
    this.#output.clearRows();
    this.#group = newGroup();
    this.#reader.forget(tasks);
    if (reading.kind === "result") {
      this.#group.tasks.push(task);
      this.#group.objects.push(reading.result);
    }
    for (const earlier of tasks) await this.#readOne(earlier);
  }

  async #flush(): Promise<void> {
    const { flows, coverage, malformed } = this.#output;
    try {
      for (const batch of [flows, coverage, malformed])
        if (batch.rows > 0) this.#group.segments.push(await this.#deps.segments.write(batch));
    } catch (error) {
      throw explainStorage(error, this.#config.dataDir);
    }
    this.#output.clearRows();
  }

  async #closeGroup(): Promise<void> {
    await this.#flush();
    const { objects, segments } = this.#group;
    this.#group = newGroup();
    if (objects.length > 0) this.#deps.send({ kind: "group", group: { objects, segments } });
    this.#progress(0, true);
  }

  #progress(bytes: number, now = false): void {
    this.#bytes += bytes;
    if (!now && Date.now() - this.#reportedMs < PROGRESS_MS) return;
    this.#reportedMs = Date.now();
    this.#deps.send({
      kind: "progress",
      bytes: this.#bytes,
      records: this.#records + this.#output.report.counts.total,
    });
  }
}

function newGroup(): OpenGroup {
  return { tasks: [], objects: [], segments: [], openedMs: Date.now() };
}

/** An object that cannot be read is told and left; a disk that cannot be written ends the run. */
function failure({ claim }: ObjectTask, thrown: unknown, dataDir: string): Reading {
  const error = explainStorage(thrown, dataDir);
  const isTold = error instanceof WeirError && error.kind !== "environment";
  const isSystems = !(error instanceof WeirError) && typeof (error as { code?: unknown }).code === "string";
  if (!isTold && !isSystems) throw error;
  return {
    kind: "result",
    result: {
      status: "failed",
      objectId: claim.objectId,
      claim: claim.claim,
      size: claim.candidate.size,
      modifiedMicros: claim.candidate.modifiedMicros,
      sha256: null,
      code: isTold ? error.code : "unreadable",
      message: messageOf(error),
    },
  };
}
