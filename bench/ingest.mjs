/** From objects to flows in the lake: `weir ingest --no-derive`, beside what an expert would do by hand. */
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { median, pair } from "./measure.mjs";
import * as bench from "./workbench.mjs";

const { add, n, rate, mb, MILLION, size, quick, rounds } = bench;
const flowsOnly = (folder, lake) => bench.ingest(folder, lake, "--no-derive");

/** Five million records in ten objects: the set that most figures are about. */
export const tenObjects = () =>
  bench.dataSet("aws-v2-10", { kind: "aws-v2", records: 5 * MILLION * size, objects: 10 });
export const vnetBlobs = () =>
  bench.dataSet("azure-vnet", { kind: "azure-vnet", records: MILLION * size, objects: 40 });

export async function benchIngest() {
  const v2 = await tenObjects();
  const lake = bench.workPath("lake");
  const peak = await text(v2, lake);
  await top(v2.truth.records, lake);
  await help();
  await decoding();
  await vnet(lake);
  await parquet(v2, lake);
  await manyObjects(v2, lake);
  await growth(v2, lake, peak);
}

/** @returns peak memory */
async function text(v2, lake) {
  const { records } = v2.truth;
  const out = bench.workPath("out.parquet");
  const found = await pair(
    () => flowsOnly(v2.folder, lake),
    () => bench.baseline("copy-gzip", v2.folder, out),
    rounds,
  );
  if (found.ours.some(({ report }) => report.records.flows !== records)) throw new Error("records were lost");
  add(
    "gzip AWS text → flows committed",
    `${n(found.ourSeconds)} s, ${rate(records, found.ourSeconds)}`,
    `DuckDB COPY ${n(found.baseSeconds)} s, ${rate(records, found.baseSeconds)}`,
    `${n(found.ratio)} ×`,
    "≥ 1.5 ×",
    found.ratio >= 1.5,
  );
  const bytes = bench.folderBytes(join(lake, "flows")) / records;
  add(
    "lake size, flows",
    `${n(bytes, 1)} bytes a record`,
    `gzip text ${n(bench.folderBytes(v2.folder) / records, 1)}, plain Parquet ${n(statSync(out).size / records, 1)}`,
    `${n(bytes, 1)} bytes`,
    "≤ 16 bytes",
    bytes <= 16,
  );
  return {
    resident: Math.max(...found.ours.map((one) => one.peak.resident)),
    shared: Math.max(...found.ours.map((one) => one.peak.shared)),
  };
}

async function top(records, lake) {
  for (const [what, by, target] of [
    ["weir top on flows, one address", "src_ip", 1.2],
    ["weir top on flows, three dimensions", "src_ip,dst_ip,dst_port", 3],
  ]) {
    const times = [];
    for (let round = 0; round < rounds; round++)
      times.push((await bench.runWeir("top", "--dataset", "flows", "--data", lake, "--by", by)).seconds);
    const seconds = median(times);
    add(
      what,
      `${n(seconds)} s`,
      `${n(records / MILLION, 1)} M flows`,
      `${n(seconds)} s`,
      `≤ ${target} s`,
      seconds <= target,
    );
  }
}

async function help() {
  const found = await pair(
    () => bench.runWeir("--help"),
    () => bench.runNode("-e", "0"),
    Math.max(5, rounds),
  );
  const more = (found.ourSeconds - found.baseSeconds) * 1000;
  add(
    "weir --help",
    `${n(found.ourSeconds * 1000, 0)} ms`,
    `node -e 0: ${n(found.baseSeconds * 1000, 0)} ms`,
    `+ ${n(more, 0)} ms`,
    "+ ≤ 80 ms",
    more <= 80,
  );
}

async function decoding() {
  const { stdout } = await bench.runNode("bench/decode-aws.mjs", "dist", "1000000", "7");
  const [v2 = 0, v5 = 0] = [...stdout.matchAll(/median\s+([\d.]+) M rows/g)].map(([, value]) => Number(value));
  add(
    "decoding, v2 default, one thread",
    `${n(v2)} M rows/s`,
    "every field checked",
    `${n(v2)} M/s`,
    "≥ 2.4 M/s",
    v2 >= 2.4,
  );
  add(
    "decoding, 29-field v5, one thread",
    `${n(v5)} M rows/s`,
    "half of the v2 target",
    `${n(v5)} M/s`,
    "≥ 1.2 M/s",
    v5 >= 1.2,
  );
}

