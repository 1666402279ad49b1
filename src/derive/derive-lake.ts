import { join } from "node:path";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { DerivedHour, MicrosRange } from "#catalog/index.js";
import type { Segment } from "#model/segment.js";
import { columnNames, columnOf } from "#model/columns.js";
import { derivedTables, tables, type DerivedTable } from "#model/tables.js";
import { discardSegments, openEngine, rewriteSegment, segmentsSql, writeSegment } from "#store/engine.js";
import { explainStorage, type Engine, type Lake } from "#store/index.js";
import { comeInOrder, deriveHour, outTable, prepareDerivation, type HourInput } from "./derive-hour.ts";
import { sumOf, tooBusy, writeDerived } from "./derived-files.ts";
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

/** Rows of conversations and hours that are written together. */
const BATCH_ROWS = 300_000;
const BATCH_HOURS = 72;
/** An hour of this many flows is written by itself. */
const LARGE_HOUR_ROWS = 200_000;
/** Up to this many flows there is memory enough to put conversations in order while all of the hour's tables are there. */
const ORDERED_HOUR_ROWS = 6_000_000;
const MOST_CONFLICTS = 5;
const POLL_MS = 200;

/** Hours that were derived and not yet written. */
interface Batch {
  readonly hours: Map<number, Omit<DerivedHour, "hour">>;
  /** Files of a large hour, written as its rows came. */
  readonly written: Segment[];
}

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
  readonly #engine: Engine;
  readonly #sql: SqlRunner;
  readonly #near: NearFlows;
  #batch: Batch = { hours: new Map(), written: [] };
  #conversations = 0;
  #conflicts = 0;
  #names: KnownNames = noNames;

  constructor(lake: Lake, engine: Engine, folder: string) {
    this.#lake = lake;
    this.#engine = engine;
    const { connection } = engine;
    this.#sql = {
      run: async (sql, values) => void (await connection.run(sql, values && [...values])),
      rows: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    };
    const live = (range: MicrosRange): Segment[] => lake.catalog.liveSegments("flows", range);
    this.#near = new NearFlows({ sql: this.#sql, dataDir: lake.dataDir, live }, folder);
  }

  async prepare(): Promise<void> {
    // Order is asked for where it matters; keeping it elsewhere costs memory.
    await this.#sql.run("SET preserve_insertion_order = false");
    this.#names = knownNames(this.#lake.catalog);
    await prepareDerivation(this.#sql, this.#names);
    await this.#clear();
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
      // What stands for a large hour is committed by itself, after what came before it.
      const rows = this.#rowsNear(hour);
      const isLarge = rows >= LARGE_HOUR_ROWS;
      if (isLarge) await this.#flush();
      const after = await this.#derive(hour, rows, open);
      if (after !== undefined && !open.includes(after)) {
        open.push(after);
        open.sort((a, b) => a - b);
      }
      done++;
      onProgress?.({ done, total: done + open.length });
      if (isLarge || (await this.#isFull())) await this.#flush();
    }
    await this.#flush();
    return { hours: done, conversations: this.#conversations };
  }

  #input(hour: number): ReturnType<Lake["catalog"]["hourInput"]> {
    const range = { from: hour * HOUR - HALO, to: (hour + 1) * HOUR + HALO };
    const emptied = [...this.#batch.hours].flatMap(([known, { carry }]) => (carry === undefined ? [known] : []));
    return this.#lake.catalog.hourInput(hour, range, emptied);
  }

  /** About how many flows an hour reads. */
  #rowsNear(hour: number): number {
    return this.#input(hour).flows.reduce((sum, segment) => sum + rowsOfHour(segment), 0);
  }

  /** @returns the hour that has to be derived anew because what it goes on with has changed */
  async #derive(hour: number, rows: number, open: readonly number[]): Promise<number | undefined> {
    const hourStart = hour * HOUR;
    const input = this.#input(hour);
    const isLarge = rows >= LARGE_HOUR_ROWS;
    const isOrdered = rows <= ORDERED_HOUR_ROWS;
    await this.#sql.run(`SET memory_limit = '${memoryFor(rows)}MB'`);
    // Each statement costs every thread a few milliseconds: more than the rows of a small hour do.
    await this.#sql.run(`SET threads = ${isLarge ? availableParallelism() : 1}`);
    const flows = await this.#near.flowsOf(hour, input.flows, open);
    const inBatch = [...this.#batch.hours].flatMap(([known, { carry }]) =>
      known < hour && carry !== undefined ? [known] : [],
    );
    const before = Math.max(input.before ?? -1, ...inBatch);
    const carry = await deriveHour(this.#sql, {
      hourStart,
      flows,
      columns: new Set(
        columnNames.filter((name) => input.flows.some(({ columns }) => columns.includes(columnOf(name).id))),
      ),
      carryBefore: this.#left("carry", before),
      observersBefore: this.#left("observers", before),
      ...(isLarge ? { write: this.#writer(isOrdered), isOrdered } : {}),
    });
    const after = carry === input.carry ? undefined : input.after;
    this.#batch.hours.set(hour, { changed: input.changed, carry, after });
    return after;
  }

  /** SQL of what an hour left behind: still in memory, or in the lake. */
  #left(table: "carry" | "observers", hour: number): string {
    const time = `time = make_timestamp(${hour * HOUR}::BIGINT)`;
    if (this.#batch.hours.has(hour)) return `(SELECT * FROM ${outTable(table)} WHERE ${time})`;
    const range = { from: hour * HOUR, to: hour * HOUR + 1 };
    const segments = hour < 0 ? [] : this.#lake.catalog.liveSegments(table, range);
    return `(SELECT * FROM ${segmentsSql(table, segments, this.#lake.dataDir)} WHERE ${time})`;
  }

  async #isFull(): Promise<boolean> {
    return this.#batch.hours.size >= BATCH_HOURS || (await this.#count("conversations")) >= BATCH_ROWS;
  }

  async #count(table: DerivedTable): Promise<number> {
    return Number((await this.#sql.rows(`SELECT count(*) FROM ${outTable(table)}`))[0]?.[0] ?? 0);
  }

  /** Writes the batch and commits it in place of what stood for its hours. After a conflict its hours are still dirty. */
  async #flush(): Promise<void> {
    if (this.#batch.hours.size === 0) return;
    const { catalog, dataDir } = this.#lake;
    const add: Segment[] = [];
    const retire: string[] = [];
    const kept: Segment[] = [];
    let isCommitted = false;
    try {
      add.push(...this.#batch.written);
      for (const table of derivedTables) {
        add.push(...(await this.#write(table)));
        for (const segment of this.#overlapped(table)) {
          retire.push(segment.id);
          const rest = await this.#without(segment);
          if (rest !== undefined) kept.push(rest);
        }
      }
      const hours = [...this.#batch.hours].map(([hour, rest]) => ({ hour, ...rest }));
      const made = { functionVersion: DERIVATION_VERSION, roleVersion: this.#names.version };
      isCommitted = catalog.commitDerived({ hours, ...made, add: [...add, ...kept], retire });
    } finally {
      if (!isCommitted) discardSegments(dataDir, [...add, ...kept]);
    }
    if (isCommitted) this.#conversations += sumOf(add, "conversations");
    else if (++this.#conflicts > MOST_CONFLICTS) throw tooBusy();
    await this.#clear();
  }

  /** Writes the rows of an hour that would fill a batch alone. @param isOrdered whether they come in order where they can */
  #writer(isOrdered: boolean): NonNullable<HourInput["write"]> {
    return async (table, rows, absent) => {
      const names = tables[table].filter((name) => !absent.has(name));
      const write = isOrdered && comeInOrder.has(table) ? writeSegment : writeDerived;
      const segment = await write(this.#lake, this.#engine, table, names, `(${rows})`);
      if (segment !== undefined) this.#batch.written.push(segment);
    };
  }

  async #write(table: DerivedTable): Promise<Segment[]> {
    const names = tables[table];
    const [counts = []] = await this.#sql.rows(
      `SELECT ${names.map((name) => `count(${name})`).join(", ")} FROM ${outTable(table)}`,
    );
    const present = names.filter((_, at) => Number(counts[at]) > 0);
    if (present.length === 0) return [];
    const segment = await writeDerived(this.#lake, this.#engine, table, present, outTable(table));
    return segment === undefined ? [] : [segment];
  }

  #overlapped(table: DerivedTable): Segment[] {
    const hours = [...this.#batch.hours.keys()];
    const range = { from: Math.min(...hours) * HOUR, to: (Math.max(...hours) + 1) * HOUR };
    return this.#lake.catalog
      .liveSegments(table, range)
      .filter((segment) => segment.hours.some((hour) => this.#batch.hours.has(hour)));
  }

  /** The rows of other hours in a segment, written anew. */
  async #without(segment: Segment): Promise<Segment | undefined> {
    if (segment.hours.every((hour) => this.#batch.hours.has(hour))) return undefined;
    const gone = segment.hours.filter((hour) => this.#batch.hours.has(hour));
    return rewriteSegment(
      this.#lake,
      this.#engine,
      segment,
      `WHERE epoch_us(time) // ${HOUR} NOT IN (${gone.map(String).join(", ")})`,
    );
  }

  async #clear(): Promise<void> {
    for (const table of derivedTables)
      await this.#sql.run(
        `CREATE OR REPLACE TEMP TABLE ${outTable(table)} AS SELECT * FROM ${segmentsSql(table, [], this.#lake.dataDir)}`,
      );
    this.#batch = { hours: new Map(), written: [] };
  }
}
