import { askSql } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { printRows } from "../output/print-rows.ts";

interface SqlOptions extends DataOption, FormatOptions {
  readonly timeout: number;
  readonly maxRows: number;
  readonly memory: number;
}

/** `weir sql`: one read-only statement. */
export async function runSql(console: Console, query: string, options: SqlOptions): Promise<number> {
  const sql = query === "-" ? await readQuery(console) : query;
  const dataDir = await existingLake(options.data, console);
  const { timeout: timeoutMs, maxRows, memory: memoryMb } = options;
  await withInterrupt((signal) =>
    askSql(dataDir, sql, { timeoutMs, maxRows, memoryMb, signal }, (rows) =>
      printRows(rows, formatOf(options), console),
    ),
  );
  return 0;
}

async function readQuery({ stdin }: Console): Promise<string> {
  if (stdin.isTTY)
    throw new WeirError({
      code: "no-input",
      kind: "usage",
      message: "standard input is the terminal",
      place: "weir sql -",
      next: "Pipe the query in: weir sql - < query.sql",
    });
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
