/**
 * What an expert would do by hand with DuckDB alone, as commands of their own. Each prints nothing; the statements are shared
 * with the report, which prints them in full.
 * Usage: node bench/baselines.mjs copy-gzip|copy-parquet|json-parse INPUT OUTPUT
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const V2 =
  "{'version': 'INTEGER', 'account_id': 'VARCHAR', 'interface_id': 'VARCHAR', 'srcaddr': 'VARCHAR', 'dstaddr': 'VARCHAR', 'srcport': 'INTEGER', 'dstport': 'INTEGER', 'protocol': 'INTEGER', 'packets': 'BIGINT', 'bytes': 'BIGINT', 'start': 'BIGINT', 'end': 'BIGINT', 'action': 'VARCHAR', 'log_status': 'VARCHAR'}";

export const statements = {
  "copy-gzip": (input, output) =>
    `COPY (SELECT * FROM read_csv('${input}/**/*.log.gz', delim=' ', header=true, auto_detect=false, nullstr='-', columns=${V2})) TO '${output}' (FORMAT parquet, COMPRESSION zstd)`,
  "copy-parquet": (input, output) =>
    `COPY (SELECT * FROM read_parquet('${input}/**/*.parquet')) TO '${output}' (FORMAT parquet, COMPRESSION zstd)`,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , kind, input, output] = process.argv;
  if (kind === "json-parse") {
    for (const name of readdirSync(input, { recursive: true })) {
      if (String(name).endsWith(".json") && !String(name).endsWith("truth.json")) JSON.parse(readFileSync(join(input, String(name)), "utf8"));
    }
  } else {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(statements[kind](input, output));
  }
}
