import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ColumnBatch } from "#model/column-batch.js";
import { columnOf } from "#model/columns.js";
import type { Segment } from "#model/segment.js";
import { BatchScan } from "./batch-scan.ts";
import { copyOptions } from "./column-types.ts";
import type { Engine } from "./duckdb.ts";
import { factsOf } from "./segment-facts.ts";
import { sqlText } from "./sql-literal.ts";

/** Writes batches as segment files into the staging folder of one writer. */
export class SegmentWriter {
  readonly #engine: Engine;
  readonly #scan: BatchScan;
  readonly #staging: string;
  readonly #writerId: string;

  /** @param staging the writer's folder, `staging/<writer>`; it is made if it is missing */
  constructor(engine: Engine, staging: string, writerId: string) {
    this.#engine = engine;
    this.#scan = new BatchScan(engine.connection);
    this.#staging = staging;
    this.#writerId = writerId;
    mkdirSync(staging, { recursive: true });
  }

  /**
   * Writes the rows of a batch as one file that holds only the columns with a value, and syncs it to disk. The file is
   * `staging/<writer>/<id>.parquet` until it is published under the returned path.
   */
  async write(batch: ColumnBatch): Promise<Segment> {
    const names = this.#scan.show(batch);
    const id = `${this.#writerId}-${randomUUID()}`;
    const file = join(this.#staging, `${id}.parquet`);
    await this.#engine.connection.run(`COPY (SELECT * FROM batch()) TO ${sqlText(file)} (${copyOptions(names)})`);
    syncFile(file);
    const facts = factsOf(batch);
    return {
      id,
      table: batch.table,
      path: segmentPath(batch.table, facts.minTime, id),
      rows: batch.rows,
      bytes: statSync(file).size,
      columns: names.map((name) => columnOf(name).id).sort((a, b) => a - b),
      ...facts,
    };
  }
}

/** Where a segment stands in the lake: by table and by the day of its first row. For people; the catalog plans without it. */
export function segmentPath(table: string, minTime: number, id: string): string {
  return `${table}/${new Date(minTime / 1000).toISOString().slice(0, 10)}/${id}.parquet`;
}

/** DuckDB's COPY does not sync what it writes. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
