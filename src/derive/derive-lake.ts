import { join } from "node:path";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { MicrosRange } from "#catalog/index.js";
import type { Segment } from "#model/segment.js";
import { columnNames, columnOf } from "#model/columns.js";
import { openEngine } from "#store/engine.js";
import { explainStorage, type Engine, type Lake } from "#store/index.js";
import { deriveHour, prepareDerivation } from "./derive-hour.ts";
import { DerivedBatch } from "./derived-batch.ts";
import { isShortOfMemory, shortOfMemory, tooBusy } from "./derive-errors.ts";
import { knownNames, noNames, type KnownNames } from "./known-names.ts";
import { DERIVATION_VERSION, HALO, HOUR, memoryFor } from "./limits.ts";
import { NearFlows, rowsOfHour } from "./near-flows.ts";
import type { SqlRunner } from "./sql-runner.ts";

export interface DeriveProgress {
  readonly done: number;
  readonly total: number;
}

export interface DeriveOptions {
  /** Derives every hour anew whose flows are still there. */
  readonly rebuild?: boolean;
  /** Only what is dirty now, and nothing when another process derives: more keeps coming. */
  readonly once?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DeriveProgress) => void;
}

/** What a derivation made. */
export interface DeriveResult {
  readonly hours: number;
  readonly conversations: number;
  /** Frozen hours that records came for after all: see `lateHours` of the catalog. */
  readonly lateHours: number;
  readonly seconds: number;
}

/** An hour of this many flows is written by itself. */
const LARGE_HOUR_ROWS = 200_000;
/** Up to this many flows there is memory enough to put conversations in order while all of the hour's tables are there. */
const ORDERED_HOUR_ROWS = 6_000_000;
/** Memory for an hour, in what it needs: what DuckDB cannot spill depends on the data, and an hour that stops would stop all after it. */
const MEMORY_TRIED = [1, 2, 4];
const MOST_CONFLICTS = 5;
const POLL_MS = 200;

/**
 * Derives every hour whose flows changed, in order of time, and goes on into the next hours as far as a change reaches. When
 * another process derives, waits for it and does what is left.
 */
export async function deriveLake(lake: Lake, options: DeriveOptions = {}): Promise<DeriveResult> {
  const startedMs = performance.now();
  const sum = { hours: 0, conversations: 0 };
  if (options.rebuild === true) lake.catalog.dirtyHoursAgain("all");
  lake.catalog.dirtyHoursAgain({ olderThan: DERIVATION_VERSION });
  while (lake.catalog.dirtyHours().length > 0 && options.signal?.aborted !== true) {
    if (!lake.takeDerivation()) {
      if (options.once === true) break;
      await sleep(POLL_MS);
      continue;
    }
    try {
      const done = await deriveDirty(lake, options);
      sum.hours += done.hours;
      sum.conversations += done.conversations;
    } finally {
      lake.catalog.leaveDerivation(lake.writerId);
    }
    if (options.once === true) break;
  }
  return { ...sum, lateHours: lake.catalog.lateHours().length, seconds: (performance.now() - startedMs) / 1000 };
}

async function deriveDirty(lake: Lake, options: DeriveOptions): Promise<{ hours: number; conversations: number }> {
  const folder = join(lake.dataDir, "tmp", lake.writerId);
  const engine = await openEngine(folder, {
    memoryMb: memoryFor(0),
    threads: availableParallelism(),
  });
  const run = new Run(lake, engine, folder);
  try {
    await run.prepare();
    return await run.all(options);
  } catch (error) {
    throw explainStorage(error, lake.dataDir);
  } finally {
    run.close();
    engine.close();
  }
}

/** One pass over the dirty hours of a lake. */
class Run {
  readonly #lake: Lake;
  readonly #sql: SqlRunner;
  readonly #near: NearFlows;
  readonly #batch: DerivedBatch;
  #conversations = 0;
  #conflicts = 0;
  #names: KnownNames = noNames;

