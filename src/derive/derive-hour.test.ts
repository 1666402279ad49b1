import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { derive, type Record } from "./flow-fixture.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-derive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [a, b] = ["10.0.1.10:40000", "10.0.2.20:5432"] as const;
const total = async (records: readonly Record[], hours = 1): Promise<number> =>
  (await derive(folder, records, hours)).flat().reduce((sum, { bytes }) => sum + bytes, 0);
/** The request and the answer as one interface logs them. */
const both = (observer: string, atClient: boolean, more: Partial<Record> = {}): Record[] => [
  { from: a, to: b, bytes: 1000, observer, point: atClient ? "src" : "dst", ...more },
  { from: b, to: a, bytes: 9000, observer, point: atClient ? "dst" : "src", ...more },
];

describe("volume is counted once", () => {
  it.each<[string, Record[], number]>([
    ["both interfaces of an AWS conversation", [...both("eni-a", true), ...both("eni-b", false)], 10_000],
    [
      "Azure: begin, continue and end of one conversation",
      [
        { log: "azure_nsg", from: "185.170.185.105:35370", to: "10.2.0.4:23", point: "dst", at: 300 },
        {
          log: "azure_nsg",
          from: "185.170.185.105:35370",
          to: "10.2.0.4:23",
          point: "dst",
          at: 310,
          bytes: 588_096,
          back: 4_610_880,
        },
        {
          log: "azure_nsg",
          from: "185.170.185.105:35370",
          to: "10.2.0.4:23",
          point: "dst",
          at: 320,
          bytes: 29_952,
          back: 27_072,
          state: "end",
        },
      ],
      5_256_000,
    ],
    [
      "Azure: both NICs",
      ["src", "dst"].map((point) => ({
        log: "azure_vnet",
        observer: `mac-${point}`,
        point: point as "src",
        from: a,
        to: b,
        bytes: 1000,
        back: 9000,
        at: 300,
      })),
      10_000,
    ],
    [
      "two flow logs on one interface",
      [
        { from: a, to: "198.51.100.7:443", bytes: 1000 },
        { from: a, to: "198.51.100.7:443", bytes: 600, flowLog: "fl-2" },
        { from: a, to: "198.51.100.7:443", bytes: 400, flowLog: "fl-2" },
      ],
      1000,
    ],
    [
      "two attachments of a gateway share the load",
      [
        { log: "aws_tgw", point: "transit", direction: "egress", observer: "vpn-1", from: a, to: b, bytes: 600 },
        { log: "aws_tgw", point: "transit", direction: "egress", observer: "vpn-2", from: a, to: b, bytes: 400 },
        { log: "aws_tgw", point: "transit", direction: "ingress", observer: "vpc", from: a, to: b, bytes: 1000 },
      ],
      1000,
    ],
    [
      "two samples that differ: the sender's",
      [
        { log: "gcp_vpc", from: a, to: b, bytes: 1200 },
        { log: "gcp_vpc", observer: "vm-b", point: "dst", from: a, to: b, bytes: 1300 },
      ],
      1200,
    ],
    [
      "the sender's side logged too late",
      [
        { from: a, to: b, bytes: 100 },
        { observer: "eni-b", point: "dst", from: a, to: b, bytes: 1000 },
      ],
      1000,
    ],
    [
      "two formats on one interface, a secondary address",
      [
        { from: "10.0.1.11:40000", fromHop: "10.0.1.10", to: b, bytes: 1000, version: 5, flags: 0 },
        { from: a, to: b, bytes: 1000, flowLog: "fl-2", point: null },
      ],
      1000,
    ],
    [
      "a flow log that another takes the place of",
      [
        { log: "azure_nsg", flowLog: "nsg", observer: "mac", from: a, to: b, bytes: 500, back: 0, at: 600 },
        { log: "azure_vnet", flowLog: "guid", observer: "mac", from: a, to: b, bytes: 500, back: 0, at: 1800 },
        { log: "azure_vnet", flowLog: "guid", observer: "mac", from: a, to: b, bytes: 0, back: 0, at: 2100 },
      ],
      1000,
    ],
    [
      "a tunnel and what it carries",
      [
        { protocol: 17, from: "10.0.1.10:50000", to: "10.0.2.20:6081", bytes: 1100 },
        { from: a, to: b, bytes: 1000 },
      ],
      1000,
    ],
    [
      "interfaces in the default format, which does not say whose records they are",
      both("eni-a", true, { point: null }),
      10_000,
    ],
  ])("%s", async (_, records, bytes) => {
    expect(await total(records)).toBe(bytes);
  });

  it("across hours, whole and in shares", async () => {
    const records: Record[] = [
      { from: a, to: b, bytes: 1001, at: 3300, seconds: 600, flags: 2 },
      {
        log: "azure_vnet",
        observer: "mac",
        point: "dst",
        from: a,
        to: b,
        bytes: 1001,
        back: 0,
        at: 3750,
        state: "continue",
      },
    ];
    const [first = [], second = []] = await derive(folder, records, 2);
    expect([...first, ...second].reduce((sum, { bytes }) => sum + bytes, 0)).toBe(1001);
    expect(second.map(({ id, starts }) => [id, starts])).toEqual([[first[0]?.id, 0]]);
  });
});

