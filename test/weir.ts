import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import type { RecordCounts } from "../src/model/records.ts";

export const main = resolve("dist/cli/main.js");

/** The report of `weir ingest --json`. */
export interface IngestReport {
  readonly objects: { read: number; unchanged: number; grown: number; skipped: number; failed: number };
  readonly records: RecordCounts;
  readonly flows_by_type: Record<string, number>;
  readonly problems: readonly { object: string; code: string; message: string }[];
}

/** Runs the built product's ingest to its end. @throws when it does not end with 0 */
export function ingest(dataDir: string, ...args: string[]): IngestReport {
  const run = spawnSync(process.execPath, [main, "ingest", "--json", "--data", dataDir, ...args], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`weir ingest exited with ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout) as IngestReport;
}
