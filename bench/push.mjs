/** Deliveries of Amazon Data Firehose in batches of 1 MiB, each durable before it is answered. */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { serve } from "./server.mjs";
import * as bench from "./workbench.mjs";

const { add, n, mb } = bench;
const MILLIONS = 2;
const BATCH_BYTES = 1024 * 1024;
const SENDERS = 4;
const KEY = "0123456789abcdef0123456789abcdef";
const MEMORY = 800_000_000;
const RECORDS_A_SECOND = 100_000;

export async function benchPush() {
  const batches = await requests();
  const records = batches.reduce((sum, each) => sum + each.records, 0);
  const floor = await floorOf(batches);
  const lake = bench.workPath("push");
  rmSync(lake, { recursive: true, force: true });
  mkdirSync(lake, { recursive: true });
  const key = bench.workPath("push-key");
  writeFileSync(key, KEY);
  writeFileSync(join(lake, "weir.yaml"), `sources:\n  - { name: bench, push: firehose, access_key: "file:${key}" }\n`);
  const server = await serve(lake);
  let peak = 0;
  const sampler = setInterval(() => (peak = Math.max(peak, server.memory())), 200);
  try {
    const started = performance.now();
    await send(`${server.url}/api/v1/push/bench/firehose`, batches);
    const durable = (performance.now() - started) / 1000;
    await collected(server.url, records);
    const inLake = (performance.now() - started) / 1000;
    const of = (seconds) => `${Math.round(records / seconds / 1000)} k records/s`;
    add(
      `${records.toLocaleString("en")} records pushed in batches of 1 MiB, durable`,
      of(durable),
      `${of(floor)} parsed and written by a bare server`,
      `${n(floor / durable)}×`,
      `≥ ${RECORDS_A_SECOND / 1000} k records/s`,
      records / durable >= RECORDS_A_SECOND,
    );
    add(
      "the same, until all are in the lake",
      of(inLake),
      `${n(durable, 1)} s until durable`,
      `${n(inLake, 1)} s`,
      `≥ ${RECORDS_A_SECOND / 1000} k records/s`,
      records / inLake >= RECORDS_A_SECOND,
    );
    add("peak memory of all processes meanwhile", mb(peak), "-", mb(peak), `≤ ${mb(MEMORY)}`, peak <= MEMORY);
  } finally {
    clearInterval(sampler);
    await server.stop();
  }
}

/** The records of an hour, as the demo world's interfaces log them, in the requests that Firehose would send. */
async function requests() {
  const { folder } = await bench.hourOf(MILLIONS);
  const found = [];
  let records = [];
  let bytes = 0;
  const send = () => {
    const id = `0b5f0000-0000-4000-8000-${String(found.length).padStart(12, "0")}`;
    const body = Buffer.from(`{"requestId":"${id}","timestamp":1578090901599,"records":[${records.join(",")}]}`);
    found.push({ id, body, records: records.length });
    records = [];
    bytes = 0;
  };
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(".gz")) continue;
    const [, ...lines] = String(gunzipSync(readFileSync(join(folder, name))))
      .trimEnd()
      .split("\n");
    for (const line of lines) {
      const data = Buffer.from(`{"message":"${line}"}`).toString("base64");
      records.push(`{"data":"${data}"}`);
      bytes += data.length + 12;
      if (bytes > BATCH_BYTES - 300) send();
    }
  }
  if (records.length > 0) send();
  return found;
}

async function send(url, batches) {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  let next = 0;
  const sender = async () => {
    for (let at = next++; at < batches.length; at = next++) await post(url, agent, batches[at]);
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  agent.destroy();
}

async function post(url, agent, { id, body }) {
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    "x-amz-firehose-access-key": KEY,
    "x-amz-firehose-request-id": id,
  };
  const [status, text] = await new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers }, (answer) => {
      let heard = "";
      answer.on("data", (chunk) => (heard += chunk));
      answer.on("end", () => resolve([answer.statusCode, heard]));
    });
    sent.on("error", reject);
    sent.end(body);
  });
  if (status !== 200) throw new Error(`${status}: ${text}`);
}

async function collected(url, records) {
  for (;;) {
    const { sources } = await (await fetch(`${url}/api/v1/sources`)).json();
    if (sources[0]?.records.total === records && sources[0]?.push.waiting_bytes === 0) return;
    await sleep(200);
  }
}

/** @returns seconds that the bare server takes */
async function floorOf(batches) {
  const file = bench.workPath("push-floor");
  const child = spawn(process.execPath, ["bench/push-floor.mjs", file], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const url = await new Promise((resolve) => child.stdout.once("data", (text) => resolve(String(text).trim())));
    const started = performance.now();
    await send(url, batches);
    return (performance.now() - started) / 1000;
  } finally {
    child.kill();
    rmSync(file, { force: true });
  }
}
