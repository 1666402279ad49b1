import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBench, type Bench, type Given, type Record } from "./flow-fixture.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-known-"));
let bench: Bench;
beforeAll(async () => {
  bench = await openBench(folder);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function total(records: readonly Record[], given: Given = {}): Promise<number> {
  const found = await bench.derive(records, given);
  return found.flat().reduce((sum, { bytes }) => sum + bytes, 0);
}
/** An exchange of 1,000 and 9,000 bytes as two records of one interface. */
function pair(observer: string, client: string, server: string, more: Partial<Record> = {}): Record[] {
  return [
    { observer, point: null, from: client, to: server, bytes: 1000, ...more },
    { observer, point: null, from: server, to: client, bytes: 9000, ...more },
  ];
}

describe("a NAT gateway", () => {
  const [host, nat, web] = ["10.0.1.5:40001", "10.0.0.220", "203.0.113.5:443"] as const;
  const hop = { fromHop: nat } as const;
  // More than one exchange, so that own addresses can be learned.
  const atHost = [...pair("eni-h", host, web), ...pair("eni-h", "10.0.1.5:40002", "198.51.100.9:443")];
  const known = { interfaces: [["eni-n", "nat", nat]] } as const;

  it("is seen by packet addresses, in whatever place it is logged", async () => {
    const atNat: Record[] = [
      { observer: "eni-n", from: host, to: web, toHop: nat, bytes: 1000, point: "dst", direction: "ingress" },
      { observer: "eni-n", from: `${nat}:2001`, to: web, bytes: 1000, point: "src", direction: "egress" },
      { observer: "eni-n", from: web, to: `${nat}:2001`, bytes: 9000, point: "dst", direction: "ingress" },
      { observer: "eni-n", from: web, to: host, ...hop, bytes: 9000, point: "src", direction: "egress" },
    ];
    const atHostToo: Record[] = [
      { observer: "eni-h", from: host, to: web, bytes: 1000, point: "src" },
      { observer: "eni-h", from: web, to: host, bytes: 9000, point: "dst" },
    ];
    expect(await total([...atHostToo, ...atNat])).toBe(10_000);
    expect(await total(atNat)).toBe(10_000);
    const [found = []] = await bench.derive(atNat, known);
    expect(found.map(({ class: kind, bytes, countedAt }) => [kind, bytes, ...countedAt])).toEqual(
      expect.arrayContaining([
        ["normal", 10_000, "transit", "transit"],
        ["translated", 0, expect.anything(), expect.anything()],
      ]),
    );
  });

  const atNat = (ip: string): Record[] => [
    ...pair("eni-n", host, `${ip}:443`),
    ...pair("eni-n", `${ip}:2001`, web),
    ...pair("eni-n", "10.0.1.5:40002", `${ip}:443`),
    ...pair("eni-n", `${ip}:2002`, "198.51.100.9:443"),
  ];

  it("in the default format is seen only by its name", async () => {
    expect(await total([...atHost, ...atNat(nat)])).toBe(60_000);
    expect(await total([...atHost, ...atNat(nat)], known)).toBe(20_000);
    expect(await total([...atHost, ...atNat(nat)], { roles: { [nat]: "nat" } })).toBe(20_000);
  });

  it("counts by its far legs where nobody else is logged", async () => {
    expect(await total(atNat(nat), known)).toBe(20_000);
  });

  it("that is asked itself is no gateway then", async () => {
    const found = await bench.derive(pair("eni-n", "10.0.1.5:41000", `${nat}:22`), known);
    expect(found).toMatchObject([[{ class: "normal", bytes: 10_000 }]]);
  });
});

describe("a load balancer or proxy", () => {
  const [client, front] = ["198.51.100.20:50123", "10.0.9.9:443"] as const;
  const legs = {
    front: pair("eni-lb", client, front),
    back: [...pair("eni-lb", "10.0.9.9:33001", "10.0.5.5:8080"), ...pair("eni-t", "10.0.9.9:33001", "10.0.5.5:8080")],
  };

  it.each(["load_balancer", "proxy"] as const)(
    "has two legs, and the %s's name tells which one counts",
    async (role) => {
      const given: Given = { interfaces: [["eni-lb", role, "10.0.9.9"]] };
      expect(await total([...legs.front, ...legs.back])).toBe(20_000);
      const [found = []] = await bench.derive([...legs.front, ...legs.back], given);
      expect(found.map(({ name, class: kind, bytes }) => [name, kind, bytes])).toEqual(
        expect.arrayContaining([
          [`${client} > ${front}/6`, "normal", 10_000],
          ["10.0.9.9:33001 > 10.0.5.5:8080/6", "translated", 0],
        ]),
      );
    },
  );

  it("counts by its back leg where the front is not logged", async () => {
    expect(await total(legs.back, { roles: { "10.0.9.9": "load_balancer" } })).toBe(10_000);
  });

  it("that keeps the client's address gives way to the leg with both real ends", async () => {
    const kept = pair("eni-t", client, "10.0.5.5:8080");
    const given: Given = { interfaces: [["eni-lb", "load_balancer", "10.0.9.9"]] };
    const [found = []] = await bench.derive([...legs.front, ...kept], given);
    expect(found.filter(({ bytes }) => bytes > 0).map(({ name }) => name)).toEqual([`${client} > 10.0.5.5:8080/6`]);
  });
});

describe("a firewall between networks", () => {
  const nva = (point: "src" | "dst"): Record => ({
    log: "azure_vnet",
    flowLog: "vnet",
    observer: "nva",
    point,
    at: 300,
    direction: point === "src" ? "egress" : "ingress",
    from: "10.1.0.4:40000",
    to: "10.2.0.4:443",
    bytes: 1e3,
    back: 9e3,
  });

  it("counts once, and with its role stands at neither end", async () => {
    const records = [nva("src"), nva("dst")];
    expect(await total(records)).toBe(10_000);
    for (const interfaces of [[["nva", "firewall"]], [["nva", "firewall", "10.0.0.4"]]] as const) {
      const [found = []] = await bench.derive(records, { interfaces });
      expect(found).toMatchObject([{ bytes: 10_000, countedAt: ["transit", "transit"], verdicts: [null, null] }]);
    }
  });
});

describe("known own addresses", () => {
  const one: Record[] = [{ observer: "eni-x", point: null, from: "10.0.1.1:40000", to: "10.0.2.2:443", bytes: 1000 }];

  it("tell what nothing else does: at which end an observer stands", async () => {
    const [found] = await bench.derive(one);
    // An answer can warn of it: the basis is in the row.
    expect(found).toMatchObject([{ countedAt: ["unknown", null], verdicts: [null, null] }]);
    const at = async (address: string): Promise<unknown> =>
      (await bench.derive(one, { interfaces: [["eni-x", null, address]] }))[0]?.map(({ verdicts }) => verdicts);
    expect(await at("10.0.1.1")).toEqual([["allowed", null]]);
    expect(await at("10.0.2.2")).toEqual([[null, "allowed"]]);
  });

  it("come before what is learned", async () => {
    // Everything that this interface sees is of 10.0.2.2, which is its most frequent peer and not its own.
    const records = [1, 2, 3].map((host): Record => ({
      observer: "eni-x",
      point: null,
      from: `10.0.1.${host}:40000`,
      to: "10.0.2.2:443",
      bytes: 1000,
    }));
    const verdicts = async (given: Given = {}): Promise<unknown[]> =>
      (await bench.derive(records, given)).flat().map(({ verdicts: each }) => each);
    expect(await verdicts()).toEqual([1, 2, 3].map(() => [null, "allowed"]));
    const own = ["10.0.1.1", "10.0.1.2", "10.0.1.3"] as const;
    expect(await verdicts({ interfaces: [["eni-x", null, ...own]] })).toEqual([1, 2, 3].map(() => ["allowed", null]));
  });
});
