/** From flows to conversations: `weir ingest` whole, and `weir store derive` alone, its time and its memory. */
import { cpSync, rmSync } from "node:fs";
import { median, pair } from "./measure.mjs";
import { tenObjects } from "./ingest.mjs";
import * as bench from "./workbench.mjs";

const { add, n, rate, mb, MILLION, size, quick, rounds } = bench;
const few = quick ? 1 : 3;

export async function benchDerive() {
  await whole();
  await alone();
  await late();
  await memory(8, 1000);
  await memory(20, 2000);
}

/** gzip AWS text → conversations on disk, beside DuckDB's COPY of the same objects to plain Parquet. */
async function whole() {
  const v2 = await tenObjects();
  const { records } = v2.truth;
  const found = await pair(
    () => bench.ingest(v2.folder, bench.workPath("lake")),
    () => bench.baseline("copy-gzip", v2.folder, bench.workPath("out.parquet")),
    rounds,
  );
  add(
    "gzip AWS text → conversations",
    `${n(found.ourSeconds)} s, ${rate(records, found.ourSeconds)}`,
    `DuckDB COPY ${n(found.baseSeconds)} s`,
    `${n(found.ratio)} ×`,
    "≥ 0.9 ×",
    found.ratio >= 0.9,
  );
}

/** An hour's flows in a lake of their own, not derived. */
async function lakeOf(millions) {
  const hour = await bench.hourOf(millions);
  const lake = await bench.madeOnce(`lake-hour-${millions}`, (folder) =>
    bench.ingest(hour.folder, folder, "--no-derive"),
  );
  return { lake, records: hour.truth.records };
}

/** Derives a copy of a lake. @returns what the command took */
async function derive(lake) {
  const copy = bench.workPath("lake");
  rmSync(copy, { recursive: true, force: true });
  cpSync(lake, copy, { recursive: true });
  return bench.runWeir("store", "derive", "--data", copy);
}

async function alone() {
  const { lake, records } = await lakeOf(5);
  const seconds = [];
  for (let round = 0; round < few; round++) seconds.push((await derive(lake)).seconds);
  const took = median(seconds);
  add(
    "derivation alone, one hour, own addresses learned",
    `${n(took)} s, whole process`,
    `${n(records / MILLION, 1)} M flows`,
    rate(records, took),
    "≥ 1.5 M/s",
    records / took >= 1.5 * MILLION,
  );
}

/** One small object of the hour's last minutes arrives after the hour was derived. */
async function late() {
  const { lake, records } = await lakeOf(1);
  const object = await bench.dataSet("aws-v2-late", { kind: "aws-v2", records: 1000, objects: 1 });
  const seconds = [];
  for (let round = 0; round < few; round++) {
    await derive(lake);
    const copy = bench.workPath("lake");
    await bench.runWeir("ingest", object.folder, "--data", copy, "--no-derive");
    seconds.push((await bench.runWeir("store", "derive", "--data", copy)).seconds);
  }
  const took = median(seconds);
  add(
    "an hour again after one late object",
    `${n(took)} s, whole process`,
    `${n(records / MILLION, 1)} M flows and ${object.truth.records.toLocaleString("en")} late ones`,
    `${n(took)} s`,
    "≤ 1.5 s",
    took <= 1.5,
  );
}

async function memory(millions, most) {
  const { lake, records } = await lakeOf(millions);
  const { peak, seconds } = await derive(lake);
  add(
    `peak memory of derivation, an hour of ${n(records / MILLION, 1)} M flows`,
    mb(peak.resident),
    `resident, whole process; ${n(seconds)} s`,
    mb(peak.resident),
    `≤ ${n(most / 1000, 0)} GB`,
    peak.resident <= most * MILLION * (quick ? size * 10 : 1),
  );
}
