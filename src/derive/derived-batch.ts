import type { DerivedHour } from "#catalog/index.js";
import type { Segment } from "#model/segment.js";
import { derivedTables, tables, type DerivedTable } from "#model/tables.js";
import { discardSegments, rewriteSegment, segmentsSql, writeSegment } from "#store/engine.js";
import type { Engine, Lake } from "#store/index.js";
import { comeInOrder, outTable, type HourInput, type LeftTable } from "./derive-hour.ts";
import { sumOf, writeDerived } from "./derived-files.ts";
import { DERIVATION_VERSION, HOUR } from "./limits.ts";
import type { SqlRunner } from "./sql-runner.ts";

/** Rows of conversations and hours that are written together. */
const BATCH_ROWS = 100_000;
const BATCH_HOURS = 72;

type HourMade = Omit<DerivedHour, "hour">;

/** Hours that were derived and not yet committed: rows of small ones in the engine, files of large ones. */
export class DerivedBatch {
  readonly #lake: Lake;
  readonly #engine: Engine;
  readonly #sql: SqlRunner;
  #hours = new Map<number, HourMade>();
  /** Files of a large hour, written as its rows came. */
  #written: Segment[] = [];

  constructor(lake: Lake, engine: Engine, sql: SqlRunner) {
    this.#lake = lake;
    this.#engine = engine;
    this.#sql = sql;
  }

  /** Makes it an empty one. Its tables are not temporary ones: all connections of the engine add to them. */
  async clear(): Promise<void> {
    for (const table of derivedTables)
      await this.#sql.run(
        `CREATE OR REPLACE TABLE ${outTable(table)} AS SELECT * FROM ${segmentsSql(table, [], this.#lake.dataDir)}`,
      );
    this.#hours = new Map();
    this.#written = [];
  }

  /** What was made of hours. */
  get hours(): ReadonlyMap<number, HourMade> {
    return this.#hours;
  }

  add(hour: number, made: HourMade): void {
    this.#hours.set(hour, made);
  }

  /** @param sql a connection that nothing else runs on now */
  async isFull(sql: SqlRunner): Promise<boolean> {
    if (this.#hours.size >= BATCH_HOURS) return true;
    const [[rows] = []] = await sql.rows(`SELECT count(*) FROM ${outTable("conversations")}`);
    return Number(rows) >= BATCH_ROWS;
  }

  /** SQL of what an hour left behind: still here, or in the lake. An hour in the making may have left it here already. */
  left(table: LeftTable, hour: number, where: "here" | "anywhere" = "anywhere"): string {
    const time = `time = make_timestamp(${hour * HOUR}::BIGINT)`;
    if (where === "here" || this.#hours.has(hour)) return `(SELECT * FROM ${outTable(table)} WHERE ${time})`;
    const range = { from: hour * HOUR, to: hour * HOUR + 1 };
    const segments = hour < 0 ? [] : this.#lake.catalog.liveSegments(table, range);
    return `(SELECT * FROM ${segmentsSql(table, segments, this.#lake.dataDir)} WHERE ${time})`;
  }

  /** Writes the rows of an hour that would fill a batch alone. @param isOrdered whether they come in order where they can */
  writer(isOrdered: boolean): NonNullable<HourInput["write"]> {
    return async (table, rows, absent) => {
      const names = tables[table].filter((name) => !absent.has(name));
      const write = isOrdered && comeInOrder.has(table) ? writeSegment : writeDerived;
      const segment = await write(this.#lake, this.#engine, table, names, `(${rows})`);
      if (segment !== undefined) this.#written.push(segment);
    };
  }

  /** Removes what there is of an hour that could not be derived to its end. */
  async forget(hour: number): Promise<void> {
    // A large hour stands alone.
    discardSegments(this.#lake.dataDir, this.#written);
    this.#written = [];
    const [from, to] = [hour * HOUR, (hour + 1) * HOUR].map((micros) => `make_timestamp(${micros}::BIGINT)`);
    for (const table of derivedTables)
      await this.#sql.run(`DELETE FROM ${outTable(table)} WHERE time >= ${from} AND time < ${to}`);
  }

  /**
   * Writes all of it and commits it in place of what stood for its hours.
   * @returns rows of conversations; undefined after a conflict: the hours are still dirty
   */
  async commit(roleVersion: number): Promise<number | undefined> {
    const { catalog, dataDir } = this.#lake;
    const add: Segment[] = [];
    const retire: string[] = [];
    const kept: Segment[] = [];
    let isCommitted = false;
    try {
      add.push(...this.#written);
      for (const table of derivedTables) {
        add.push(...(await this.#write(table)));
        for (const segment of this.#overlapped(table)) {
          retire.push(segment.id);
          const rest = await this.#without(segment);
          if (rest !== undefined) kept.push(rest);
        }
      }
      const hours = [...this.#hours].map(([hour, rest]) => ({ hour, ...rest }));
      const made = { functionVersion: DERIVATION_VERSION, roleVersion };
      isCommitted = catalog.commitDerived({ hours, ...made, add: [...add, ...kept], retire });
    } finally {
      if (!isCommitted) discardSegments(dataDir, [...add, ...kept]);
    }
    await this.clear();
    return isCommitted ? sumOf(add, "conversations") : undefined;
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
    const hours = [...this.#hours.keys()];
    const range = { from: Math.min(...hours) * HOUR, to: (Math.max(...hours) + 1) * HOUR };
    return this.#lake.catalog
      .liveSegments(table, range)
      .filter((segment) => segment.hours.some((hour) => this.#hours.has(hour)));
  }

  /** The rows of other hours in a segment, written anew. */
  async #without(segment: Segment): Promise<Segment | undefined> {
    if (segment.hours.every((hour) => this.#hours.has(hour))) return undefined;
    const gone = segment.hours.filter((hour) => this.#hours.has(hour));
    return rewriteSegment(
      this.#lake,
      this.#engine,
      segment,
      `WHERE epoch_us(time) // ${HOUR} NOT IN (${gone.map(String).join(", ")})`,
    );
  }
}
