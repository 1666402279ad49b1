/** Deliveries of Amazon Data Firehose in batches of 1 MiB, each durable before it is answered. */
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "./server.mjs";
import * as bench from "./workbench.mjs";

const { add, n, mb, quick } = bench;
const BATCHES = quick ? 60 : 400;
const BATCH_BYTES = 1024 * 1024;
const SENDERS = 4;
const KEY = "0123456789abcdef0123456789abcdef";
const MEMORY = 800_000_000;
const RECORDS_A_SECOND = 100_000;

export async function benchPush() {
  const batches = Array.from({ length: BATCHES }, (_, number) => batch(number));
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

/** Lines as a flow log writes them within an hour: many interfaces, both directions. */
function batch(number) {
  const start = Date.UTC(2026, 2, 3, 12) / 1000 + ((number * 10) % 3500);
  const records = [];
  for (let bytes = 80; bytes < BATCH_BYTES;) {
    const at = number * 10_000 + records.length;
    const own = `10.${(at >> 8) & 15}.${at & 255}.${1 + (at % 250)}`;
    const other =
      at % 3 === 0 ? `203.0.113.${at % 250}` : `10.${16 + ((at >> 6) & 7)}.${(at * 7) & 255}.${1 + (at % 9)}`;
    const port = 1024 + ((at * 31) % 60_000);
    const ends = at % 2 === 0 ? `${own} ${other} ${port} 443` : `${other} ${own} 443 ${port}`;
    const eni = `eni-0${(0xa0000000 + (at % 4096)).toString(16)}00000000`;
    const line = `2 123456789012 ${eni} ${ends} 6 ${1 + (at % 90)} ${400 + at} ${start + (at % 60)} ${start + 59} ACCEPT OK`;
    const data = Buffer.from(`{"message":"${line}"}`).toString("base64");
    records.push(`{"data":"${data}"}`);
    bytes += data.length + 12;
  }
  const id = `0b5f0000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  const body = Buffer.from(`{"requestId":"${id}","timestamp":1578090901599,"records":[${records.join(",")}]}`);
  return { id, body, records: records.length };
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
