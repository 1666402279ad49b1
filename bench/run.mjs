/**
 * The benchmarks. Makes its data from the demo generator (bench/data, kept for the next run), runs each comparison pairwise in
 * one run, prints a table and writes bench/RESULTS.md.
 * Usage: node bench/run.mjs [--quick]   (needs npm run build; --quick: a tenth of the data, no RESULTS.md)
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { statements } from "./baselines.mjs";
import { median, pair, run } from "./measure.mjs";

const quick = process.argv.includes("--quick");
const size = quick ? 0.1 : 1;
const rounds = quick ? 1 : 5;
const data = resolve("bench/data");
const work = join(data, "work");
const weir = resolve("dist/cli/main.js");
const baselines = resolve("bench/baselines.mjs");
const { writeBenchObjects } = await import("../dist/demo/index.js");
mkdirSync(work, { recursive: true });

const MILLION = 1_000_000;
const folderBytes = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);

/** Makes a data set once. @returns its folder and what is in it */
async function dataSet(name, options) {
  const folder = join(data, `${name}${quick ? "-quick" : ""}`);
  const truthFile = `${folder}.json`;
  if (!existsSync(truthFile)) {
    console.error(`making ${name}: ${options.records.toLocaleString("en")} records in ${options.objects} objects`);
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(truthFile, JSON.stringify(await writeBenchObjects(folder, { seed: 1, ...options })));
  }
  return { folder, truth: JSON.parse(readFileSync(truthFile, "utf8")) };
}

async function ingest(folder, lake) {
  rmSync(lake, { recursive: true, force: true });
  const result = await run(process.execPath, [weir, "ingest", folder, "--data", lake, "--json"]);
  return { ...result, report: JSON.parse(result.stdout) };
}

async function baseline(kind, input, output) {
  rmSync(output, { recursive: true, force: true });
  return run(process.execPath, [baselines, kind, input, output]);
}

const rows = [];
const n = (value, digits = 2) => value.toFixed(digits);
const rate = (records, seconds) => `${n(records / seconds / MILLION)} M/s`;
const mb = (bytes) => `${Math.round(bytes / MILLION)} MB`;
function add(...cells) {
  const [what, ours, against, figure, target, met] = cells;
  rows.push({ what, ours, against, figure, target, met });
  console.log(`${met ? "ok  " : "MISS"}  ${what}: ${ours} | ${against} | ${figure} (target ${target})`);
}

const lake = join(work, "lake");
const out = join(work, "out.parquet");

// 1. gzip AWS text → lake
const v2 = await dataSet("aws-v2-10", { kind: "aws-v2", records: 5 * MILLION * size, objects: 10 });
const text = await pair(
  () => ingest(v2.folder, lake),
  () => baseline("copy-gzip", v2.folder, out),
  rounds,
);
const records = v2.truth.records;
if (text.ours.some(({ report }) => report.records.flows !== records)) throw new Error("records were lost");
add(
  "gzip AWS text → durable lake",
  `${n(text.ourSeconds)} s, ${rate(records, text.ourSeconds)}`,
  `DuckDB COPY ${n(text.baseSeconds)} s, ${rate(records, text.baseSeconds)}`,
  `${n(text.ratio)} ×`,
  "≥ 1.5 ×",
  text.ratio >= 1.5,
);
const peak5 = Math.max(...text.ours.map(({ peak }) => peak.resident));
const lakeBytes = folderBytes(join(lake, "flows")) / records;
add(
  "lake size, flows",
  `${n(lakeBytes, 1)} bytes a record`,
  `gzip text ${n(folderBytes(v2.folder) / records, 1)}, plain Parquet ${n(statSync(out).size / records, 1)}`,
  `${n(lakeBytes, 1)} bytes`,
  "≤ 16 bytes",
  lakeBytes <= 16,
);

// 2. top on that lake, and help
const top = async (...by) => {
  const times = [];
  for (let round = 0; round < rounds; round++)
    times.push(
      (await run(process.execPath, [weir, "top", "--data", lake, "--from", "2000-01-01", "--by", by.join(",")]))
        .seconds,
    );
  return median(times);
};
const top1 = await top("src_ip");
add(
  "weir top by one address",
  `${n(top1)} s`,
  `${n(records / MILLION, 1)} M flows`,
  `${n(top1)} s`,
  "≤ 1.2 s",
  top1 <= 1.2,
);
const top3 = await top("src_ip", "dst_ip", "dst_port");
add(
  "weir top by three dimensions",
  `${n(top3)} s`,
  `${n(records / MILLION, 1)} M flows`,
  `${n(top3)} s`,
  "≤ 3 s",
  top3 <= 3,
);
const help = await pair(
  () => run(process.execPath, [weir, "--help"]),
  () => run(process.execPath, ["-e", "0"]),
  Math.max(5, rounds),
);
const helpMs = (help.ourSeconds - help.baseSeconds) * 1000;
add(
  "weir --help",
  `${n(help.ourSeconds * 1000, 0)} ms`,
  `node -e 0: ${n(help.baseSeconds * 1000, 0)} ms`,
  `+ ${n(helpMs, 0)} ms`,
  "+ ≤ 80 ms",
  helpMs <= 80,
);

// 3. decoding alone
const decoded = (await run(process.execPath, ["bench/decode-aws.mjs", "dist", "1000000", "7"])).stdout;
const [v2Rate = 0, v5Rate = 0] = [...decoded.matchAll(/median\s+([\d.]+) M rows/g)].map(([, value]) => Number(value));
add(
  "decoding, v2 default, one thread",
  `${n(v2Rate)} M rows/s`,
  "every field checked",
  `${n(v2Rate)} M/s`,
  "≥ 2.4 M/s",
  v2Rate >= 2.4,
);
add(
  "decoding, 29-field v5, one thread",
  `${n(v5Rate)} M rows/s`,
  "half of the v2 target",
  `${n(v5Rate)} M/s`,
  "≥ 1.2 M/s",
  v5Rate >= 1.2,
);

