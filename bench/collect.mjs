/** From a bucket to flows in the lake: `weir collect`, beside `weir ingest` of the same objects from files. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pair } from "./measure.mjs";
import { tenObjects } from "./ingest.mjs";
import * as bench from "./workbench.mjs";

const { add, n, rate, mb, MILLION, size, rounds } = bench;

/** Starts the bucket in a process of its own. */
async function startBucket(...args) {
  const child = spawn(process.execPath, ["bench/s3-server.mjs", ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const line = async () => (await once(lines, "line"))[0];
  const url = await line();
  return {
    url,
    async order(text) {
      const done = line();
      child.stdin.write(`${text}\n`);
      await done;
    },
    async end() {
      child.stdin.end();
      await once(child, "close");
    },
  };
}

function newLake(lake, url) {
  rmSync(lake, { recursive: true, force: true });
  mkdirSync(lake, { recursive: true });
  const source = [
    "sources:",
    "  - name: bucket",
    "    url: s3://bench",
    `    endpoint: ${url}`,
    "    secret: env:BENCH_KEY",
  ];
  writeFileSync(join(lake, "weir.yaml"), source.join("\n"));
}

async function collect(lake) {
  process.env.BENCH_KEY = "AKIDBENCH:secret";
  const result = await bench.runWeir("collect", "--data", lake, "--json");
  return { ...result, report: JSON.parse(result.stdout) };
}

export async function benchCollect() {
  await tenFromBucket();
  await knownKeys();
}

async function tenFromBucket() {
  const v2 = await tenObjects();
  const { records } = v2.truth;
  const bucket = await startBucket(v2.folder);
  const [fromBucket, fromFiles] = [bench.workPath("lake-bucket"), bench.workPath("lake-files")];
  const found = await pair(
    () => {
      newLake(fromBucket, bucket.url);
      return collect(fromBucket);
    },
    () => bench.ingest(v2.folder, fromFiles),
    rounds,
  );
  await bucket.end();
  if (found.ours.some(({ report }) => report.records.flows !== records)) throw new Error("records were lost");
  add(
    "a bucket → flows and conversations",
    `${n(found.ourSeconds)} s, ${rate(records, found.ourSeconds)}`,
    `the same files ${n(found.baseSeconds)} s, ${rate(records, found.baseSeconds)}`,
    `${n(found.ratio)} ×`,
    "≥ 0.8 ×",
    found.ratio >= 0.8,
  );
  const resident = Math.max(...found.ours.map(({ peak }) => peak.resident));
  const beside = Math.max(...found.baseline.map(({ peak }) => peak.resident));
  add(
    "peak memory of it",
    mb(resident),
    `from files ${mb(beside)}`,
    mb(resident),
    "≤ 800 MB",
    resident <= 800 * MILLION,
  );
}

/** Everything is listed again, and all but ten objects are known. */
async function knownKeys() {
  const keys = 100_000 * size;
  const lake = bench.workPath("lake-many");
  const bucket = await startBucket("--many", String(keys));
  newLake(lake, bucket.url);
  const first = await collect(lake);
  if (first.report.objects.read !== keys) throw new Error(`${first.report.objects.read} of ${keys} objects were read`);
  await bucket.order("+10");
  // As if nothing had ever been listed.
  const { default: Database } = await import("libsql");
  const catalog = new Database(join(lake, "catalog.db"));
  catalog.exec("DELETE FROM source_memory");
  catalog.close();
  const again = await collect(lake);
  await bucket.end();
  if (again.report.objects.read !== 10 || again.report.objects.unchanged !== keys) throw new Error("keys were lost");
  add(
    `${keys.toLocaleString("en")} keys listed, all but ten known`,
    `${n(again.seconds)} s, whole process`,
    `read the first time in ${n(first.seconds)} s`,
    `${n(again.seconds)} s`,
    "≤ 5 s",
    again.seconds <= 5,
  );
}
