import { createReadStream, rmSync } from "node:fs";
import { awsParquetState, isOcsfTable, type DecodeOutput, type ObjectContext } from "#decode/index.js";
import type { ParquetText } from "#store/index.js";
import { DecodePump } from "./decode-pump.ts";

const CHUNK_BYTES = 256 * 1024;

export function isParquet(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31;
}

/**
 * Reads a Parquet flow log. DuckDB writes its rows as lines, which the text decoder reads, or those of Security Lake as JSON: one
 * decoder decides what a record means, whatever form it came in.
 * @returns false when the file is no flow log that is known
 */
export async function readParquet(
  parquet: ParquetText,
  path: string,
  context: ObjectContext,
  output: DecodeOutput,
  flush: () => Promise<void>,
): Promise<boolean> {
  const columns = await parquet.columns(path);
  const names = columns.map(({ name }) => name);
  const state = awsParquetState(names);
  if (state === undefined && !isOcsfTable(names)) return false;
  const text = await (state === undefined ? parquet.writeJson(path) : parquet.write(path, columns));
  try {
    const pump = new DecodePump(context, output, flush, state);
    for await (const chunk of createReadStream(text, { highWaterMark: CHUNK_BYTES }))
      if (!(await pump.push(chunk as Buffer))) return false;
    return await pump.end(true);
  } finally {
    rmSync(text, { force: true });
  }
}
