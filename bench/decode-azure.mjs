/**
 * Decodes generated VNet flow logs with the built product, and tells tuples a second and the ratio to a bare JSON.parse of
 * the same bytes. Run `npm run build` first. Options: the folder of the build (default dist), tuples a record (default 32).
 */
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const [, , dist = "dist", perRecord = "32"] = process.argv;
const { createDecoder, DecodeOutput } = await import(pathToFileURL(resolve(dist, "decode/index.js")).href);

const TUPLES = 400_000;
const RULES = 4;
const ROUNDS = 6;

let seed = 7;
const random = (below) => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
  return seed % below;
};

function tuple(time) {
  const state = "BCED"[random(4)];
  const counts = [random(1000), random(1_000_000), random(1000), random(1_000_000)];
  const counters = state === "C" || state === "E" ? counts.join(",") : "0,0,0,0";
  const src = `10.${random(4)}.${random(256)}.${random(256)}`;
  const dst = `${1 + random(220)}.${random(256)}.${random(256)}.${random(256)}`;
  return `${time},${src},${dst},${1024 + random(60_000)},443,6,${random(2) ? "I" : "O"},${state},NX,${counters}`;
}

const network =
  "/subscriptions/3a6f2c1e-0000-4000-8000-000000000001/resourceGroups/apps-prod/providers/Microsoft.Network";

function record(time, tuples) {
  const flows = Array.from({ length: RULES }, (_, rule) => ({
    aclID: rule === 0 ? "00000000-0000-0000-0000-000000000000" : `${network}/networkSecurityGroups/web-nsg`,
    flowGroups: [
      {
        rule: rule === 0 ? "PlatformRule" : `UserRule_rule-${rule}`,
        flowTuples: Array.from({ length: tuples / RULES }, (_, index) => tuple(time + index)),
      },
    ],
  }));
  return {
    time: new Date(time).toISOString().replace("Z", "1234Z"),
    flowLogGUID: "5f0f6a9e-0000-4000-8000-000000000002",
    macAddress: "000D3A000001",
    category: "FlowLogFlowEvent",
    flowLogResourceID: `${network.toUpperCase()}/NETWORKWATCHERS/NETWORKWATCHER_WESTEUROPE/FLOWLOGS/WEB`,
    targetResourceID: `${network}/virtualNetworks/web/subnets/default`,
    flowLogVersion: 4,
    operationName: "FlowLogFlowEvent",
    flowRecords: { flows },
  };
}

const each = Number(perRecord);
const records = Array.from({ length: TUPLES / each }, (_, index) =>
  JSON.stringify(record(1_735_636_251_391 + index * 60_000, each)),
);
const bytes = Buffer.from(`{"records":[${records.join(",")}]}`);
const context = { key: "bench", objectId: 1, arrivedMicros: Date.UTC(2030, 0) * 1000, modifiedMicros: 0 };

function decode() {
  const output = new DecodeOutput(100_000);
  output.beginObject(context);
  const decoder = createDecoder(bytes.subarray(0, 65_536), context, output);
  const started = performance.now();
  let at = 0;
  for (;;) {
    at = decoder.decode(bytes, at, bytes.length, true);
    if (!output.isFull) break;
    output.clearRows();
  }
  const seconds = (performance.now() - started) / 1000;
  if (output.report.counts.flows !== TUPLES)
    throw new Error(`decoded ${output.report.counts.flows} of ${TUPLES} tuples`);
  return seconds;
}

function parse() {
  const started = performance.now();
  JSON.parse(bytes.toString("utf8"));
  return (performance.now() - started) / 1000;
}

const best = (run) => Math.min(...Array.from({ length: ROUNDS }, run));
const decoding = best(decode);
const parsing = best(parse);
const rate = (seconds) =>
  `${(TUPLES / seconds / 1e6).toFixed(2)} M tuples/s, ${(bytes.length / seconds / 1e6).toFixed(0)} MB/s`;
console.log(`${each} tuples a record, ${(bytes.length / TUPLES).toFixed(0)} bytes a tuple`);
console.log(`decode      ${rate(decoding)}`);
console.log(`JSON.parse  ${rate(parsing)}`);
console.log(`ratio       ${(parsing / decoding).toFixed(2)}`);
