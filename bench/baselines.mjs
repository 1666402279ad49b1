/**
 * What an expert would do by hand with DuckDB alone, as commands of their own. Each prints nothing; the statements are shared
 * with the report, which prints them in full.
 * Usage: node bench/baselines.mjs copy-gzip|copy-parquet|json-parse|make-parquet INPUT OUTPUT
 */
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const V2 =
  "{'version': 'INTEGER', 'account_id': 'VARCHAR', 'interface_id': 'VARCHAR', 'srcaddr': 'VARCHAR', 'dstaddr': 'VARCHAR', 'srcport': 'INTEGER', 'dstport': 'INTEGER', 'protocol': 'INTEGER', 'packets': 'BIGINT', 'bytes': 'BIGINT', 'start': 'BIGINT', 'end': 'BIGINT', 'action': 'VARCHAR', 'log_status': 'VARCHAR'}";

export const statements = {
  "copy-gzip": (input, output) =>
    `COPY (SELECT * FROM read_csv('${input}/**/*.log.gz', delim=' ', header=true, auto_detect=false, nullstr='-', columns=${V2})) TO '${output}' (FORMAT parquet, COMPRESSION zstd)`,
  "copy-parquet": (input, output) =>
    `COPY (SELECT * FROM read_parquet('${input}/**/*.parquet')) TO '${output}' (FORMAT parquet, COMPRESSION zstd)`,
};

async function connect() {
  const { DuckDBInstance } = createRequire(import.meta.url)("@duckdb/node-api");
  return (await DuckDBInstance.create(":memory:")).connect();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , kind, input, output] = process.argv;
  if (kind === "make-parquet") {
    // Not a baseline: AWS's Parquet form of text objects, an object each.
    const connection = await connect();
    for (const name of readdirSync(input, { recursive: true })) {
      if (!String(name).endsWith(".log.gz")) continue;
      const target = join(output, basename(String(name)).replace(/gz$/, "parquet"));
      await connection.run(
        `COPY (SELECT * FROM read_csv('${join(input, String(name))}', delim=' ', header=true, auto_detect=false, columns=${V2})) TO '${target}' (FORMAT parquet, COMPRESSION gzip)`,
      );
    }
  } else if (kind === "json-parse") {
    for (const name of readdirSync(input, { recursive: true })) {
      if (String(name).endsWith(".json") && !String(name).endsWith("truth.json"))
        JSON.parse(readFileSync(join(input, String(name)), "utf8"));
    }
  } else {
    await (await connect()).run(statements[kind](input, output));
  }
}
