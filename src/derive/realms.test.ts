import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBench, type Bench, type Given, type Record } from "./flow-fixture.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-realms-"));
let bench: Bench;
beforeAll(async () => {
  bench = await openBench(folder);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const [client, server] = ["10.0.0.5:40000", "10.0.0.9:443"] as const;
const inNetwork = (network: string, bytes: number, more: Partial<Record> = {}): Record[] => [
  { from: client, to: server, bytes, network, observer: `${network}-client`, flags: 2, ...more },
  { from: client, to: server, bytes, network, observer: `${network}-server`, point: "dst", flags: 2, ...more },
];
const interfaces = ["red", "blue"].flatMap((network): [string, null, string][] => [
  [`${network}-client`, null, "10.0.0.5"],
  [`${network}-server`, null, "10.0.0.9"],
]);
const look = async (records: readonly Record[], given: Given): Promise<unknown> =>
  (await bench.derive(records, given)).map((hour) =>
    hour.map(({ name, realms, bytes, starts }) => [name, ...realms, bytes, starts]),
  );
const name = `${client} > ${server}/6`;

describe("networks with the same private addresses", () => {
  it("have realms of their own, and conversations too, when names tell of the overlap", async () => {
    const both = [...inNetwork("red", 1000), ...inNetwork("blue", 30, { at: 5 })];
    const untold = both.map((record): Record => ({ ...record, point: null }));
    for (const records of [both, untold])
      expect(await look(records, { interfaces })).toEqual([
        [
          [name, "red", "red", 1000, 1],
          [name, "blue", "blue", 30, 1],
        ],
      ]);
    // Without names nothing tells two networks from one with more observers.
    expect(await look(both, {})).toEqual([[[name, "default", "default", 1000, 1]]]);
  });

  it("go on through the hours, each its own way", async () => {
    const records = [
      ...inNetwork("red", 1000, { at: 3500 }),
      ...inNetwork("blue", 30, { at: 3510 }),
      ...inNetwork("red", 7, { at: 3700, flags: 0 }),
      ...inNetwork("blue", 5, { at: 7300, flags: 0 }),
      ...inNetwork("red", 3, { at: 7310, flags: 0 }),
    ];
    const hours = await bench.derive(records, { interfaces, hours: 3 });
    const chains = new Map<string, Set<string>>();
    for (const { realms, id } of hours.flat()) chains.set(realms[0], (chains.get(realms[0]) ?? new Set()).add(id));
    expect([...chains].map(([realm, ids]) => [realm, ids.size])).toEqual([
      ["red", 1],
      ["blue", 1],
    ]);
    expect(hours.flat().reduce((sum, { starts }) => sum + starts, 0)).toBe(2);
  });

  it("are labelled also where nothing collides, and what others see of them is not counted twice", async () => {
    const far = "10.7.0.7:443";
    const records: Record[] = [
      { from: client, to: far, bytes: 1000, network: "red", observer: "red-client" },
      { from: client, to: far, bytes: 1000, network: "hub", observer: "hub-server", point: "dst" },
      ...inNetwork("blue", 30),
    ];
    expect(await look(records, { interfaces })).toEqual([
      expect.arrayContaining([
        [`${client} > ${far}/6`, "red", "default", 1000, 1],
        // Of the other server nothing was heard: one network alone has the address now.
        [name, "blue", "default", 30, 1],
      ]),
    ]);
  });
});
