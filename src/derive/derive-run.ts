import { availableParallelism } from "node:os";
import type { MicrosRange } from "#catalog/index.js";
import { columnNames, columnOf } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import type { Engine, Lake } from "#store/index.js";
import { isShortOfMemory, shortOfMemory, tooBusy } from "./derive-errors.ts";
import { deriveHour, prepareDerivation, type LeftTable } from "./derive-hour.ts";
import { DerivedBatch } from "./derived-batch.ts";
import { Handover } from "./handover.ts";
import { knownNames, noNames, type KnownNames } from "./known-names.ts";
import { HALO, HOUR, memoryFor } from "./limits.ts";
import { NearFlows, rowsOfHour } from "./near-flows.ts";
import type { SqlRunner } from "./sql-runner.ts";

export interface DeriveProgress {
  readonly done: number;
  readonly total: number;
}

/** An hour of this many flows is derived and written by itself. */
const LARGE_HOUR_ROWS = 200_000;
/** Up to this many flows there is memory enough to put conversations in order while all of the hour's tables are there. */
const ORDERED_HOUR_ROWS = 6_000_000;
/** Memory for an hour that did not fit, in what it should need: what DuckDB cannot spill depends on the data, and an hour that stops would stop all after it. */
const MORE_MEMORY = [2, 4];
const MOST_CONFLICTS = 5;
/** Small hours that are made at once, each on a connection: more would wait for what the one before leaves. */
const LANES = Math.min(2, availableParallelism());

/** What is known of an hour before it is made. */
interface Job {
  readonly hour: number;
  readonly rows: number;
  readonly flows: readonly Segment[];
  /** What it was left with when it was derived before, and the derived hour after it. */
  readonly carry: string | undefined;
  readonly after: number | undefined;
  readonly changed: number;
  readonly isLarge: boolean;
  /** Its flows are gathered first. */
  readonly isToGather: boolean;
}

/** An hour in the making. */
interface Making {
  readonly job: Job;
  readonly lane: SqlRunner;
  readonly handover: Handover;
  /** The hour that has to be derived anew because what it goes on with has changed. */
  readonly done: Promise<number | undefined>;
}

/**
 * One pass over the dirty hours of a lake, in order of time. Each goes on with what the one before left: of small hours, which
 * keep one processor busy, the next begins meanwhile, and waits where it needs that.
 */
export class DeriveRun {
  readonly #lake: Lake;
  readonly #engine: Engine;
  /** The engine's own connection; large hours are made on it, and all is written on it. */
  readonly #lane: SqlRunner;
  readonly #lanes: SqlRunner[];
  readonly #near: NearFlows;
  readonly #batch: DerivedBatch;
  /** In order of time. */
  readonly #making: Making[] = [];
  /** Hours still to be made, ascending. */
  readonly #open: number[];
  #isFull = false;
  /** What the engine was last told. */
  #limits = "";
  #conversations = 0;
  #conflicts = 0;
  #names: KnownNames = noNames;

  /** @param folder where temporary files may lie */
  constructor(lake: Lake, engine: Engine, folder: string) {
    this.#lake = lake;
    this.#engine = engine;
    this.#lane = runnerOn(engine.connection);
    this.#lanes = [this.#lane];
    const live = (range: MicrosRange): Segment[] => lake.catalog.liveSegments("flows", range);
    this.#near = new NearFlows({ sql: this.#lane, dataDir: lake.dataDir, live }, folder);
    this.#batch = new DerivedBatch(lake, engine, this.#lane);
    this.#open = lake.catalog.dirtyHours().map(({ hour }) => hour);
  }

