/** Clients that go on asking for a long time: the server's memory stays where it was. */
import { setTimeout as sleep } from "node:timers/promises";
import { post, serve } from "./server.mjs";
import * as bench from "./workbench.mjs";

const { add, n, mb, quick } = bench;
const CLIENTS = 8;
/** A person reads an answer before the next question. */
const PAUSE_MS = 2000;
const minutes = Number(process.env.WEIR_SOAK_MINUTES ?? (quick ? 2 : 60));
/** Until caches are full and engines are warm. */
const WARM = 0.2;

export async function benchSoak() {
  const lake = await bench.madeOnce("lake-demo", (folder) => bench.runWeir("demo", "--data", folder));
  const server = await serve(lake);
  try {
    const { answer } = await post(server.url, "/query", { by: ["client_ip"], limit: 200, others: false });
    const addresses = answer.rows.map((row) => row.client_ip);
    const end = performance.now() + minutes * 60_000;
    const memory = [];
    let asked = 0;
    const client = async (number) => {
      for (let turn = number; performance.now() < end; turn++) {
        await post(server.url, "/query", question(turn, addresses));
        asked++;
        await sleep(PAUSE_MS);
      }
    };
    const watch = async () => {
      while (performance.now() < end) {
        memory.push(server.memory());
        await sleep(Math.min(10_000, (minutes * 60_000) / 40));
      }
    };
    await Promise.all([watch(), ...Array.from({ length: CLIENTS }, (_, number) => client(number))]);
    report(memory, asked);
  } finally {
    await server.stop();
  }
}

/** Never the same twice within some minutes, so that caches do not answer everything. */
function question(turn, addresses) {
  const address = addresses[(turn * 7) % addresses.length];
  const kinds = [
    { filter: `ip = ${address}`, by: ["service"], measures: ["bytes", "conversations"], limit: 10 + (turn % 50) },
    { by: ["client_ip", "service"], measures: ["denied"], limit: 10 + (turn % 90) },
    { by: ["verdict"], step: "5m", filter: `client.ip = ${address}` },
    { by: ["server_ip"], compare: "previous", limit: 10 + (turn % 70) },
  ];
  return kinds[turn % kinds.length];
}

function report(memory, asked) {
  const settled = memory.slice(Math.floor(memory.length * WARM));
  const third = Math.max(1, Math.floor(settled.length / 3));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [before, after] = [mean(settled.slice(0, third)), mean(settled.slice(-third))];
  const growth = after / before - 1;
  add(
    `${CLIENTS} clients for ${minutes} min, ${asked.toLocaleString("en")} questions`,
    `${mb(after)} at the end`,
    `${mb(before)} after warming up`,
    `${growth >= 0 ? "+" : ""}${n(growth * 100, 1)} %`,
    "flat: ≤ +5 %",
    growth <= 0.05,
  );
}
