import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBench, type Bench, type Record } from "./flow-fixture.fake.ts";

/** A flow log that is changed for another one under running flows, as seen in real logs of December 2024. */
const folder = mkdtempSync(join(tmpdir(), "weir-recounted-"));
let bench: Bench;
beforeAll(async () => {
  bench = await openBench(folder);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const tuple = (flowLog: string, at: number, state: string, more: Partial<Record>): Record => ({
  log: "azure_vnet",
  observer: "000D3A359573",
  flowLog,
  point: "src",
  direction: "egress",
  at,
  state,
  from: "10.1.0.4:56361",
  to: "20.10.127.193:443",
  ...more,
});
const bytesOf = async (records: readonly Record[]): Promise<readonly number[]> =>
  (await bench.derive(records))[0]?.map(({ bytes }) => bytes) ?? [];
/** The flow logs' names decide nothing. */
const orders = [
  ["subnet", "nic"],
  ["a-subnet", "z-nic"],
] as const;

describe.each(orders)("a flow log %s that %s takes over from", (old, now) => {
  const other = { from: "10.1.0.4:50000", to: "198.51.100.9:443" };
  /** Both flow logs are alive: the old one until 782, the new one from 783 on. */
  const alive = [
    tuple(old, 100, "begin", other),
    tuple(old, 781, "end", { ...other, bytes: 70, back: 30 }),
    tuple(now, 783, "begin", { ...other, from: "10.1.0.4:50001" }),
  ];

  it("does not count a TLS flow's bytes again that was told twice: 5,183 and then 5,291", async () => {
    const flow = [
      tuple(old, 770, "begin", {}),
      tuple(now, 783, "end", { bytes: 5183, packets: 8, back: 0, quality: "unreliable" }),
      tuple(now, 783, "begin", { quality: "unreliable" }),
      tuple(now, 800, "end", { bytes: 5291, packets: 10, back: 0 }),
    ];
    expect(await bytesOf([...flow, ...alive])).toEqual(expect.arrayContaining([5291, 100]));
    const closedBefore = [
      tuple(old, 770, "begin", {}),
      tuple(old, 782, "end", { bytes: 5183, packets: 8, back: 0, quality: "unreliable" }),
      tuple(old, 782, "begin", { quality: "unreliable" }),
      tuple(now, 800, "end", { bytes: 5291, packets: 10, back: 0 }),
    ];
    expect(await bytesOf([...closedBefore, ...alive])).toEqual(expect.arrayContaining([5291, 100]));
  });

  it("does not count days of NTP in one minute: 2 packets, and 64 s later all 27,347 since the flow began", async () => {
    const ntp = { protocol: 17, from: "10.1.0.4:123", to: "40.119.6.228:123" };
    const flow = [
      tuple(old, 719, "continue", { ...ntp, bytes: 180, packets: 2, back: 264 }),
      tuple(now, 783, "end", { ...ntp, bytes: 2_461_230, packets: 27_347, back: 3_609_804, quality: "unreliable" }),
      tuple(now, 783, "begin", { ...ntp, quality: "unreliable" }),
      tuple(now, 847, "continue", { ...ntp, bytes: 90, packets: 1, back: 132 }),
    ];
    expect(await bytesOf([...flow, ...alive])).toContain(180 + 264 + 90 + 132);
  });

  it("counts as ever what began under the new one, and what comes later", async () => {
    const flows = [
      tuple(now, 790, "begin", {}),
      tuple(now, 820, "end", { bytes: 4000, back: 600 }),
      tuple(now, 2000, "continue", { from: "10.1.0.4:40000", bytes: 900, back: 1 }),
    ];
    expect(await bytesOf([...flows, ...alive])).toEqual(expect.arrayContaining([4600, 901, 100]));
  });
});

it("a port used again in the millisecond of an end, under one flow log, counts as ever", async () => {
  const flow = [
    tuple("nic", 100, "end", { bytes: 500, back: 0, quality: "unreliable" }),
    tuple("nic", 100, "begin", { quality: "unreliable" }),
    tuple("nic", 160, "end", { bytes: 800, back: 0 }),
  ];
  expect((await bytesOf(flow)).reduce((sum, bytes) => sum + bytes, 0)).toBe(1300);
});
