import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeDemoWorld } from "./index.ts";
import { contentOf, listFiles } from "./log-reader.fake.ts";
import { groupsAllow } from "./world/aws-rules.ts";
import { buildEstate } from "./world/estate.ts";
import { endMs, hostOf, makeWorld, type World } from "./world-reader.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-demo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([1, 2, 9])("the world of seed %i", (seed) => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(folder, seed);
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
