import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeDemoWorld, type DemoTruth } from "../src/demo/index.ts";
import type { TruthConversation, TruthIncident } from "../src/demo/truth.ts";
import { groupsAllow } from "../src/demo/world/aws-rules.ts";
import { buildEstate } from "../src/demo/world/estate.ts";
import { contentOf, listFiles, readWorld, type Read } from "./demo-reader.ts";

const endMs = Date.parse("2026-11-23T14:23:00Z");
const folder = mkdtempSync(join(tmpdir(), "weir-demo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A world of 24 hours with little ordinary traffic; incidents do not scale. */
interface World {
  readonly dir: string;
  readonly truth: DemoTruth;
  readonly reads: readonly Read[];
  /** AWS records by addresses and ports. */
  readonly byTuple: ReadonlyMap<string, readonly Read[]>;
  readonly files: readonly string[];
  readonly conversations: readonly TruthConversation[];
}

async function makeWorld(seed: number, hours = 24): Promise<World> {
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

const incidentOf = ({ truth }: World, id: string): TruthIncident => {
  const found = truth.incidents.find((incident) => incident.id === id);
  if (found === undefined) throw new Error(`no incident ${id}`);
  return found;
};
const told = ({ conversations }: World, id: string): TruthConversation[] =>
  conversations.filter((line) => line.incident === id && !line.translated).sort((a, b) => a.start - b.start);
const hostOf = ({ truth }: World, ip: string): DemoTruth["world"]["hosts"][number] | undefined =>
  truth.world.hosts.find((host) => host.ip === ip || host.ip6 === ip);

/** The AWS records of one connection, from client to server or back, at one interface. */
function legs(world: World, line: TruthConversation, observer: string, isReply: boolean): Read[] {
  const [src, dst] = isReply ? [line.server_ip, line.client_ip] : [line.client_ip, line.server_ip];
  const [srcport, dstport] = isReply ? [line.server_port, line.client_port] : [line.client_port, line.server_port];
  const eni = hostOf(world, observer)?.interface;
  const key = [src, dst, srcport, dstport].join(" ");
  return (world.byTuple.get(key) ?? []).filter(({ fields }) => fields["interface-id"] === eni);
}

const actions = (reads: readonly Read[]): string[] => [...new Set(reads.map(({ action }) => action))];
const flags = (reads: readonly Read[]): (string | undefined)[] => [
  ...new Set(reads.map(({ fields }) => fields["tcp-flags"])),
];

describe.each([1, 2, 9])("the world of seed %i", (seed) => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(seed);
  });

  it("has every incident, within its time, with conversations that the truth adds up", () => {
    expect(new Set(world.truth.incidents.map(({ id }) => id)).size).toBe(world.truth.incidents.length);
    expect(world.truth.incidents.length).toBeGreaterThanOrEqual(37);
    for (const incident of world.truth.incidents) {
      const lines = told(world, incident.id);
      expect(lines.length, incident.id).toBe(incident.expected.conversations ?? 0);
      expect(lines.reduce((sum, { client_bytes }) => sum + client_bytes, 0)).toBe(incident.expected.clientBytes ?? 0);
      expect(incident.fromMs).toBeLessThan(world.truth.endMs);
      if (lines.length === 0)
        expect(
          incident.entities.rules.length + incident.entities.hosts.length + incident.entities.flowLogs.length,
        ).toBeGreaterThan(0);
    }
    for (const kind of [
      "brute-force",
      "beacon",
      "exfiltration",
      "dns-tunnel",
      "lateral-movement",
      "vertical-scan",
      "policy-violation",
      "log-gap",
      "unused-rule",
      "s3-through-nat",
    ])
      expect(
        new Set(world.truth.incidents.filter((incident) => incident.kind === kind).map(({ benign }) => benign)).size,
        kind,
      ).toBe(2);
  });

  it("scans: many ports of one host, one port of many, and slowly", () => {
    const vertical = told(world, "vertical-scan");
    expect(new Set(vertical.map(({ server_port }) => server_port)).size).toBe(1_000);
    expect(vertical.every(({ server_verdict }) => server_verdict === "denied")).toBe(true);
    const seen = world.reads.filter(({ fields }) => fields["pkt-srcaddr"] === vertical[0]!.client_ip);
    expect([seen.length, actions(seen), flags(seen)]).toEqual([1_000, ["deny"], ["2"]]);
    const sweep = told(world, "horizontal-sweep");
    expect(new Set(sweep.map(({ server_ip }) => server_ip)).size).toBe(253);
    expect(incidentOf(world, "horizontal-sweep").entities.ports).toEqual([445]);
    const slow = told(world, "slow-scan");
    expect(slow.length).toBeGreaterThan(120);
    expect(slow.at(-1)!.start - slow[0]!.start).toBeGreaterThan(20 * 3_600_000);
  });

  it("breaks in: hundreds of short logins, a long session, and on from host to host", () => {
    const logins = told(world, "ssh-brute-force");
    const success = logins.at(-1)!;
    expect(logins.slice(0, -1).every(({ start, end }) => end - start < 5_000)).toBe(true);
    expect(logins.length).toBe(421);
    expect(success.end - success.start).toBeGreaterThan(45 * 60_000);
    expect(actions(legs(world, success, success.server_ip, true))).toEqual(["allow"]);
    const chain = told(world, "lateral-movement");
    expect(chain.map(({ client_ip }) => client_ip)).toEqual([
      success.server_ip,
      chain[0]!.server_ip,
      chain[1]!.server_ip,
    ]);
    expect(
      chain.every((line, at) => at === 0 || (line.start < chain[at - 1]!.end && line.start > chain[at - 1]!.start)),
    ).toBe(true);
    expect(chain[0]!.start).toBeGreaterThan(success.start);
    const spray = incidentOf(world, "password-spray");
    expect([spray.entities.clients.length, spray.entities.ports]).toEqual([1, [3_389]]);
    expect(spray.entities.servers.length).toBeGreaterThanOrEqual(10);
  });

  it("calls out: a beacon of 300 s, an exfiltration, a tunnel, and a websocket that only looks like one", () => {
    const starts = told(world, "beacon").map(({ start }) => start);
    const gaps = starts.slice(1).map((start, at) => (start - starts[at]!) / 1_000);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(mean).toBeGreaterThan(290);
    expect(mean).toBeLessThan(310);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(240);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(360);
    expect(world.conversations.filter(({ incident, translated }) => incident === "beacon" && translated)).toHaveLength(
      starts.length,
    );
    const exfiltration = incidentOf(world, "slow-exfiltration");
    expect(exfiltration.expected.clientBytes).toBeGreaterThan(800_000_000);
    expect(exfiltration.expected.clientBytes).toBeGreaterThan(20 * exfiltration.expected.serverBytes!);
    const tunnel = told(world, "dns-tunnel");
    expect(tunnel.length).toBeGreaterThan(1_500);
    expect(tunnel.every(({ client_bytes, client_packets }) => client_bytes / client_packets > 200)).toBe(true);
    const socket = told(world, "idle-websocket");
    expect([socket.length, legs(world, socket[0]!, socket[0]!.client_ip, false).length > 200]).toEqual([1, true]);
  });

  it("refuses the answer at the subnet's edge, and the wrong subnet by its rule", () => {
    const blocked = told(world, "nacl-return-path");
    expect(blocked.length).toBeGreaterThan(10);
    for (const line of blocked) {
      expect(line).toMatchObject({
        denied_at: "return",
        client_verdict: "allowed",
        server_verdict: "allowed",
        server_bytes: 0,
      });
      expect(actions(legs(world, line, line.client_ip, false))).toEqual(["allow"]);
      expect(actions(legs(world, line, line.server_ip, false))).toEqual(["allow"]);
      const answers = legs(world, line, line.server_ip, true);
      expect([actions(answers), flags(answers)]).toEqual([["deny"], ["18"]]);
      expect(legs(world, line, line.client_ip, true)).toEqual([]);
    }
    const wrong = told(world, "nsg-wrong-subnet");
    const servers = world.reads.filter(
      ({ fields }) =>
        fields.src === wrong[0]!.client_ip && fields.dst === wrong[0]!.server_ip && fields.dstport === "445",
    );
    expect(new Set(servers.map(({ fields }) => `${fields.direction} ${fields.eight}`))).toEqual(
      new Set(["O B", "O E", "I D"]),
    );
  });

  it("shows closed ports and hosts that are silent", () => {
    for (const line of told(world, "closed-port").slice(1, -1)) {
      expect(line.closed).toBe("rst");
      const answers = legs(world, line, line.client_ip, true);
      expect([actions(answers), flags(answers), line.server_packets]).toEqual([["allow"], ["4"], 1]);
    }
    for (const line of told(world, "silent-host").slice(1, -1)) {
      const asked = legs(world, line, line.server_ip, false);
      expect([actions(asked), flags(asked), line.client_packets]).toEqual([["allow"], ["2"], 4]);
      expect(legs(world, line, line.server_ip, true)).toEqual([]);
    }
  });

  it("leaves a gap in one flow log, while its conversations go on", () => {
    const { fromMs, toMs, entities, expected } = incidentOf(world, "log-gap");
    const [flowLog = ""] = entities.flowLogs;
    const stamps = world.files
      .filter((file) => file.includes(flowLog))
      .map((file) => Date.parse(file.replace(/.*_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_.*/, "$1-$2-$3T$4:$5:00Z")));
    expect(stamps.filter((stamp) => stamp >= fromMs - 240_000 && stamp < toMs - 300_000)).toEqual([]);
    expect(stamps.some((stamp) => stamp < fromMs - 300_000) && stamps.some((stamp) => stamp >= toMs)).toBe(true);
    expect(expected.lostRecords).toBeGreaterThan(50);
    const unseen = world.conversations.filter(
      ({ start, end, server_ip, server_verdict }) =>
        start > fromMs && end < toMs - 600_000 && server_ip.startsWith("10.40.10.") && server_verdict === null,
    );
    expect(unseen.length).toBeGreaterThan(0);
    expect(
      unseen.some(({ logged, counted_client_bytes }) => logged.includes("aws_tgw") && counted_client_bytes > 0),
    ).toBe(true);
  });

  it("decides as the rules of the inventory do", () => {
    const estate = buildEstate(seed);
    const party = (ip: string): Parameters<typeof groupsAllow>[1]["far"] =>
      estate.hosts.find((host) => host.ip === ip || (host.kind === "aws" && host.ip6 === ip)) ?? {
        kind: "internet",
        ip,
        service: "-",
      };
    const wrong = world.conversations.filter((line) => {
      const question = { protocol: line.protocol, port: line.server_port };
      const [client, server] = [party(line.client_ip), party(line.server_ip)];
      const out =
        client.kind !== "aws" ||
        groupsAllow(estate.securityGroups, { ...question, host: client, far: server, inbound: false });
      const into =
        server.kind !== "aws" ||
        groupsAllow(estate.securityGroups, { ...question, host: server, far: client, inbound: true });
      if (client.kind === "aws" && out !== (line.denied_at !== "client")) return true;
      return server.kind === "aws" && line.denied_at !== "client" && into !== (line.denied_at !== "server");
    });
    expect(wrong).toEqual([]);
  });

  it("names in its inventories every observer and address of its own, and the rules that decided", async () => {
    const inventory = (await listFiles(world.dir)).filter((file) => file.startsWith("inventory"));
    const text = (await Promise.all(inventory.map((file) => contentOf(world.dir, file)))).join("");
    const observers = world.reads.map(
      ({ fields }) => fields["interface-id"] ?? (fields.mac ?? "").replaceAll(/(..)(?!$)/g, "$1-"),
    );
    expect([...new Set(observers)].filter((name) => !text.includes(name))).toEqual([]);
    for (const { ip, interface: name, network, subnet } of world.truth.world.hosts) {
      expect(text).toContain(`"${ip}"`);
      expect(text).toContain(network);
      expect(text).toContain(subnet);
      expect(name.startsWith("eni") || text.includes(name.replaceAll(/(..)(?!$)/g, "$1-"))).toBe(true);
    }
    const rules = new Set<string>();
    // Rules that refuse are named so: what they decided is refused, and nothing else is.
    const group =
      /"rule":"(?:User|Default)Rule_([^"]+)",(?:"flowTuples"|"flows":\[\{"mac":"[^"]+","flowTuples"):\[([^\]]*)\]/g;
    for (const file of world.files.filter((name) => name.startsWith("azure")))
      for (const [, rule = "", tuples = ""] of (await contentOf(world.dir, file)).matchAll(group)) {
        rules.add(rule);
        expect(new Set((JSON.parse(`[${tuples}]`) as string[]).map((tuple) => tuple.split(",")[7] === "D"))).toEqual(
          new Set([/^deny/i.test(rule)]),
        );
      }
    expect(rules.size).toBeGreaterThan(8);
    for (const rule of rules) expect(text).toContain(`"name": "${rule}"`);
    for (const unused of ["allow-vendor-support", "deny-guest-https"])
      expect([rules.has(unused), text.includes(unused)]).toEqual([false, true]);
  });

  it("counts each byte once, from the records that were delivered", () => {
    const keyOf = (mac: string, src: string, dst: string, ...ports: string[]): string =>
      [mac, src, dst, ...ports].join(" ");
    const sums = new Map<string, number>();
    const add = (key: string, bytes: number): void => void sums.set(key, (sums.get(key) ?? 0) + bytes);
    for (const { fields, numbers, logType } of world.reads) {
      if (logType === "aws_tgw") continue;
      const observer = fields["interface-id"] ?? fields.mac ?? "";
      const [src, dst] = [
        fields["pkt-srcaddr"] ?? fields.srcaddr ?? fields.src ?? "",
        fields["pkt-dstaddr"] ?? fields.dstaddr ?? fields.dst ?? "",
      ];
      const [a, b] = [fields.srcport ?? "", fields.dstport ?? ""];
      if (logType === "aws_vpc") add(keyOf(observer, src, dst, a, b), numbers[0]);
      else {
        add(keyOf(observer, src, dst, a, b), numbers[0]);
        add(keyOf(observer, dst, src, b, a), numbers[2]);
      }
    }
    // A port that was used twice is two conversations with one key: compare the sums.
    const counted = new Map<string, number>();
    for (const line of world.conversations) {
      if (line.translated || line.denied_at !== null || line.protocol === 1) continue;
      const [client, server] = [hostOf(world, line.client_ip), hostOf(world, line.server_ip)];
      const both = [
        [
          line.client_ip,
          line.server_ip,
          String(line.client_port),
          String(line.server_port),
          line.client_verdict !== null ? client : line.server_verdict !== null ? server : undefined,
          line.counted_client_bytes,
        ],
        [
          line.server_ip,
          line.client_ip,
          String(line.server_port),
          String(line.client_port),
          line.server_verdict !== null ? server : line.client_verdict !== null ? client : undefined,
          line.counted_server_bytes,
        ],
      ] as const;
      for (const [src, dst, a, b, observer, bytes] of both) {
        if (observer === undefined) continue;
        const key = keyOf(observer.interface, src, dst, a, b);
        counted.set(key, (counted.get(key) ?? 0) + bytes);
      }
    }
    const wrong = [...counted].filter(([key, bytes]) => bytes !== (sums.get(key) ?? 0));
    expect(counted.size).toBeGreaterThan(5_000);
    expect(wrong).toEqual([]);
    const inLines = world.conversations
      .filter(({ translated }) => !translated)
      .reduce((sum, line) => sum + line.counted_client_bytes + line.counted_server_bytes, 0);
    expect(world.truth.volumes.reduce((sum, day) => sum + day.countedClientBytes + day.countedServerBytes, 0)).toBe(
      inLines,
    );
    expect(world.truth.conversations).toMatchObject({ lines: world.conversations.length });
  });
});

it("tells in shorter and longer worlds what fits into them", async () => {
  const short = await makeWorld(3, 6);
  expect(told(short, "beacon").length).toBeGreaterThan(60);
  expect(told(short, "ssh-brute-force")).toHaveLength(421);
  const shortest = await makeWorld(3, 1);
  expect(shortest.truth.incidents.some(({ id }) => id === "ssh-brute-force")).toBe(false);
  const long = await makeWorld(3, 30);
  expect(told(long, "ssh-brute-force")).toHaveLength(421);
  expect(long.truth.incidents.map(({ id }) => id)).toContain("log-gap");
});

it("repeats itself byte for byte", async () => {
  const hashes = new Set<string>();
  for (const dir of ["a", "b"].map((name) => join(folder, name))) {
    await writeDemoWorld(dir, { seed: 5, hours: 3, scale: 0.1, endMs });
    const hash = createHash("sha256");
    for (const file of (await listFiles(dir)).sort()) hash.update(file).update(readFileSync(join(dir, file)));
    hashes.add(hash.digest("hex"));
  }
  expect(hashes.size).toBe(1);
});
