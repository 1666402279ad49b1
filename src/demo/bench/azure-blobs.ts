import { Random } from "../random.ts";
import { BENCH_END_MS, shareOf, type BenchOptions, type BenchTruth } from "./bench-types.ts";

/** A blob that is being filled: tuples by minute of its hour, out and in apart. */
interface Blob {
  readonly key: string;
  readonly mac: string;
  readonly ip: string;
  readonly hourMs: number;
  readonly minutes: { readonly out: string[]; readonly in: string[] }[];
  left: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const UPDATE_MS = 300_000;
/** Interfaces that log in one hour. */
const INTERFACES = 400;
const SUBSCRIPTION = "5f2e1c0a-7d34-4b6e-9a51-0c8b7e6d5f43";
const WATCHER = `/SUBSCRIPTIONS/${SUBSCRIPTION.toUpperCase()}/RESOURCEGROUPS/NETWORKWATCHERRG/PROVIDERS/MICROSOFT.NETWORK/NETWORKWATCHERS`;

/** Two blobs of one hour whose interfaces talk to each other: 8 to 12 tuples a conversation, half of them at each end. */
export function azureBlobPair(options: BenchOptions, pair: number, truth: BenchTruth): { key: string; text: string }[] {
  const random = new Random(options.seed ?? 1, "bench azure", pair);
  const objects = [2 * pair, 2 * pair + 1].filter((object) => object < options.objects);
  const blobs = objects.map((object) => newBlob(options, object));
  const [first, second = first] = blobs;
  if (first === undefined || second === undefined) return [];
  while (blobs.some((blob) => blob.left > 0)) {
    truth.conversations++;
    const forward = random.chance(0.5);
    converse(random, forward ? first : second, forward ? second : first, truth);
  }
  return blobs.map((blob) => ({ key: blob.key, text: textOf(blob, random) }));
}

function newBlob(options: BenchOptions, object: number): Blob {
  const end = options.endMs ?? BENCH_END_MS;
  const hours = Math.ceil(options.objects / INTERFACES);
  const hourMs = Math.floor(end / HOUR_MS) * HOUR_MS - (hours - Math.floor(object / INTERFACES)) * HOUR_MS;
  const number = object % INTERFACES;
  const mac = `000D3A${number.toString(16).toUpperCase().padStart(6, "0")}`;
  const iso = new Date(hourMs).toISOString();
  const log = `${SUBSCRIPTION}_NETWORKWATCHERRG/NETWORKWATCHER_WESTEUROPE_VNET-BENCH-RG-BENCH-FLOWLOG`.toUpperCase();
  const when = `y=${iso.slice(0, 4)}/m=${iso.slice(5, 7)}/d=${iso.slice(8, 10)}/h=${iso.slice(11, 13)}/m=00`;
  return {
    key: `azure/insights-logs-flowlogflowevent/flowLogResourceID=/${log}/${when}/macAddress=${mac}/PT1H.json`,
    mac,
    ip: `10.70.${number >> 6}.${10 + (number & 63)}`,
    hourMs,
    minutes: Array.from({ length: 59 }, () => ({ out: [], in: [] })),
    left: shareOf(options, object),
  };
}

/** B, two to four C, E: at the client's interface and, a few milliseconds later, at the server's. */
function converse(random: Random, client: Blob, server: Blob, truth: BenchTruth): void {
  const updates = random.between(2, 4);
  const beginMs = random.below((59 - 5 * updates - 4) * MINUTE_MS);
  const five = `${client.ip},${server.ip},${random.between(32_768, 60_999)},${random.pick([443, 443, 1433, 5432, 8080, 53])}`;
  const size = random.heavyTailed(3, 40_000);
  for (let step = 0; step <= updates + 1; step++) {
    const state = step === 0 ? "B" : step > updates ? "E" : "C";
    const atMs = beginMs + Math.min(step, updates) * UPDATE_MS + (state === "E" ? random.below(4 * MINUTE_MS) : 0);
    const [packets, answers] = state === "B" ? [0, 0] : [random.between(1, size), random.between(1, size)];
    const [bytes, answered] = [packets * random.between(66, 500), answers * random.between(66, 1_514)];
    const counters = `${state},NX,${packets},${bytes},${answers},${answered}`;
    for (const [blob, letter, lagMs] of [
      [client, "O", 0],
      [server, "I", 5],
    ] as const) {
      if (blob.left === 0) continue;
      const minute = blob.minutes[Math.floor((atMs + lagMs) / MINUTE_MS)];
      const tuple = `${blob.hourMs + atMs + lagMs},${five},6,${letter},${counters}`;
      minute?.[letter === "O" ? "out" : "in"].push(tuple);
      blob.left--;
      truth.records++;
      truth.srcBytes += bytes;
      truth.srcPackets += packets;
      truth.dstBytes += answered;
      truth.dstPackets += answers;
    }
  }
}

function textOf(blob: Blob, random: Random): string {
  const group = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-bench/providers/Microsoft.Network`;
  const records = blob.minutes.flatMap((minute, number) => {
    const flowGroups = [
      { rule: "DefaultRule_AllowVnetOutBound", flowTuples: minute.out.sort() },
      { rule: "UserRule_allow-services", flowTuples: minute.in.sort() },
    ].filter(({ flowTuples }) => flowTuples.length > 0);
    if (flowGroups.length === 0) return [];
    const written = new Date(blob.hourMs + (number + 1) * MINUTE_MS + random.between(3_400, 25_000)).toISOString();
    return JSON.stringify({
      time: written.replace("Z", "0000Z"),
      flowLogVersion: 4,
      flowLogGUID: "9b3c6d51-2f1e-4a7b-8c0d-1e2f3a4b5c6d",
      macAddress: blob.mac,
      category: "FlowLogFlowEvent",
      flowLogResourceID: `${WATCHER}/NETWORKWATCHER_WESTEUROPE/FLOWLOGS/VNET-BENCH-RG-BENCH-FLOWLOG`,
      targetResourceID: `${group}/virtualNetworks/vnet-bench`,
      operationName: "FlowLogFlowEvent",
      flowRecords: { flows: [{ aclID: `${group}/networkSecurityGroups/nsg-bench`, flowGroups }] },
    });
  });
  return `{"records":[${records.join(",")}]}`;
}