// 4. VNet JSON → lake
const vnet = await dataSet("azure-vnet", { kind: "azure-vnet", records: MILLION * size, objects: 40 });
const json = await pair(
  () => ingest(vnet.folder, lake),
  () => baseline("json-parse", vnet.folder, out),
  rounds,
);
add(
  "VNet JSON → lake",
  `${n(json.ourSeconds)} s, ${rate(vnet.truth.records, json.ourSeconds)}`,
  `bare JSON.parse ${n(json.baseSeconds)} s (whole process)`,
  `${n(json.ratio)} ×`,
  "≥ 0.6 ×",
  json.ratio >= 0.6,
);

// 5. AWS Parquet → lake
const parquet = join(data, `aws-parquet${quick ? "-quick" : ""}`);
if (!existsSync(parquet)) {
  mkdirSync(parquet, { recursive: true });
  await run(process.execPath, [baselines, "make-parquet", v2.folder, parquet]);
}
const columns = await pair(
  () => ingest(parquet, lake),
  () => baseline("copy-parquet", parquet, out),
  rounds,
);
if (columns.ours.some(({ report }) => report.records.flows !== records)) throw new Error("Parquet records were lost");
add(
  "AWS Parquet → lake",
  `${n(columns.ourSeconds)} s, ${rate(records, columns.ourSeconds)}`,
  `DuckDB COPY ${n(columns.baseSeconds)} s`,
  `${n(columns.ratio)} ×`,
  "≥ 0.8 ×",
  columns.ratio >= 0.8,
);

// 6. many small objects
const small = await dataSet("aws-v2-20000", { kind: "aws-v2", records: 5 * MILLION * size, objects: 20_000 * size });
const many = await pair(
  () => ingest(small.folder, join(work, "lake-small")),
  () => ingest(v2.folder, lake),
  quick ? 1 : 3,
);
const segments = readdirSync(join(work, "lake-small"), { recursive: true }).filter((name) =>
  String(name).endsWith(".parquet"),
).length;
add(
  `the same records in ${small.truth.objects.toLocaleString("en")} objects`,
  `${n(many.ourSeconds)} s, ${segments} segment files`,
  `in 10 objects ${n(many.baseSeconds)} s`,
  `${n(many.ratio)} ×`,
  "≥ 0.5 ×, ≤ 100 files",
  many.ratio >= 0.5 && segments <= 100,
);

// 7. growth and memory
const large = await dataSet("aws-v2-large", { kind: "aws-v2", records: 20 * MILLION * size, objects: 40 });
const growth = await pair(
  () => ingest(large.folder, lake),
  () => ingest(v2.folder, lake),
  quick ? 1 : 3,
);
const slower = growth.ourSeconds / large.truth.records / (growth.baseSeconds / records);
add(
  "growth: 20 M against 5 M",
  rate(large.truth.records, growth.ourSeconds),
  rate(records, growth.baseSeconds),
  `${n(1 / slower)} × the rate`,
  "≥ 0.9 ×",
  1 / slower >= 0.9,
);
const peak20 = Math.max(...growth.ours.map(({ peak }) => peak.resident));
add(
  "peak memory, 5 M records",
  mb(peak5),
  `resident, all processes; shared pages once: ${mb(Math.max(...text.ours.map(({ peak }) => peak.shared)))}`,
  mb(peak5),
  "≤ 800 MB",
  peak5 <= 800 * MILLION,
);
add(
  "peak memory, 20 M records",
  mb(peak20),
  `5 M: ${mb(peak5)}`,
  `${n(peak20 / peak5)} ×`,
  "≤ 1.1 ×",
  peak20 <= peak5 * 1.1,
);

rmSync(work, { recursive: true, force: true });
const versions = JSON.parse(readFileSync("package.json", "utf8")).dependencies;
const report = `# Benchmark results

Written by \`npm run bench\`; do not edit. Seconds are whole processes, from start to exit; ratios are medians of pairs that ran one
after the other, because machines are noisy. A ratio is the baseline's time over ours: above 1 we are faster.

- Machine: ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}
- Node.js ${process.version}, @duckdb/node-api ${versions["@duckdb/node-api"]}
- Data: from the demo generator, seed 1. AWS v2: ${records.toLocaleString("en")} records in 10 objects, both directions, ${n(v2.truth.flowsPerConversation, 1)} flows a conversation,
  minute by minute and interface by interface, so that what two ends say of one packet does not stand together;
  VNet: ${vnet.truth.records.toLocaleString("en")} tuples in ${vnet.truth.objects} blobs, ${n(vnet.truth.flowsPerConversation, 1)} a conversation

| what | ours | against | result | target | |
| --- | --- | --- | --- | --- | --- |
${rows.map(({ what, ours, against, figure, target, met }) => `| ${what} | ${ours} | ${against} | ${figure} | ${target} | ${met ? "met" : "**missed**"} |`).join("\n")}

## Baselines in full

\`\`\`sql
-- gzip AWS text
${statements["copy-gzip"]("DIR", "OUT.parquet")};
-- AWS Parquet
${statements["copy-parquet"]("DIR", "OUT.parquet")};
\`\`\`

\`\`\`js
// VNet JSON, for each blob
JSON.parse(readFileSync(blob, "utf8"));
\`\`\`
`;
for (const [name, sql] of Object.entries(statements)) console.log(`\nbaseline ${name}:\n${sql("DIR", "OUT.parquet")}`);
if (quick) console.log("\n--quick: bench/RESULTS.md was left as it is");
else writeFileSync("bench/RESULTS.md", report);
