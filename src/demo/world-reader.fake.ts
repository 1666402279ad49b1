import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDemoWorld, type DemoTruth } from "./index.ts";
import { readWorld, type Read } from "./log-reader.fake.ts";
import type { TruthConversation, TruthIncident } from "./truth.ts";

export const endMs = Date.parse("2026-11-23T14:23:00Z");
/** A world of 24 hours with little ordinary traffic; incidents do not scale. */
export interface World {
  readonly dir: string;
  readonly truth: DemoTruth;
  readonly reads: readonly Read[];
  /** AWS records by addresses and ports. */
  readonly byTuple: ReadonlyMap<string, readonly Read[]>;
  readonly files: readonly string[];
  readonly conversations: readonly TruthConversation[];
}

export async function makeWorld(folder: string, seed: number, hours = 24): Promise<World> {
  const dir = join(folder, `${seed}-${hours}`);
  const truth = await writeDemoWorld(dir, { seed, hours, scale: 0.1, endMs });
  const { reads, files } = await readWorld(dir);
  const byTuple = new Map<string, Read[]>();
  for (const read of reads) {
    const { fields } = read;
    const ends = [fields["pkt-srcaddr"] ?? fields.srcaddr, fields["pkt-dstaddr"] ?? fields.dstaddr];
    const key = [...ends, fields.srcport, fields.dstport].join(" ");
    const known = byTuple.get(key);
    if (known === undefined) byTuple.set(key, [read]);
    else known.push(read);
  }
  const lines = readFileSync(join(dir, "truth-conversations.jsonl"), "utf8").trimEnd().split("\n");
  return {
    dir,
    truth,
    reads,
    byTuple,
    files,
    conversations: lines.map((line) => JSON.parse(line) as TruthConversation),
  };
}

export const incidentOf = ({ truth }: World, id: string): TruthIncident => {
  const found = truth.incidents.find((incident) => incident.id === id);
  if (found === undefined) throw new Error(`no incident ${id}`);
  return found;
};
export const told = ({ conversations }: World, id: string): TruthConversation[] =>
  conversations.filter((line) => line.incident === id && !line.translated).sort((a, b) => a.start - b.start);
export const hostOf = ({ truth }: World, ip: string): DemoTruth["world"]["hosts"][number] | undefined =>
  truth.world.hosts.find((host) => host.ip === ip || host.ip6 === ip);

/** The AWS records of one connection, from client to server or back, at one interface. */
export function legs(world: World, line: TruthConversation, observer: string, isReply: boolean): Read[] {
  const [src, dst] = isReply ? [line.server_ip, line.client_ip] : [line.client_ip, line.server_ip];
  const [srcport, dstport] = isReply ? [line.server_port, line.client_port] : [line.client_port, line.server_port];
  const eni = hostOf(world, observer)?.interface;
  const key = [src, dst, srcport, dstport].join(" ");
  return (world.byTuple.get(key) ?? []).filter(({ fields }) => fields["interface-id"] === eni);
}

export const actions = (reads: readonly Read[]): string[] => [...new Set(reads.map(({ action }) => action))];
export const flags = (reads: readonly Read[]): (string | undefined)[] => [
  ...new Set(reads.map(({ fields }) => fields["tcp-flags"])),
];
