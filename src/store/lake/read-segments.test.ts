import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { columnOf } from "#model/columns.js";
import { tables } from "#model/tables.js";
import { copyOptions } from "./column-types.ts";
import { openEngine, type Engine } from "./duckdb.ts";
import { segmentsSql } from "./read-segments.ts";
import { sqlText } from "./sql-literal.ts";

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = join(mkdtempSync(join(tmpdir(), "weir-read-")), "it's [a] *lake?");
  mkdirSync(join(folder, "flows"), { recursive: true });
  engine = await openEngine(join(folder, "tmp"), { memoryMb: 200, threads: 1 });
  const write = (file: string, select: string, options: string) =>
    engine.connection.run(`COPY (${select}) TO ${sqlText(join(folder, file))} (${options})`);
  const plain = "SELECT TIMESTAMP '2026-03-03' AS time, 'web' AS rule_name, 7::UINTEGER AS object_id";
  await write("flows/a.parquet", plain, copyOptions(["time", "rule_name", "object_id"]));
  // Another order, another name, narrower types: the field ids decide.
  const id = (name: "object_id" | "dst_port" | "time") => columnOf(name).id;
  const ids = `FIELD_IDS {object_id: ${id("object_id")}, old_name: ${id("dst_port")}, time: ${id("time")}}`;
  await write(
    "flows/b.parquet",
    "SELECT 8::UTINYINT AS object_id, 44::UTINYINT AS old_name, TIMESTAMP '2026-03-04' AS time",
    `FORMAT parquet, ${ids}`,
  );
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

const segments = [{ path: "flows/a.parquet" }, { path: "flows/b.parquet" }];

it("reads absent columns as null, renamed and widened ones by their field id, from folders with any name", async () => {
  const reader = await engine.connection.runAndReadAll(
    `SELECT rule_name, dst_port, object_id, observer_id, time::VARCHAR FROM ${segmentsSql("flows", segments, folder)} ORDER BY time`,
  );
  expect(reader.getRows()).toEqual([
    ["web", null, 7, null, "2026-03-03 00:00:00"],
    [null, 44, 8, null, "2026-03-04 00:00:00"],
  ]);
});

it("gives the table's columns and types, with or without files", async () => {
  const shape = async (from: string) => {
    const reader = await engine.connection.runAndReadAll(`SELECT * FROM ${from}`);
    return reader.columnNames().map((name, at) => `${name} ${reader.columnType(at).toString()}`);
  };
  for (const table of ["flows", "coverage", "malformed"] as const) {
    const empty = await shape(segmentsSql(table, [], folder));
    expect(empty.map((column) => column.split(" ")[0])).toEqual(tables[table]);
    expect(await shape(segmentsSql(table, segments, folder))).toEqual(empty);
  }
  const rows = await engine.connection.runAndReadAll(`SELECT * FROM ${segmentsSql("flows", [], folder)}`);
  expect(rows.currentRowCount).toBe(0);
});

it("prunes by a filter", async () => {
  const reader = await engine.connection.runAndReadAll(
    `EXPLAIN ANALYZE SELECT object_id FROM ${segmentsSql("flows", segments, folder)} WHERE time >= TIMESTAMP '2026-03-04'`,
  );
  expect(String(reader.getRows()[0]?.[1])).toMatch(/Filters:[^]*time/);
});
