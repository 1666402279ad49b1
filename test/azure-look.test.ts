import { describe, expect, it } from "vitest";
import { MapMemory } from "../src/source/s3/memory-lister.fake.ts";
import { testFlowLog } from "./clouds/azure-flow-log.ts";
import { HOUR, MAC, MINUTE, nameOf, record, upTo, useAzure } from "./azure-bench.ts";

const bench = useAzure();
const HOUR_MS = 60 * MINUTE;
const SUB = "9C99D7C5-7653-4B53-AE61-DAEFF13D8569";
const path = (hour: number): string => {
  const [year, month, day, h] = new Date(hour).toISOString().split(/[-T:]/);
  return `y=${year}/m=${month}/d=${day}/h=${h}/m=00`;
};
/** A blob of one minute, of any hour. */
const put = async (name: string, minute: number): Promise<void> => void (await grownOnce(name, minute));
async function grownOnce(name: string, minute: number) {
  const blob = await bench.grown(0, name);
  await blob.append(record(minute));
  return blob;
}

describe("a look", () => {
  it("finds every layout: NSG, with and without MAC, and both forms of VNet paths, of all subscriptions", async () => {
    const nsg = `resourceId=/SUBSCRIPTIONS/${SUB}/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS`;
    const vnet = `flowLogResourceID=/SUBSCRIPTIONS/${SUB}/RESOURCEGROUPS/NETWORKWATCHERRG/PROVIDERS/MICROSOFT.NETWORK/NETWORKWATCHERS/NETWORKWATCHER_WestEurope/FLOWLOGS`;
    await put(`${nsg}/WEB/${path(HOUR)}/macAddress=${MAC}/PT1H.json`, 1);
    await put(`${nsg}/OLD/${path(HOUR)}/PT1H.json`, 2);
    await put(`${nsg.replace(SUB, "0".repeat(8) + SUB.slice(8))}/WEB/${path(HOUR)}/macAddress=${MAC}/PT1H.json`, 3);
    await put(`${vnet}/HUB/${path(HOUR)}/macAddress=${MAC}/PT1H.json`, 4);
    await put(nameOf("HUB", HOUR, MAC), 5);
    expect((await bench.collect()).objects).toMatchObject({ read: 5, failed: 0 });
    expect(await bench.ports()).toEqual(upTo(5));
  });

  it("reads what is old once, the newest day first, from since on, and then lists only what runs", async () => {
    const hours = [0, 1, 20, 24, 30, 400 * 24].map((ago) => HOUR - ago * HOUR_MS);
    for (const [index, hour] of hours.entries()) await put(nameOf("HUB", hour, MAC), index + 1);
    bench.source.close();
    bench.source = await bench.open({ sinceMs: HOUR - 30 * HOUR_MS });
    expect((await bench.collect()).records.flows).toBe(5);
    const listed = bench.calls.filter((call) => /comp=list/.test(call));
    const days = listed.flatMap((call) => /d=(\d\d)\/(?:&|$|h=)/.exec(call)?.[1] ?? []);
    expect([...new Set(days)]).toEqual(["03", "02"]);
    bench.calls = [];
    await bench.collect();
    // The running hour, and the one before whose last block may still come.
    expect(bench.lists).toBe(2);
    // An earlier since makes what lies before it wanted.
    bench.source.close();
    bench.source = await bench.open();
    expect((await bench.collect()).records.flows).toBe(1);
    expect(await bench.ports()).toEqual(upTo(6));
  });

  it("finds late growth and late blobs of two days once an hour, and at once by hand", async () => {
    const hours = [-HOUR_MS, 0, 5 * HOUR_MS].map((after) => HOUR + after);
    const blobs: Awaited<ReturnType<typeof grownOnce>>[] = [];
    for (const [index, hour] of hours.entries())
      blobs.push(await grownOnce(nameOf("HUB", hour - 12 * HOUR_MS, MAC), index + 1));
    bench.now = HOUR + 34 * MINUTE;
    await bench.collect();
    const late = async (minute: number): Promise<void> => {
      for (const [index, blob] of blobs.entries()) await blob.append(record(minute + index));
      await put(nameOf("HUB", HOUR - minute * HOUR_MS, "000D3A000009"), minute + 3);
    };
    await late(10);
    expect((await bench.collect()).records.flows).toBe(0);
    expect((await bench.collect(undefined, { isByHand: true })).records.flows).toBe(4);
    await late(20);
    bench.now = HOUR + 80 * MINUTE;
    expect((await bench.collect()).records.flows).toBe(4);
  });

  it("closes an hour a quarter after its end, and looks at those before it once more: late blocks are found", async () => {
    const blob = await bench.grown(3);
    await bench.collect();
    bench.now = HOUR + 61 * MINUTE;
    await blob.append(record(4));
    expect((await bench.collect()).records.flows).toBe(1);
    bench.now = HOUR + 80 * MINUTE;
    bench.calls = [];
    await bench.collect();
    // All hours of one day are one listing.
    expect(bench.calls.filter((call) => /comp=list/.test(call) && /\/d=03\/(&|$)/.test(call))).toHaveLength(1);
    bench.calls = [];
    bench.now += 10 * MINUTE;
    await bench.collect();
    const listed = bench.calls.filter((call) => /comp=list/.test(call) && call.includes("/d=03/"));
    expect(listed.map((call) => /h=\d\d/.exec(call)?.[0])).toEqual(["h=13"]);
    // Two hours later than it should.
    await blob.append(record(5));
    bench.now = HOUR + 200 * MINUTE;
    await bench.collect();
    expect(await bench.ports()).toEqual(upTo(5));
  });

  it("asks quiet flow logs rarely and finds new NICs and flow logs by itself", async () => {
    await put(nameOf("QUIET", HOUR, MAC), 1);
    const busy = await grownOnce(nameOf("BUSY", HOUR, "000D3A000001"), 2);
    for (let look = 0; look < 80; look++) {
      if (look % 20 === 0) await busy.append(record(100 + look));
      await bench.collect();
    }
    const quiet = bench.calls.filter((call) => /comp=list/.test(call) && /_QUIET\/y=\d+\/m=\d+\/d=\d+\/h=/.test(call));
    const active = bench.calls.filter((call) => /comp=list/.test(call) && /_BUSY\/y=\d+\/m=\d+\/d=\d+\/h=/.test(call));
    expect(quiet.length).toBeLessThan(active.length / 1.5);
    // Who asks by hand waits for none of it.
    await put(nameOf("QUIET", HOUR, "000D3A000009"), 5);
    await put(nameOf("NEWEST", HOUR, MAC), 6);
    const { flows } = (await bench.collect()).records;
    expect(flows).toBeLessThan(2);
    expect((await bench.collect(undefined, { isByHand: true })).records.flows).toBe(2 - flows);
    await put(nameOf("BUSY", HOUR, "000D3A000002"), 3);
    await put(nameOf("NEW", HOUR, "000D3A000003"), 4);
    bench.now += 15 * MINUTE;
    await bench.collect();
    expect(await bench.ports()).toEqual(expect.arrayContaining([20_003, 20_004]));
  });

  it("goes on where it stopped after a week without it", async () => {
    await put(nameOf("HUB", HOUR, MAC), 1);
    await bench.collect();
    for (const [index, hours] of [1, 30, 100, 168].entries())
      await put(nameOf("HUB", HOUR + hours * HOUR_MS, MAC), index + 2);
    bench.now = HOUR + 168 * HOUR_MS + 5 * MINUTE;
    bench.source.close();
    bench.source = await bench.open();
    bench.calls = [];
    await bench.collect();
    expect(await bench.ports()).toEqual(upTo(5));
    expect(bench.lists).toBeLessThan(20);
  });

  it("reads on after a clock that was ahead for a while, and misses no hour of it", async () => {
    const blob = await grownOnce(nameOf("HUB", HOUR, MAC), 1);
    bench.now = HOUR + 13 * HOUR_MS;
    await bench.collect();
    bench.now = HOUR + 30 * MINUTE;
    await blob.append(record(2));
    await put(nameOf("NEW", HOUR, MAC), 3);
    await bench.collect();
    expect(await bench.ports()).toEqual(upTo(3));
    for (let hours = 1; hours < 10; hours++) await put(nameOf("HUB", HOUR + hours * HOUR_MS, MAC), hours + 3);
    bench.now = HOUR + 10 * HOUR_MS;
    await bench.collect();
    expect(await bench.ports()).toEqual(upTo(12));
  });

  it("leaves older days for the next look when its time is over, so that other sources get their turn", async () => {
    for (let days = 1; days <= 6; days++) await put(nameOf("HUB", HOUR - days * 24 * HOUR_MS, MAC), days);
    await put(nameOf("HUB", HOUR, MAC), 7);
    const memory = new MapMemory();
    const all = new Set<string>();
    const batches: number[] = [];
    while (batches.length < 8) {
      let count = 0;
      const request = { memory, signal: new AbortController().signal, forMs: MINUTE };
      for await (const { objects, settled } of bench.source.look(request)) {
        count++;
        for (const { key } of objects) all.add(key);
        await settled?.({ failed: [], open: [] });
        bench.now += MINUTE / 2;
      }
      batches.push(count);
    }
    expect(Math.max(...batches)).toBeLessThanOrEqual(3);
    expect(all.size).toBe(7);
  });

  it("fills a gap without touching the rest, and without moving on", async () => {
    for (let hours = 0; hours < 6; hours++) await put(nameOf("HUB", HOUR - hours * HOUR_MS, MAC), hours + 1);
    const window = { fromMs: HOUR - 3 * HOUR_MS, toMs: HOUR - 2 * HOUR_MS - MINUTE * 10 };
    expect((await bench.collect(window)).records.flows).toBe(1);
    expect(await bench.ports()).toEqual([20_004]);
    await bench.collect();
    expect(await bench.ports()).toEqual(upTo(6));
  });

  it("keeps to its prefix, also one that ends within a flow log's days", async () => {
    await put(nameOf("HUB", HOUR, MAC), 1);
    await put(nameOf("HUB", HOUR - 24 * HOUR_MS, MAC), 2);
    await put(nameOf("OTHER", HOUR, MAC), 3);
    const day = nameOf("HUB", HOUR, MAC).replace(/h=.*/, "");
    bench.source.close();
    bench.source = await bench.open({ url: `azblob://devstoreaccount1/${bench.containerName}/${day}` });
    await bench.collect();
    expect(await bench.ports()).toEqual([20_001]);
  });
});

