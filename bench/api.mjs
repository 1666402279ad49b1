/** The API with eight clients at once: its main questions, computed and kept, and the same question by the command line. */
import { median } from "./measure.mjs";
import { tenObjects } from "./ingest.mjs";
import { post, serve } from "./server.mjs";
import * as bench from "./workbench.mjs";

const { add, n, MILLION, quick } = bench;
const CLIENTS = 8;
const TURNS = quick ? 2 : 10;

/** Each with a number that makes it another question, so that nothing is kept of it; the last is what the command line is asked. */
const questions = {
  "top clients": {
    ask: (turn) => [{ by: ["client.ip"], measures: ["bytes"], limit: 20 + turn }],
    cli: ["query", "--by", "client_ip", "--measure", "bytes", "--top", "20"],
  },
  "bytes over time by verdict": {
    ask: (turn) => [{ by: ["verdict"], measures: ["bytes"], step: "1m", limit: 20 + turn }],
    cli: ["query", "--by", "verdict", "--measure", "bytes", "--step", "1m"],
  },
  "a filter and two dimensions": {
    ask: (turn) => [
      {
        filter: "server.port = 443",
        by: ["client.ip", "server.ip"],
        measures: ["bytes", "conversations"],
        limit: 20 + turn,
      },
    ],
    cli: [
      "query",
      "server.port = 443",
      "--by",
      "client_ip,server_ip",
      "--measure",
      "bytes,conversations",
      "--top",
      "20",
    ],
  },
  "the overview's eight": { ask: overview, cli: undefined },
};

/** What the first page asks at once. */
function overview(turn) {
  const limit = 10 + turn;
  return [
    { by: ["provider"], measures: ["bytes"], step: "5m", limit },
    { by: ["verdict"], measures: ["conversations"], step: "5m", limit },
    { by: ["client.ip"], measures: ["bytes"], limit },
    { by: ["server.ip"], measures: ["bytes"], limit },
    { by: ["service"], measures: ["bytes"], limit },
    { by: ["client.ip"], measures: ["denied"], filter: "verdict = denied", limit },
    { by: ["client.provider", "server.provider"], measures: ["bytes"], limit },
    { by: ["network"], measures: ["conversations"], limit },
  ];
}

export async function benchApi() {
  const v2 = await tenObjects();
  const lake = bench.workPath("api-lake");
  await bench.ingest(v2.folder, lake);
  const server = await serve(lake);
  try {
    // As in use: engines are loaded.
    await together(server.url, (turn) => questions["top clients"].ask(1000 + turn), 1);
    for (const [name, { ask, cli }] of Object.entries(questions)) {
      const against = cli === undefined ? "" : `by the command line ${n(await byCommand(lake, cli))} s`;
      const computed = await together(server.url, (turn) => ask(turn), TURNS);
      tell(`${name}, computed`, computed, against, v2);
      const kept = await together(server.url, () => ask(0), TURNS);
      tell(`${name}, kept`, kept, against, v2);
    }
  } finally {
    await server.stop();
  }
}

/** Eight clients ask, each as soon as it has its answers. @returns milliseconds of every turn: until all its answers were there */
async function together(url, ask, turns) {
  const times = [];
  const client = async (number) => {
    for (let turn = 0; turn < turns; turn++) {
      const started = performance.now();
      await Promise.all(ask(turn * CLIENTS + number).map((question) => post(url, "/query", question)));
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  return times;
}

async function byCommand(lake, args) {
  const seconds = [];
  for (let round = 0; round < 3; round++)
    seconds.push((await bench.runWeir(...args, "--data", lake, "--json")).seconds);
  return median(seconds);
}

function tell(what, times, against, { truth }) {
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] / 1000;
  const p50 = median(times) / 1000;
  add(
    `API, ${CLIENTS} clients: ${what}`,
    `p50 ${n(p50)} s, p95 ${n(p95)} s of ${times.length}`,
    `${n(truth.records / MILLION, 1)} M flows${against === "" ? "" : `; ${against}`}`,
    `${n(p95)} s`,
    "p95 ≤ 1 s",
    p95 <= 1,
  );
}