  async prepare(): Promise<void> {
    this.#names = knownNames(this.#lake.catalog);
    // Order is asked for where it matters; keeping it elsewhere costs memory.
    await this.#lane.run("SET preserve_insertion_order = false");
    // Without this, every statement that adds rows writes the whole table anew, in memory: twice the time.
    await this.#lane.run("SET wal_autocheckpoint = '1TB'");
    while (this.#lanes.length < LANES) this.#lanes.push(runnerOn(await this.#engine.instance.connect()));
    for (const lane of this.#lanes) await prepareDerivation(lane, this.#names);
    await this.#batch.clear();
  }

  close(): void {
    this.#near.close();
  }

  /** Derives all of it. @returns when the signal says so, with what was finished by then */
  async all(options: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: DeriveProgress) => void;
  }): Promise<{ hours: number; conversations: number }> {
    let done = 0;
    try {
      for (;;) {
        const isOver = this.#open.length === 0 || options.signal?.aborted === true;
        if (!isOver && (await this.#begin())) continue;
        if (this.#making.length === 0) break;
        await this.#finish();
        done++;
        options.onProgress?.({ done, total: done + this.#making.length + this.#open.length });
      }
      await this.#flush();
      return { hours: done, conversations: this.#conversations };
    } finally {
      await this.#settled();
    }
  }

  /** Begins the next hour. @returns false when what is in the making has to be finished first */
  async #begin(): Promise<boolean> {
    const job = this.#job(this.#open[0] ?? 0);
    const last = this.#making.at(-1);
    // What stands for a large hour is committed by itself, after what came before it; gathering needs the memory.
    const isAlone = job.isLarge || job.isToGather || this.#isFull;
    // An hour between the two, derived before, may have to be made anew first.
    const isNext = last?.job.after === undefined || last.job.after >= job.hour;
    if (last !== undefined && (isAlone || last.job.isLarge || !isNext || this.#making.length >= LANES)) return false;
    if (isAlone) await this.#flush();
    this.#open.shift();
    const lane = this.#lanes.find((each) => each !== last?.lane) ?? this.#lane;
    await this.#limit(job, memoryFor(job.rows));
    // Waited for here: nobody else may use the file meanwhile.
    const flows = await this.#near.flowsOf(job.hour, job.flows, this.#open);
    this.#making.push(this.#start(job, flows, { lane, beside: last }));
    return true;
  }

  /** Waits for the first of what is in the making. */
  async #finish(): Promise<void> {
    const [first] = this.#making;
    if (first === undefined) return;
    const after = await first.done.catch(async (error: unknown) => this.#again(first, error));
    this.#making.shift();
    const isKnown =
      after === undefined || this.#open.includes(after) || this.#making.some(({ job }) => job.hour === after);
    if (!isKnown) {
      this.#open.push(after);
      this.#open.sort((a, b) => a - b);
    }
    this.#isFull = first.job.isLarge || (await this.#batch.isFull(first.lane));
  }

  /** Derives an hour again where memory was short, with more of it and nothing else in it. */
  async #again({ job }: Making, error: unknown): Promise<number | undefined> {
    let cause = error;
    for (const factor of MORE_MEMORY) {
      if (!isShortOfMemory(cause)) throw cause;
      await this.#settled();
      for (const { job: other } of this.#making)
        if (!this.#batch.hours.has(other.hour)) await this.#batch.forget(other.hour);
      await this.#flush();
      await this.#limit(job, factor * memoryFor(job.rows));
      const flows = await this.#near.flowsOf(job.hour, job.flows, this.#open);
      try {
        return await this.#start(job, flows, { lane: this.#lane, beside: undefined }).done;
      } catch (next) {
        cause = next;
      }
    }
    throw isShortOfMemory(cause) ? shortOfMemory(cause, job.hour, job.rows) : cause;
  }

  /** Until nothing is being made, whatever comes of it. */
  async #settled(): Promise<void> {
    await Promise.allSettled(this.#making.map(({ done }) => done));
  }

  /** @param on where it is made, and the hour before it that is still in the making */
  #start(job: Job, flows: string, on: { lane: SqlRunner; beside: Making | undefined }): Making {
    const handover = new Handover();
    const done = this.#derive(job, flows, { ...on, handover }).then(
      (after) => {
        handover.end();
        return after;
      },
      (error: unknown) => {
        handover.fail(error);
        throw error;
      },
    );
    // It is waited for later, and may have failed by then.
    done.catch(() => {});
    return { job, lane: on.lane, handover, done };
  }

  async #derive(
    job: Job,
    flows: string,
    { lane, beside, handover }: Omit<Making, "job" | "done"> & { readonly beside: Making | undefined },
  ): Promise<number | undefined> {
    const isOrdered = job.rows <= ORDERED_HOUR_ROWS;
    const columns = new Set(job.flows.flatMap((segment) => segment.columns));
    const carry = await deriveHour(lane, {
      hourStart: job.hour * HOUR,
      flows,
      columns: new Set(columnNames.filter((name) => columns.has(columnOf(name).id))),
      before: async (table) => this.#before(job.hour, table, beside),
      onLeft: (table) => handover.left(table),
      ...(job.isLarge ? { write: this.#batch.writer(isOrdered), isOrdered } : {}),
    });
    const after = carry === job.carry ? undefined : job.after;
    this.#batch.add(job.hour, { changed: job.changed, carry, after });
    return after;
  }

  /** SQL of what the last hour before one left. @param beside an hour before it that is still in the making */
  async #before(hour: number, table: LeftTable, beside: Making | undefined): Promise<string> {
    const isLast = beside !== undefined && beside.job.hour >= (this.#input(hour).before ?? -1);
    if (isLast && (await beside.handover.isThere(table))) return this.#batch.left(table, beside.job.hour, "here");
    const made = [...this.#batch.hours].flatMap(([known, { carry }]) =>
      known < hour && carry !== undefined ? [known] : [],
    );
    // Asked anew: an hour that was being made may have turned out to leave nothing.
    return this.#batch.left(table, Math.max(this.#input(hour).before ?? -1, ...made));
  }

  #input(hour: number): ReturnType<Lake["catalog"]["hourInput"]> {
    const range = { from: hour * HOUR - HALO, to: (hour + 1) * HOUR + HALO };
    const emptied = [...this.#batch.hours].flatMap(([known, { carry }]) => (carry === undefined ? [known] : []));
    return this.#lake.catalog.hourInput(hour, range, emptied);
  }

  #job(hour: number): Job {
    const { flows, carry, after, changed } = this.#input(hour);
    const rows = flows.reduce((sum, segment) => sum + rowsOfHour(segment), 0);
    const isToGather = this.#near.isToGather(hour, flows, this.#open);
    return { hour, rows, flows, carry, after, changed, isLarge: rows >= LARGE_HOUR_ROWS, isToGather };
  }

  /** Each statement costs every thread a few milliseconds: more than the rows of a small hour do. */
  async #limit({ isLarge }: Job, memoryMb: number): Promise<void> {
    await this.#set(memoryMb, isLarge ? availableParallelism() : 1);
  }

  /** Limits the engine. What is so already is not asked for again: a connection may be at work. */
  async #set(memoryMb: number, threads: number): Promise<void> {
    const limits = `SET memory_limit = '${memoryMb}MB'; SET threads = ${threads}`;
    if (limits === this.#limits) return;
    await this.#lane.run(limits);
    this.#limits = limits;
  }

  /** Commits what was derived. After a conflict its hours are still dirty. */
  async #flush(): Promise<void> {
    this.#isFull = false;
    if (this.#batch.hours.size === 0) return;
    // All of the batch is there while the rows of one table are sorted.
    await this.#set(2 * memoryFor(0), 1);
    const rows = await this.#batch.commit(this.#names.version);
    if (rows !== undefined) this.#conversations += rows;
    else if (++this.#conflicts > MOST_CONFLICTS) throw tooBusy();
  }
}

function runnerOn(connection: Engine["connection"]): SqlRunner {
  return {
    run: async (sql, values) => void (await connection.run(sql, values && [...values])),
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
  };
}