describe("a probe", () => {
  it("says what is there", async () => {
    const text = JSON.stringify({ records: [record(1)] });
    for (let hours = 0; hours < 60; hours++)
      for (const mac of [MAC, "000D3A000002"])
        await bench.container.getBlockBlobClient(nameOf("HUB", HOUR - hours * HOUR_MS, mac)).upload(text, text.length);
    const cold = nameOf("HUB", HOUR - 24 * HOUR_MS, MAC);
    await bench.container.getBlobClient(cold).setAccessTier("Archive");
    const probe = await bench.source.probe(new AbortController().signal);
    expect(probe).toMatchObject({
      layout: "VNet flow logs by subscription and network watcher, a blob an hour and NIC (2 NICs in 1 flow log)",
      isPartial: false,
      oldestMs: HOUR - 59 * HOUR_MS,
      newestMs: HOUR,
      objectsPerDay: 48,
      bytesPerDay: 48 * text.length,
      region: "westeurope",
      encryptionKey: null,
      remarks: ["1 blobs of the days looked at are archived and are not read"],
      notes: [],
    });
    expect(probe.flowLogs).toEqual([
      {
        id: "NETWORKWATCHER_WESTEUROPE_HUB",
        account: testFlowLog.subscription,
        region: "westeurope",
        logType: "azure_vnet",
        format: "VNet version 4",
        firstMs: HOUR - 59 * HOUR_MS,
        lastMs: HOUR,
      },
    ]);
    expect(bench.calls.length).toBeLessThan(30);
  });

  it("of an empty container says so", async () => {
    const probe = await bench.source.probe(new AbortController().signal);
    expect(probe).toMatchObject({ layout: "no flow logs were found", objects: 0, oldestMs: null, flowLogs: [] });
  });
});
