/** Questions from process start to answer, on conversations and what is rolled up from them; filters alone. */
import { rmSync } from "node:fs";
import { median } from "./measure.mjs";
import { tenObjects } from "./ingest.mjs";
import * as bench from "./workbench.mjs";

const { add, n, MILLION, quick, rounds } = bench;
/** Days of the demo world that questions over a long time are asked of. */
const spans = quick ? [1] : [30, 90];

export async function benchAsk() {
  await conversations();
  for (const days of spans) await longTimes(days);
  await filters();
}

/** Asks several times. @returns the median time and the last answer */
async function ask(...args) {
  const seconds = [];
  let answer;
  for (let round = 0; round < rounds; round++) {
    const result = await bench.runWeir(...args, "--json");
    seconds.push(result.seconds);
    answer = JSON.parse(result.stdout);
  }
  return { seconds: median(seconds), answer };
}

function asked(what, against, { seconds, answer }) {
  const from = `${answer.table}, ${Number(answer.scanned_rows).toLocaleString("en")} rows`;
  add(what, `${n(seconds)} s from ${from}`, against, `${n(seconds)} s`, "≤ 1 s", seconds <= 1);
}

async function conversations() {
  const v2 = await tenObjects();
  const lake = bench.workPath("lake");
  await bench.ingest(v2.folder, lake);
  const against = `${n(v2.truth.records / MILLION, 1)} M flows`;
  const always = ["--data", lake];
  asked("weir top, one address", against, await ask("top", "--by", "client_ip", ...always));
  asked(
    "weir query, a filter and two dimensions",
    against,
    await ask(
      "query",
      "server.port = 443",
      "--by",
      "client_ip,server_ip",
      "--measure",
      "bytes,conversations",
      ...always,
    ),
  );
}

/** A long time of the demo world: the answers come from rollups, whatever the number of flows. */
async function longTimes(days) {
  const lake = await bench.madeOnce(`lake-demo-${days}-days`, async (folder) => {
    const logs = bench.workPath(`demo-logs-${days}`);
    await bench.runWeir("demo", "--write", logs, "--hours", String(days * 24));
    await bench.runWeir("ingest", `${logs}/s3`, `${logs}/azure`, "--final", "--data", folder);
    rmSync(logs, { recursive: true, force: true });
  });
  const all = ["--data", lake, "--from", `-${days}d`];
  const counted = await ask("query", "--dataset", "flows", "--measure", "flows", ...all);
  const flows = `${days} days, ${n(Number(counted.answer.rows[0]?.flows ?? 0) / MILLION, 1)} M flows`;
  const of = (what) => `${days} days: ${what}`;
  asked(of("top addresses"), flows, await ask("top", "--by", "server_ip", ...all));
  asked(of("top pairs"), flows, await ask("top", "--by", "pair", ...all));
  asked(of("a series of days"), flows, await ask("query", "--by", "service", "--step", "1d", "--top", "10", ...all));
  const busiest = await ask("top", "--by", "client_ip", "-n", "1", ...all);
  const address = busiest.answer.rows[0]?.client_ip;
  asked(of("one address"), flows, await ask("query", `ip = ${address}`, "--by", "service", ...all));
  // Someone from outside who was there for some hours: presence names them, and no other is read.
  const visitors = await ask(
    "top",
    "verdict = denied and not client.ip in 10.0.0.0/8",
    "--by",
    "client_ip",
    "-n",
    "1",
    ...all,
  );
  const visitor = visitors.answer.rows[0]?.client_ip;
  asked(of("one address of the internet"), flows, await ask("top", `ip = ${visitor}`, ...all));
}

async function filters() {
  const { parse_ms: parse } = JSON.parse((await bench.runNode("bench/filter.mjs", "--json")).stdout);
  const worst = parse.slowest_filter;
  add(
    "parsing and checking a filter",
    `${n(parse.median, 3)} ms, the slowest ${n(worst, 3)} ms`,
    "warm",
    `${n(worst, 3)} ms`,
    "≤ 1 ms",
    worst <= 1,
  );
}
