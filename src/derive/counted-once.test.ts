import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBench, type Bench, type Found, type Given, type Record } from "./flow-fixture.fake.ts";

/** Worked examples: what several logs say of one exchange, and what it comes to when each byte counts once. */
const folder = mkdtempSync(join(tmpdir(), "weir-counted-"));
let bench: Bench;
beforeAll(async () => {
  bench = await openBench(folder);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const [app, db, far, web] = ["10.20.1.7:43210", "10.20.2.9:5432", "10.80.3.4:443", "203.0.113.80:443"] as const;

/** What one AWS interface logs of a request of 1,000 and an answer of 9,000 bytes. */
const seenBy = (observer: string, atClient: boolean, server: string = db, more: Partial<Record> = {}): Record[] => [
  { from: app, to: server, bytes: 1000, observer, point: atClient ? "src" : "dst", ...more },
  { from: server, to: app, bytes: 9000, observer, point: atClient ? "dst" : "src", ...more },
];
const nic = (observer: string, atClient: boolean, server: string, more: Partial<Record> = {}): Record => ({
  log: "azure_vnet",
  flowLog: "vnet",
  observer,
  point: atClient ? "src" : "dst",
  from: app,
  to: server,
  bytes: 1e3,
  back: 9e3,
  at: 300,
  ...more,
});
const gateway = (observer: string, isOut: boolean, more: Partial<Record>): Record => ({
  log: "aws_tgw",
  flowLog: "tgw",
  point: "transit",
  observer,
  direction: isOut ? "egress" : "ingress",
  from: app,
  to: far,
  bytes: 1e3,
  ...more,
});
const telnet: Record = {
  log: "azure_nsg",
  flowLog: "nsg",
  observer: "nic",
  point: "dst",
  from: "198.51.100.5:35370",
  to: "10.2.0.4:23",
  at: 300,
};

const sum = (found: readonly Found[][], name: "bytes" | "attempted" = "bytes"): number =>
  found.flat().reduce((bytes, each) => bytes + each[name], 0);
const total = async (records: readonly Record[], given?: Given): Promise<number> =>
  sum(await bench.derive(records, given));

describe("counted once", () => {
  it.each<[string, Record[], number]>([
    ["the interfaces of both ends log it", [...seenBy("eni-a", true), ...seenBy("eni-b", false)], 10_000],
    [
      "Azure begins, goes on and ends: tuples add, begins have no counters",
      [
        telnet,
        { ...telnet, at: 310, bytes: 588_096, back: 4_610_880 },
        { ...telnet, at: 320, bytes: 29_952, back: 27_072, state: "end" },
      ],
      5_256_000,
    ],
    ["both Azure interfaces count both ways", [nic("nic-a", true, far), nic("nic-b", false, far)], 10_000],
    [
      "both Google machines report each direction",
      [
        ["vm-a", true],
        ["vm-b", false],
      ].flatMap(([observer, atClient]) => [
        {
          log: "gcp_vpc",
          observer: String(observer),
          point: atClient ? "src" : "dst",
          from: app,
          to: far,
          bytes: 1224,
        },
        {
          log: "gcp_vpc",
          observer: String(observer),
          point: atClient ? "dst" : "src",
          from: far,
          to: app,
          bytes: 5342,
        },
      ]),
      6566,
    ],
    [
      "a network and one of its interfaces have a flow log each",
      [
        { from: app, to: web, bytes: 1000 },
        { from: app, to: web, bytes: 600, flowLog: "fl-2", seconds: 25 },
        { from: app, to: web, bytes: 400, flowLog: "fl-2", at: 30, seconds: 30 },
      ],
      1000,
    ],
    [
      "from AWS over a gateway to Azure, everything logged on the way",
      [
        ...seenBy("eni-a", true, far),
        gateway("vpc", false, {}),
        gateway("vpn", true, {}),
        gateway("vpn", false, { from: far, to: app, bytes: 9000 }),
        gateway("vpc", true, { from: far, to: app, bytes: 9000 }),
        nic("nic", false, far),
      ],
      10_000,
    ],
    [
      "two tunnels of a gateway share the load: the way out adds, the way in is the same again",
      [
        gateway("vpn-1", true, { bytes: 600 }),
        gateway("vpn-2", true, { bytes: 400 }),
        gateway("vpc", false, { bytes: 1000 }),
      ],
      1000,
    ],
    [
      "two samples differ: the sender's, not the larger one",
      [
        { log: "gcp_vpc", from: app, to: far, bytes: 1200 },
        { log: "gcp_vpc", observer: "vm-b", point: "dst", from: app, to: far, bytes: 1300 },
      ],
      1200,
    ],
    [
      "the sender's side was logged too late: the far side saw more than twice as much",
      [
        { from: app, to: db, bytes: 100 },
        { observer: "eni-b", point: "dst", from: app, to: db, bytes: 1000 },
      ],
      1000,
    ],
    [
      "two formats on one interface, and a secondary address that only one of them shows",
      [
        { from: "10.20.1.99:43210", fromHop: "10.20.1.7", to: db, bytes: 1000, version: 5, flags: 0 },
        { from: app, to: db, bytes: 1000, flowLog: "fl-2", point: null },
      ],
      1000,
    ],
    [
      "GENEVE outside and what it carries inside",
      [
        { protocol: 17, from: "10.20.1.7:50000", to: "10.20.2.9:6081", bytes: 1100 },
        { from: app, to: db, bytes: 1000 },
      ],
      1000,
    ],
    [
      "an interface endpoint stands before a service: client and endpoint log one exchange",
      [...seenBy("eni-a", true, "10.20.5.5:443"), ...seenBy("eni-vpce", false, "10.20.5.5:443")],
      10_000,
    ],
    [
      "both ends in the default format, which does not say whose record it is",
      [...seenBy("eni-a", true, db, { point: null }), ...seenBy("eni-b", false, db, { point: null })],
      10_000,
    ],
  ])("when %s", async (_, records, bytes) => {
    expect(await total(records)).toBe(bytes);
  });

  it("and not at all when the receiver refuses: that is attempted", async () => {
    const found = await bench.derive([
      { from: app, to: "10.20.2.9:22", bytes: 180 },
      { from: app, to: "10.20.2.9:22", bytes: 180, observer: "eni-b", point: "dst", action: "deny" },
    ]);
    expect(found).toMatchObject([[{ bytes: 0, attempted: 180, verdict: "denied", state: "denied" }]]);
  });

  it("across hours, when a ten-minute window on one side meets five-minute tuples on the other", async () => {
    const found = await bench.derive(
      [
        { from: app, to: far, bytes: 1001, at: 3300, seconds: 600, flags: 2 },
        nic("nic", false, far, { bytes: 400, back: 0, at: 3450, state: "continue" }),
        nic("nic", false, far, { bytes: 601, back: 0, at: 3750, state: "continue" }),
      ],
      { hours: 2 },
    );
    expect(sum(found)).toBe(1001);
    // Half of the ten minutes lies in each hour.
    expect(found.map(([one]) => one?.bytes)).toEqual([500, 501]);
    expect(found[1]?.map(({ id, starts }) => [id, starts])).toEqual([[found[0]?.[0]?.id, 0]]);
  });

  it("also when a side speaks in one hour only", async () => {
    // The sender's window ends with the hour; the far side's last tuple lies in the next one.
    const found = await bench.derive(
      [
        { from: app, to: far, bytes: 1000, at: 3000, seconds: 599, flags: 3 },
        nic("nic", false, far, { bytes: 700, back: 0, at: 3450, state: "continue" }),
        nic("nic", false, far, { bytes: 300, back: 0, at: 3630, state: "end" }),
      ],
      { hours: 2 },
    );
    expect(sum(found)).toBe(1000);
  });
});

describe("a flow log that another takes the place of", () => {
  const half = (flowLog: string, at: number, more: Partial<Record> = {}): Record =>
    nic("nic", true, far, { flowLog, log: `azure_${flowLog}`, bytes: 500, back: 0, at, ...more });

  it("adds to it: that of the security group until noon, that of the network from then on", async () => {
    expect(await total([half("nsg", 600), half("vnet", 1800), half("vnet", 2100, { bytes: 0 })])).toBe(1000);
  });

  it("adds to it also when both speak within five minutes", async () => {
    expect(await total([half("nsg", 600), half("vnet", 700), half("vnet", 2100, { bytes: 0 })])).toBe(1000);
  });

  it("adds to it when AWS records touch", async () => {
    const one = (flowLog: string, at: number, more: Partial<Record> = {}): Record => ({
      from: app,
      to: db,
      bytes: 500,
      flowLog,
      at,
      ...more,
    });
    expect(await total([one("fl-1", 600), one("fl-2", 660)])).toBe(1000);
    expect(await total([one("fl-2", 600), one("fl-1", 660)])).toBe(1000);
  });

  it("is left out where both tell of one packet", async () => {
    const one = { from: app, to: db, bytes: 40, at: 100, seconds: 0 };
    expect(await total([one, { ...one, flowLog: "fl-2" }])).toBe(40);
  });
});
