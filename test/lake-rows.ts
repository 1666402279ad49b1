import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openCatalog } from "../src/catalog/index.ts";
import { derivedTables, evidenceTables, tables } from "../src/model/tables.ts";
import { segmentsSql } from "../src/store/lake/read-segments.ts";

/**
 * All rows of evidence as text, sorted: what two lakes must agree on. Objects stand for themselves by key, and times
 * of arrival are left out.
 * @param position SQL of the position column
 */
export async function rowsOf(
  dataDir: string,
  position = "position",
  objectName: (key: string) => string = () => "",
): Promise<string[]> {
  const catalog = openCatalog(join(dataDir, "catalog.db"), { mode: "read" });
  const snapshot = catalog.snapshot();
  const keys = new Map(catalog.objects().map(({ objectId, key }) => [objectId, objectName(key)]));
  catalog.close();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows: string[] = [];
  for (const table of evidenceTables) {
    const skipped = table === "malformed" ? ["time", "object_id", "position"] : ["object_id", "position"];
    const columns = tables[table].filter((name) => !skipped.includes(name)).join(", ");
    const result = await connection.runAndReadAll(
      `SELECT object_id, ${position}, ${columns} FROM ${segmentsSql(table, snapshot.segments[table], dataDir)}`,
    );
    for (const [objectId, ...cells] of result.getRows())
      rows.push([table, keys.get(Number(objectId)) ?? "", ...cells.map(String)].join("|"));
  }
  connection.closeSync();
  instance.closeSync();
  return rows.sort();
}

/** All rows of interpretation as text, sorted: two lakes with the same evidence agree on every one of them. */
export async function derivedRowsOf(dataDir: string): Promise<string[]> {
  const catalog = openCatalog(join(dataDir, "catalog.db"), { mode: "read" });
  const snapshot = catalog.snapshot();
  catalog.close();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows: string[] = [];
  for (const table of derivedTables) {
    const result = await connection.runAndReadAll(
      `SELECT ${tables[table].join(", ")} FROM ${segmentsSql(table, snapshot.segments[table], dataDir)}`,
    );
    for (const cells of result.getRows()) rows.push([table, ...cells.map(String)].join("|"));
  }
  connection.closeSync();
  instance.closeSync();
  return rows.sort();
}