describe("a conversation", () => {
  it("that the receiver denies is an attempt", async () => {
    const [found = []] = await derive(folder, [
      { from: "10.0.1.10:40001", to: "10.0.2.20:22", bytes: 180 },
      { from: "10.0.1.10:40001", to: "10.0.2.20:22", bytes: 180, observer: "eni-b", point: "dst", action: "deny" },
    ]);
    expect(found).toMatchObject([{ bytes: 0, attempted: 180, verdict: "denied", state: "denied" }]);
  });

  it.each([2, 10, 30, 120])("goes on while a keepalive comes every %d minutes", async (minutes) => {
    const records = Array.from({ length: 4 }, (_, turn) =>
      both("eni-a", true, { at: turn * minutes * 60, flags: turn === 0 ? 2 : 0 }),
    ).flat();
    const hours = await derive(folder, records, Math.ceil((4 * minutes) / 60) + 1);
    const all = hours.flat();
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all.reduce((sum, { starts }) => sum + starts, 0)).toBe(1);
  });

  it("starts anew with a SYN after it was closed, on the same ports", async () => {
    const [found = []] = await derive(folder, [
      { from: a, to: b, bytes: 100, flags: 3 },
      { from: a, to: b, bytes: 100, flags: 3, at: 600 },
      { from: a, to: b, bytes: 100, flags: 3, at: 630, observer: "eni-b", point: "dst" },
    ]);
    expect(found.map(({ starts }) => starts)).toEqual([1, 1]);
  });

  it("is over when what comes later is refused: that is stray, and no attempt", async () => {
    const [first = [], second = []] = await derive(
      folder,
      [
        ...both("eni-a", true, { at: 3500, flags: 3 }),
        { from: b, to: a, bytes: 40, at: 3700, point: "dst", action: "deny", flags: 4 },
      ],
      2,
    );
    expect(first).toMatchObject([{ verdict: "allowed", state: "closed" }]);
    expect(second).toMatchObject([{ class: "stray", attempted: 0, starts: 0 }]);
  });

  it("has its client by order, flags or ports, and says by what", async () => {
    const basis = async (records: readonly Record[]): Promise<string[]> =>
      (await derive(folder, records)).flat().map(({ client, basis: by }) => `${client} ${by}`);
    expect(await basis([{ log: "azure_vnet", from: "10.0.0.1:22", to: "10.0.0.2:40000", at: 300 }])).toEqual([
      "22 explicit",
    ]);
    expect(await basis([{ from: "10.0.0.1:22", to: "10.0.0.2:40000", flags: 18, bytes: 1 }])).toEqual(["40000 flags"]);
    expect(await basis([{ from: "10.0.0.1:22", to: "10.0.0.2:40000", bytes: 1 }])).toEqual(["40000 port"]);
    expect(await basis([{ from: "10.0.0.1", to: "10.0.0.2", protocol: 1, bytes: 1 }])).toEqual(["null unknown"]);
  });
});