  constructor(lake: Lake, engine: Engine, folder: string) {
    this.#lake = lake;
    const { connection } = engine;
    this.#sql = {
      run: async (sql, values) => void (await connection.run(sql, values && [...values])),
      rows: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    };
    const live = (range: MicrosRange): Segment[] => lake.catalog.liveSegments("flows", range);
    this.#near = new NearFlows({ sql: this.#sql, dataDir: lake.dataDir, live }, folder);
    this.#batch = new DerivedBatch(lake, engine, this.#sql);
  }

  async prepare(): Promise<void> {
    // Order is asked for where it matters; keeping it elsewhere costs memory.
    await this.#sql.run("SET preserve_insertion_order = false");
    this.#names = knownNames(this.#lake.catalog);
    await prepareDerivation(this.#sql, this.#names);
    await this.#batch.clear();
  }

  close(): void {
    this.#near.close();
  }

  async all({ signal, onProgress }: DeriveOptions): Promise<{ hours: number; conversations: number }> {
    const open = this.#lake.catalog.dirtyHours().map(({ hour }) => hour);
    let done = 0;
    while (open.length > 0) {
      if (signal?.aborted === true) break;
      const hour = open.shift() ?? 0;
      const { flows } = this.#input(hour);
      const rows = flows.reduce((sum, segment) => sum + rowsOfHour(segment), 0);
      const isLarge = rows >= LARGE_HOUR_ROWS;
      // What stands for a large hour is committed by itself, after what came before it; gathering needs the memory.
      if (isLarge || this.#near.isToGather(hour, flows, open)) await this.#flush();
      const after = await this.#deriveInMemory(hour, rows, open);
      if (after !== undefined && !open.includes(after)) {
        open.push(after);
        open.sort((a, b) => a - b);
      }
      done++;
      onProgress?.({ done, total: done + open.length });
      if (isLarge || (await this.#batch.isFull())) await this.#flush();
    }
    await this.#flush();
    return { hours: done, conversations: this.#conversations };
  }

  #input(hour: number): ReturnType<Lake["catalog"]["hourInput"]> {
    const range = { from: hour * HOUR - HALO, to: (hour + 1) * HOUR + HALO };
    const emptied = [...this.#batch.hours].flatMap(([known, { carry }]) => (carry === undefined ? [known] : []));
    return this.#lake.catalog.hourInput(hour, range, emptied);
  }

  /** Derives an hour; again where memory was short, with more of it and nothing else in it. */
  async #deriveInMemory(hour: number, rows: number, open: readonly number[]): Promise<number | undefined> {
    for (const factor of MEMORY_TRIED) {
      try {
        return await this.#derive(hour, { rows, memoryMb: factor * memoryFor(rows) }, open);
      } catch (error) {
        if (!isShortOfMemory(error)) throw error;
        await this.#batch.forget(hour);
        if (factor === MEMORY_TRIED.at(-1)) throw shortOfMemory(error, hour, rows);
        await this.#flush();
      }
    }
    return undefined;
  }

  /** @returns the hour that has to be derived anew because what it goes on with has changed */
  async #derive(
    hour: number,
    { rows, memoryMb }: { rows: number; memoryMb: number },
    open: readonly number[],
  ): Promise<number | undefined> {
    const input = this.#input(hour);
    const isLarge = rows >= LARGE_HOUR_ROWS;
    const isOrdered = rows <= ORDERED_HOUR_ROWS;
    await this.#sql.run(`SET memory_limit = '${memoryMb}MB'`);
    // Each statement costs every thread a few milliseconds: more than the rows of a small hour do.
    await this.#sql.run(`SET threads = ${isLarge ? availableParallelism() : 1}`);
    const flows = await this.#near.flowsOf(hour, input.flows, open);
    const inBatch = [...this.#batch.hours].flatMap(([known, { carry }]) =>
      known < hour && carry !== undefined ? [known] : [],
    );
    const before = Math.max(input.before ?? -1, ...inBatch);
    const carry = await deriveHour(this.#sql, {
      hourStart: hour * HOUR,
      flows,
      columns: new Set(
        columnNames.filter((name) => input.flows.some(({ columns }) => columns.includes(columnOf(name).id))),
      ),
      carryBefore: this.#batch.left("carry", before),
      observersBefore: this.#batch.left("observers", before),
      ...(isLarge ? { write: this.#batch.writer(isOrdered), isOrdered } : {}),
    });
    const after = carry === input.carry ? undefined : input.after;
    this.#batch.add(hour, { changed: input.changed, carry, after });
    return after;
  }

  /** Commits what was derived. After a conflict its hours are still dirty. */
  async #flush(): Promise<void> {
    if (this.#batch.hours.size === 0) return;
    // All of the batch is there while the rows of one table are sorted.
    await this.#sql.run(`SET memory_limit = '${2 * memoryFor(0)}MB'`);
    const rows = await this.#batch.commit(this.#names.version);
    if (rows !== undefined) this.#conversations += rows;
    else if (++this.#conflicts > MOST_CONFLICTS) throw tooBusy();
  }
}
