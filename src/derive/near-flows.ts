import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Segment } from "#model/segment.js";
import { fileText, segmentsSql, sqlText } from "#store/engine.js";
import type { MicrosRange } from "#catalog/index.js";
import { HALO, HOUR } from "./limits.ts";
import type { SqlRunner } from "./sql-runner.ts";

/** About how many rows of a file belong to one hour. */
export const rowsOfHour = ({ rows, hours }: Segment): number => rows / Math.max(1, hours.length);

/** When flows are gathered, and how many. */
export const gatherLimits = {
  /** An hour whose files have fewer rows is read as it is. */
  leastRows: 1_000_000,
  /** Files that have so many times the rows of an hour are worth it, */
  leastSpread: 4,
  /** if so many hours are to be derived. */
  leastHours: 4,
  mostHours: 24,
  mostRows: 1_000_000,
} as const;

/** What flows are read from. */
export interface FlowsSource {
  readonly sql: SqlRunner;
  readonly dataDir: string;
  /** The live files with flows of a time. */
  readonly live: (range: MicrosRange) => readonly Segment[];
}

/** The hours that are gathered, and the files that their flows came from. */
interface Gathered {
  readonly hours: ReadonlySet<number>;
  readonly files: ReadonlySet<string>;
}

/**
 * Flows of a stretch of hours in a file of their own, not sorted: that would take more memory than it saves time. Logs of many days that are read at once come account by
 * account: each file has a few rows of hundreds of hours, and every hour would read nearly all files.
 */
export class NearFlows {
  readonly #source: FlowsSource;
  readonly #file: string;
  readonly #limits: Readonly<Record<keyof typeof gatherLimits, number>>;
  #gathered: Gathered | undefined;
  /** It failed once. */
  #isOff = false;

  /** @param folder where the file may lie; {@link close} removes it */
  constructor(
    source: FlowsSource,
    folder: string,
    limits: Readonly<Record<keyof typeof gatherLimits, number>> = gatherLimits,
  ) {
    this.#source = source;
    this.#file = join(folder, "near-flows.parquet");
    this.#limits = limits;
  }

  /** Whether {@link flowsOf} would gather flows first: it needs the memory that others have. */
  isToGather(hour: number, segments: readonly Segment[], open: readonly number[]): boolean {
    return !this.#has(hour, segments) && this.#hoursWith(hour, segments, open) !== undefined;
  }

  /**
   * SQL of a relation with all flows of an hour and its halo.
   * @param segments the live files that have any of them
   * @param open hours that are to be derived after it, ascending
   */
  async flowsOf(hour: number, segments: readonly Segment[], open: readonly number[]): Promise<string> {
    if (!this.#has(hour, segments)) {
      const hours = this.#hoursWith(hour, segments, open);
      if (hours !== undefined) await this.#gather(hours);
    }
    return this.#has(hour, segments)
      ? `read_parquet(${fileText(this.#file)})`
      : segmentsSql("flows", segments, this.#source.dataDir);
  }

  close(): void {
    rmSync(this.#file, { force: true });
  }

  /** Whether the hour is gathered from all files that it has now. */
  #has(hour: number, segments: readonly Segment[]): boolean {
    const gathered = this.#gathered;
    return gathered !== undefined && gathered.hours.has(hour) && segments.every(({ id }) => gathered.files.has(id));
  }

  /** The hours that are worth gathering with one; undefined: it is read as it is. */
  #hoursWith(hour: number, segments: readonly Segment[], open: readonly number[]): number[] | undefined {
    const { leastRows, leastSpread, leastHours, mostHours, mostRows } = this.#limits;
    const rows = segments.reduce((sum, segment) => sum + segment.rows, 0);
    const own = segments.reduce((sum, segment) => sum + rowsOfHour(segment), 0);
    if (this.#isOff || rows < leastRows || rows < leastSpread * own) return undefined;
    const most = Math.min(mostHours, Math.floor(mostRows / Math.max(1, own)));
    const hours = [hour, ...open.filter((each) => each > hour && each < hour + most)];
    return hours.length < leastHours ? undefined : hours;
  }

  async #gather(hours: readonly number[]): Promise<void> {
    this.#gathered = undefined;
    const range = { from: Math.min(...hours) * HOUR - HALO, to: (Math.max(...hours) + 1) * HOUR + HALO };
    const { sql, dataDir, live } = this.#source;
    const files = live(range);
    mkdirSync(dirname(this.#file), { recursive: true });
    const copy = sql.run(
      `COPY (SELECT * FROM ${segmentsSql("flows", files, dataDir)} WHERE time >= make_timestamp(${range.from}::BIGINT) AND time < make_timestamp(${range.to}::BIGINT)) TO ${sqlText(this.#file)} (FORMAT parquet)`,
    );
    // What it is short of, memory or room on the disk, the hours may not need: then they are read as they are.
    this.#isOff = !(await copy.then(
      () => true,
      () => false,
    ));
    if (this.#isOff) return;
    this.#gathered = { hours: new Set(hours), files: new Set(files.map(({ id }) => id)) };
  }
}
