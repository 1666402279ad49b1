/**
 * Decodes generated AWS flow logs with the built product: the default format (14 fields) and a custom format of all 29
 * fields up to version 5. Prints rows a second, best and median. Run `npm run build` first.
 * Options: the folder of the build (default dist), rows (default 1000000), passes (default 3).
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [, , dist = "dist", wantedRows = "1000000", wantedPasses = "3"] = process.argv;
const load = (path) => import(pathToFileURL(resolve(dist, path)).href);
const { DecodeOutput } = await load("decode/decode-output.js");
const { awsTextFormat } = await load("decode/aws/aws-text-format.js");

const ROWS = Number(wantedRows);
const PASSES = Number(wantedPasses);
const CHUNK = 256 * 1024;
const BATCH = 100_000;

let seed = 7;
const random = (below) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return (seed >>> 8) % below;
};
const hex = (digits) => Array.from({ length: digits }, () => "0123456789abcdef"[random(16)]).join("");
const interfaces = Array.from({ length: 60 }, () => ({
  eni: `eni-0${hex(16)}`,
  instance: `i-0${hex(16)}`,
  subnet: `subnet-0${hex(16)}`,
  az: `use1-az${1 + random(4)}`,
  ip: `10.20.${random(8)}.${1 + random(250)}`,
}));
const ports = [443, 443, 443, 80, 22, 5432, 53, 8080];

function flow(index) {
  const own = interfaces[random(interfaces.length)];
  const isEgress = random(2) === 0;
  const other =
    random(3) === 0 ? interfaces[random(60)].ip : `${3 + random(200)}.${random(256)}.${random(256)}.${random(256)}`;
  const port = String(1024 + random(64_000));
  const service = String(ports[random(ports.length)]);
  const isRejected = random(12) === 0;
  const packets = isRejected ? 1 + random(3) : 1 + random(400);
  const start = 1_700_000_000 + Math.floor(index / 2000) + random(60);
  const [source, target] = isEgress ? [own.ip, other] : [other, own.ip];
  const [sourcePort, targetPort] = isEgress ? [port, service] : [service, port];
  const tokens = {
    version: "5",
    "account-id": "123456789012",
    "interface-id": own.eni,
    srcaddr: source,
    dstaddr: target,
    srcport: sourcePort,
    dstport: targetPort,
    protocol: service === "53" ? "17" : "6",
    packets: String(packets),
    bytes: String(packets * (40 + random(1400))),
    start: String(start),
    end: String(start + random(58)),
    action: isRejected ? "REJECT" : "ACCEPT",
    "log-status": "OK",
    "vpc-id": "vpc-0461a061b7c1d2e3f",
    "subnet-id": own.subnet,
    "instance-id": own.instance,
    "tcp-flags": String([0, 2, 3, 18, 19][random(5)]),
    type: "IPv4",
    "pkt-srcaddr": source,
    "pkt-dstaddr": target,
    region: "us-east-1",
    "az-id": own.az,
    "sublocation-type": "-",
    "sublocation-id": "-",
    "pkt-src-aws-service": isEgress ? "-" : random(4) ? "-" : "S3",
    "pkt-dst-aws-service": isEgress && random(4) === 0 ? "DYNAMODB" : "-",
    "flow-direction": isEgress ? "egress" : "ingress",
    "traffic-path": isEgress ? "8" : "-",
  };
  return tokens;
}

const defaults =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
/** The order in which the console writes "all fields". */
const custom =
  "account-id action az-id bytes dstaddr dstport end flow-direction instance-id interface-id log-status packets " +
  "pkt-dst-aws-service pkt-dstaddr pkt-src-aws-service pkt-srcaddr protocol region srcaddr srcport start " +
  "sublocation-id sublocation-type subnet-id tcp-flags traffic-path type version vpc-id";

function generate(header) {
  const names = header.split(" ");
  const parts = [Buffer.from(`${header}\n`)];
  let lines = [];
  for (let index = 0; index < ROWS; index++) {
    const tokens = flow(index);
    if (names.length === 14) tokens.version = "2";
    lines.push(names.map((name) => tokens[name]).join(" "));
    if (lines.length === 10_000 || index === ROWS - 1) {
      parts.push(Buffer.from(`${lines.join("\n")}\n`));
      lines = [];
    }
  }
  return Buffer.concat(parts);
}

/** Feeds the bytes in chunks, as decompression hands them on. @returns seconds */
function decode(bytes) {
  const context = { key: "bench", objectId: 1, arrivedMicros: Date.UTC(2030, 0) * 1000, modifiedMicros: 0 };
  const output = new DecodeOutput(BATCH);
  output.beginObject(context);
  const decoder = awsTextFormat.create(context, output);
  const started = performance.now();
  let at = 0;
  for (let end = Math.min(CHUNK, bytes.length); ; end = Math.min(end + CHUNK, bytes.length)) {
    for (;;) {
      at = decoder.decode(bytes, at, end, end === bytes.length);
      if (!output.isFull) break;
      output.clearRows();
    }
    if (end === bytes.length) break;
  }
  const seconds = (performance.now() - started) / 1000;
  const { flows, total } = output.report.counts;
  if (flows !== ROWS || total !== ROWS) throw new Error(`decoded ${flows} flows of ${total} records, wanted ${ROWS}`);
  return seconds;
}

for (const [name, header] of [
  ["default v2", defaults],
  ["custom v5", custom],
]) {
  const bytes = generate(header);
  const seconds = Array.from({ length: PASSES }, () => decode(bytes)).sort((a, b) => a - b);
  const rate = (time) => `${(ROWS / time / 1e6).toFixed(2)} M rows/s, ${(bytes.length / time / 1e6).toFixed(0)} MB/s`;
  console.log(`${name}, ${(bytes.length / ROWS).toFixed(0)} bytes a row`);
  console.log(`  best    ${rate(seconds[0])}`);
  console.log(`  median  ${rate(seconds[Math.floor(PASSES / 2)])}`);
}
