import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { derive, type Record } from "./flow-fixture.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-derive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [a, b] = ["10.0.1.10:40000", "10.0.2.20:5432"] as const;
/** The request and the answer as one interface logs them. */
const both = (observer: string, atClient: boolean, more: Partial<Record> = {}): Record[] => [
  { from: a, to: b, bytes: 1000, observer, point: atClient ? "src" : "dst", ...more },
  { from: b, to: a, bytes: 9000, observer, point: atClient ? "dst" : "src", ...more },
];

describe("a conversation", () => {
  it("that the receiver denies is an attempt", async () => {
    const [found = []] = await derive(folder, [
      { from: "10.0.1.10:40001", to: "10.0.2.20:22", bytes: 180 },
      { from: "10.0.1.10:40001", to: "10.0.2.20:22", bytes: 180, observer: "eni-b", point: "dst", action: "deny" },
    ]);
    expect(found).toMatchObject([{ bytes: 0, attempted: 180, verdict: "denied", state: "denied" }]);
  });

  it.each([2, 5, 30, 60, 120])("goes on while a keepalive comes every %d minutes", async (minutes) => {
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

  it.each([
    ["with its flags", 4],
    ["in a log without flags", undefined],
  ])("is over in the same hour, too, %s", async (_, flags) => {
    const [found = []] = await derive(folder, [
      ...both("eni-a", true, { at: 100, ...(flags !== undefined && { flags: 3 }) }),
      { from: b, to: a, bytes: 40, at: 200, point: "dst", action: "deny", ...(flags !== undefined && { flags }) },
    ]);
    expect(found).toMatchObject([{ verdict: "allowed", attempted: 0, starts: 1, bytes: 10_000 }]);
  });

  it("starts anew in the next hour when its ports are used again, also when clocks differ", async () => {
    const [, second = []] = await derive(
      folder,
      [
        { from: a, to: b, bytes: 100, at: 3500, flags: 3 },
        { from: a, to: b, bytes: 100, at: 3502, flags: 3, observer: "eni-b", point: "dst" },
        { from: a, to: b, bytes: 100, at: 3701, flags: 3 },
        { from: b, to: a, bytes: 100, at: 3700, point: "dst", flags: 1 },
      ],
      2,
    );
    expect(second.map(({ starts, bytes }) => [starts, bytes])).toEqual([[1, 200]]);
  });

  it("goes on while one end has closed it and the other has not", async () => {
    const hours = await derive(
      folder,
      [
        { from: a, to: b, bytes: 80, at: 1901, seconds: 0, flags: 2 },
        { from: b, to: a, bytes: 40, at: 1902, seconds: 0, flags: 19, point: "dst" },
        { from: a, to: b, bytes: 40, at: 3600, seconds: 0, flags: 1 },
      ],
      2,
    );
    expect(hours.map((hour) => hour.map(({ starts, state }) => [starts, state]))).toEqual([
      [[1, "closed"]],
      [[0, "closed"]],
    ]);
  });

  it("whose record is longer than any window has all of its bytes", async () => {
    const hours = await derive(folder, [{ from: a, to: b, bytes: 1000, at: 3000, seconds: 9000 }], 3);
    expect(hours.flat().reduce((sum, { bytes }) => sum + bytes, 0)).toBe(1000);
  });

  it("is whole in an hour that other clouds and nameless observers have a part in", async () => {
    const plain: Record[] = [
      { from: a, to: b, bytes: 1000 },
      { from: b, to: a, bytes: 9000, point: "dst" },
    ];
    const ofOthers: [Record, number][] = [
      [{ log: "gcp_vpc", observer: "vm", from: "10.9.0.1:40000", to: "10.9.0.2:443", bytes: 500 }, 500],
      [{ log: "azure_vnet", observer: "mac", from: "10.9.0.1:40000", to: "10.9.0.2:443", at: 9000 }, 0],
      [{ observer: "", from: "10.9.0.1:40000", to: "10.9.0.2:443", bytes: 700 }, 700],
    ];
    for (const [other, bytes] of ofOthers) {
      const found = (await derive(folder, [...plain, other])).flat();
      expect(found.reduce((sum, each) => sum + each.bytes, 0)).toBe(10_000 + bytes);
    }
  });

  it("is assembled though the files of its flows hold another cloud's, of another hour", async () => {
    const azure: Record = {
      log: "azure_vnet",
      from: "10.0.0.3:40000",
      to: "10.0.0.4:443",
      at: 7500,
      bytes: 7,
      back: 5,
    };
    const [first, , third] = await derive(folder, [{ from: a, to: b, bytes: 100 }, azure], 3);
    expect([first, third].map((hour) => hour?.map(({ bytes }) => bytes))).toEqual([[100], [12]]);
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
