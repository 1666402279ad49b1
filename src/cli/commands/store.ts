import { storeFiles, storeStatement } from "#app/index.js";
import { knownWord } from "#base/known-word.js";
import { tableNames } from "#model/tables.js";
import type { Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { fullCount, humanBytes, humanTime } from "#base/human.js";
import { safeText } from "../output/safe-text.ts";
import { tableLines, type TableCell } from "../output/table.ts";

interface FilesOptions extends DataOption {
  readonly table: string;
  readonly format: "table" | "json" | "duckdb" | "clickhouse";
  readonly json?: boolean;
}

/** `weir store files`: the live files of a table, for people and for other engines. */
export async function runFiles(console: Console, options: FilesOptions): Promise<number> {
  const table = knownWord(options.table, tableNames, "table", "--table");
  const dataDir = await existingLake(options.data, console);
  const { out } = console;
  const format = options.json === true ? "json" : options.format;
  if (format === "duckdb" || format === "clickhouse") {
    await out.line(await storeStatement(dataDir, table, format));
    return 0;
  }
  const files = await storeFiles(dataDir, table);
  if (format === "json") {
    const iso = (micros: number): string => new Date(micros / 1000).toISOString();
    await out.line(
      JSON.stringify(
        files.map(({ path, rows, bytes, minTime, maxTime }) => ({
          path,
          rows,
          bytes,
          min_time: iso(minTime),
          max_time: iso(maxTime),
        })),
      ),
    );
    return 0;
  }
  const columns = [
    { heading: "from", align: "left" },
    { heading: "to", align: "left" },
    { heading: "rows", align: "right" },
    { heading: "size", align: "right" },
    { heading: "path", align: "left" },
  ] as const;
  const rows = files.map((file): TableCell[] => [
    { text: humanTime(file.minTime) },
    { text: humanTime(file.maxTime) },
    { text: fullCount(file.rows) },
    { text: humanBytes(file.bytes) },
    { text: safeText(file.path) },
  ]);
  for (const line of tableLines(columns, rows, out)) await out.line(line);
  return 0;
}
