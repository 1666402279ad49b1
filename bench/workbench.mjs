/** What all benchmarks share: where data lies, how data sets are made and commands run, and the table of results. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "./measure.mjs";

export const quick = process.argv.includes("--quick");
/** How much of the data, and how often each comparison is made. */
export const size = quick ? 0.1 : 1;
export const rounds = quick ? 1 : 5;
export const MILLION = 1_000_000;

const data = resolve("bench/data");
const work = join(data, "work");
const weir = resolve("dist/cli/main.js");
const baselines = resolve("bench/baselines.mjs");

/** A place for what a benchmark makes; all of it is removed at the end. */
export const workPath = (name) => {
  mkdirSync(work, { recursive: true });
  return join(work, name);
};
export const removeWork = () => rmSync(work, { recursive: true, force: true });

/** Makes a data set once, and keeps it for the next run. @returns its folder and what is in it */
export async function dataSet(name, options) {
  const folder = join(data, `${name}${quick ? "-quick" : ""}`);
  const truthFile = `${folder}.json`;
  if (!existsSync(truthFile)) {
    const { writeBenchObjects } = await import("../dist/demo/index.js");
    console.error(`making ${name}: ${options.records.toLocaleString("en")} records in ${options.objects} objects`);
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(truthFile, JSON.stringify(await writeBenchObjects(folder, { seed: 1, ...options })));
  }
  return { folder, truth: JSON.parse(readFileSync(truthFile, "utf8")) };
}

/** A generated object holds five minutes of one of two accounts: so many are one hour. */
const OBJECTS_AN_HOUR = 24;

/** AWS records of one whole hour, default format, which does not say at which end an interface stands. */
export const hourOf = (millions) =>
  dataSet(`aws-v2-hour-${millions}`, { kind: "aws-v2", records: millions * MILLION * size, objects: OBJECTS_AN_HOUR });

/** Makes something once, in a folder of its own. @param make gets the folder */
export async function madeOnce(name, make) {
  const folder = join(data, `${name}${quick ? "-quick" : ""}`);
  if (!existsSync(folder)) {
    console.error(`making ${name}`);
    rmSync(`${folder}.part`, { recursive: true, force: true });
    await make(`${folder}.part`);
    cpSync(`${folder}.part`, folder, { recursive: true });
    rmSync(`${folder}.part`, { recursive: true, force: true });
  }
  return folder;
}

export const runWeir = (...args) => run(process.execPath, [weir, ...args]);
export const runNode = (...args) => run(process.execPath, args);

/** Reads a folder into a new lake. @param more `--no-derive`: flows alone */
export async function ingest(folder, lake, ...more) {
  rmSync(lake, { recursive: true, force: true });
  const result = await runWeir("ingest", folder, "--data", lake, "--json", ...more);
  return { ...result, report: JSON.parse(result.stdout) };
}

export async function baseline(kind, input, output) {
  rmSync(output, { recursive: true, force: true });
  return runNode(baselines, kind, input, output);
}

export const folderBytes = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);

export const n = (value, digits = 2) => value.toFixed(digits);
export const rate = (records, seconds) => `${n(records / seconds / MILLION)} M/s`;
export const mb = (bytes) => `${Math.round(bytes / MILLION)} MB`;

/** The results so far, in order. */
export const results = [];

/** @param cells what, ours, against, the figure, the target, whether it is met */
export function add(...cells) {
  const [what, ours, against, figure, target, met] = cells;
  results.push({ what, ours, against, figure, target, met });
  console.log(`${met ? "ok  " : "MISS"}  ${what}: ${ours} | ${against} | ${figure} (target ${target})`);
}
