import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBTimestampValue, DuckDBUUIDValue } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addressFromBigInt, addressToBigInt, formatAddress, type AddressWords } from "#base/address.js";
import { ColumnBatch } from "#model/column-batch.js";
import { columnNames, columnOf, type ColumnName } from "#model/columns.js";
import { tables } from "#model/tables.js";
import { openEngine, type Engine } from "./duckdb.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { sqlText } from "./sql-literal.ts";

let folder: string;
let engine: Engine;
let writer: SegmentWriter;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weir-test-"));
  engine = await openEngine(join(folder, "tmp"), { memoryMb: 500, threads: 1 });
  writer = new SegmentWriter(engine, join(folder, "staging"), "w1");
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

type Value = string | number | bigint | AddressWords;

const values: Record<string, fc.Arbitrary<Value>> = {
  timestamp: fc.integer({ min: 1_136_073_600, max: 1_900_000_000 }).map((seconds) => BigInt(seconds) * 1_000_000n + 7n),
  text: fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.constantFrom("a", "b", "", "a\0b", "'; DROP TABLE x; --"),
  ),
  json: fc.json({ maxDepth: 1 }),
  address: fc.bigInt(0n, (1n << 128n) - 1n).map(addressFromBigInt),
  uint8: fc.integer({ min: 0, max: 255 }),
  uint16: fc.integer({ min: 0, max: 65_535 }),
  uint32: fc.integer({ min: 0, max: 4_294_967_295 }),
  uint64: fc.bigInt(0n, (1n << 64n) - 1n),
  float64: fc.double({ noNaN: true, noDefaultInfinity: true }),
};

function set(batch: ColumnBatch, name: ColumnName, row: number, value: Value): void {
  const { type } = columnOf(name);
  if (typeof value === "string") batch.setText(name, row, value);
  else if (type === "timestamp") batch.setTime(name, row, Number(value));
  else if (typeof value === "bigint") batch.setUint64(name, row, value);
  else if (typeof value === "number") batch.setNumber(name, row, value);
  else batch.setAddress(name, row, value);
}

/** As the batch's own values: what DuckDB reads back. */
function plain(value: unknown): unknown {
  if (value instanceof DuckDBTimestampValue) return value.micros;
  // The vector's 128 bits with the top bit flipped back.
  if (value instanceof DuckDBUUIDValue) return BigInt.asUintN(128, value.hugeint ^ (1n << 127n));
  return value;
}

it("reads back exactly what was written, nulls, hostile text and all", async () => {
  const names = fc
    .uniqueArray(fc.constantFrom(...tables.flows), { maxLength: 8 })
    .map((some) => [...new Set<ColumnName>(["time", "object_id", ...some])]);
  await fc.assert(
    fc.asyncProperty(
      names.chain((picked) =>
        fc.array(
          fc
            .tuple(
              ...picked.map((name) =>
                name === "time" || name === "object_id"
                  ? values[columnOf(name).type]!
                  : fc.option(values[columnOf(name).type]!),
              ),
            )
            .map((row) => new Map(picked.map((name, index) => [name, row[index]]))),
          { minLength: 1, maxLength: 60 },
        ),
      ),
      async (rows) => {
        const batch = new ColumnBatch("flows", 8);
        for (const row of rows) {
          batch.reserve(1);
          for (const [name, value] of row)
            if (value !== null && value !== undefined) set(batch, name, batch.rows, value);
          batch.rows++;
        }
        const segment = await writer.write(batch);
        const written = columnNames.filter((name) => segment.columns.includes(columnOf(name).id));
        const file = join(folder, "staging", `${segment.id}.parquet`);
        const result = await engine.connection.runAndReadAll(
          `SELECT ${written.join(", ")} FROM read_parquet(${sqlText(file)})`,
        );
        const expected = rows.map((row) =>
          written.map((name) => {
            const value = row.get(name) ?? null;
            if (Array.isArray(value)) return addressToBigInt(value as unknown as AddressWords);
            return typeof value === "string" ? value.toWellFormed() : value;
          }),
        );
        expect(result.getRows().map((row) => row.map(plain))).toEqual(expected);
        expect(segment.rows).toBe(rows.length);
        const times = rows.map((row) => Number(row.get("time")));
        expect([segment.minTime, segment.maxTime]).toEqual([Math.min(...times), Math.max(...times)]);
        expect(segment.hours).toEqual(
          [...new Set(times.map((time) => Math.floor(time / 3.6e9)))].sort((a, b) => a - b),
        );
      },
    ),
    { numRuns: 60 },
  );
});

it("crosses chunk borders and reuses a cleared batch", async () => {
  const batch = new ColumnBatch("flows", 8);
  for (let round = 0; round < 2; round++) {
    batch.clear();
    for (let row = 0; row < 5000; row++) {
      batch.reserve(1);
      batch.setTime("time", row, 1.7e15 + row);
      batch.setNumber("object_id", row, 1 + (row >> 11));
      if (row % 3 === round) batch.setText("rule_name", row, `rule ${row % 700}`);
      batch.setAddress("src_ip", row, [0, 0, 0xffff, row]);
      batch.rows++;
    }
    const segment = await writer.write(batch);
    expect(segment.objects).toEqual({ 1: 2048, 2: 2048, 3: 904 });
    expect([segment.minAddress, segment.maxAddress]).toEqual([
      "00000000000000000000ffff00000000",
      "00000000000000000000ffff00001387",
    ]);
    const file = sqlText(join(folder, "staging", `${segment.id}.parquet`));
    const result = await engine.connection.runAndReadAll(
      `SELECT count(*), count(rule_name), count(DISTINCT rule_name), count(DISTINCT src_ip) FROM read_parquet(${file})`,
    );
    expect(result.getRows()[0]?.map(Number)).toEqual([5000, 1667, 700, 5000]);
    expect(formatAddress([0, 0, 0xffff, 1])).toBe("0.0.0.1");
  }
});