async function vnet(lake) {
  const blobs = await vnetBlobs();
  const found = await pair(
    () => flowsOnly(blobs.folder, lake),
    () => bench.baseline("json-parse", blobs.folder, bench.workPath("nothing")),
    rounds,
  );
  add(
    "VNet JSON → flows committed",
    `${n(found.ourSeconds)} s, ${rate(blobs.truth.records, found.ourSeconds)}`,
    `bare JSON.parse ${n(found.baseSeconds)} s (whole process)`,
    `${n(found.ratio)} ×`,
    "≥ 0.6 ×",
    found.ratio >= 0.6,
  );
}

async function parquet(v2, lake) {
  const folder = resolve(`bench/data/aws-parquet${quick ? "-quick" : ""}`);
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    await bench.baseline("make-parquet", v2.folder, folder).catch(() => undefined);
  }
  const { records } = v2.truth;
  const found = await pair(
    () => flowsOnly(folder, lake),
    () => bench.baseline("copy-parquet", folder, bench.workPath("out.parquet")),
    rounds,
  );
  if (found.ours.some(({ report }) => report.records.flows !== records)) throw new Error("Parquet records were lost");
  add(
    "AWS Parquet → flows committed",
    `${n(found.ourSeconds)} s, ${rate(records, found.ourSeconds)}`,
    `DuckDB COPY ${n(found.baseSeconds)} s`,
    `${n(found.ratio)} ×`,
    "≥ 0.8 ×",
    found.ratio >= 0.8,
  );
}

async function manyObjects(v2, lake) {
  const small = await bench.dataSet("aws-v2-20000", {
    kind: "aws-v2",
    records: 5 * MILLION * size,
    objects: 20_000 * size,
  });
  const manyLake = bench.workPath("lake-small");
  const found = await pair(
    () => flowsOnly(small.folder, manyLake),
    () => flowsOnly(v2.folder, lake),
    quick ? 1 : 3,
  );
  const files = readdirSync(manyLake, { recursive: true }).filter((name) => String(name).endsWith(".parquet")).length;
  add(
    `the same records in ${small.truth.objects.toLocaleString("en")} objects`,
    `${n(found.ourSeconds)} s, ${files} segment files`,
    `in 10 objects ${n(found.baseSeconds)} s`,
    `${n(found.ratio)} ×`,
    "≥ 0.5 ×, ≤ 100 files",
    found.ratio >= 0.5 && files <= 100,
  );
}

async function growth(v2, lake, peak5) {
  const large = await bench.dataSet("aws-v2-large", { kind: "aws-v2", records: 20 * MILLION * size, objects: 40 });
  const found = await pair(
    () => flowsOnly(large.folder, lake),
    () => flowsOnly(v2.folder, lake),
    quick ? 1 : 3,
  );
  const slower = found.ourSeconds / large.truth.records / (found.baseSeconds / v2.truth.records);
  add(
    "growth: 20 M against 5 M",
    rate(large.truth.records, found.ourSeconds),
    rate(v2.truth.records, found.baseSeconds),
    `${n(1 / slower)} × the rate`,
    "≥ 0.9 ×",
    1 / slower >= 0.9,
  );
  const peak20 = Math.max(...found.ours.map(({ peak }) => peak.resident));
  add(
    "peak memory of ingest, 5 M records",
    mb(peak5.resident),
    `resident, all processes; shared pages once: ${mb(peak5.shared)}`,
    mb(peak5.resident),
    "≤ 800 MB",
    peak5.resident <= 800 * MILLION,
  );
  add(
    "peak memory of ingest, 20 M records",
    mb(peak20),
    `5 M: ${mb(peak5.resident)}`,
    `${n(peak20 / peak5.resident)} ×`,
    "≤ 1.1 ×",
    peak20 <= peak5.resident * 1.1,
  );
}
