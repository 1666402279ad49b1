import { describe, expect, it } from "vitest";
import { flowRecord, testFlowLog } from "./clouds/azure-flow-log.ts";
import { GrowingBlob, putFolderStub } from "./clouds/growing-blob.ts";
import { HOUR, MAC, MINUTE, nameOf, record, upTo, useAzure } from "./azure-bench.ts";

const bench = useAzure();

describe("a growing blob", () => {
  it("is read on from its last block, from 14 bytes up", async () => {
    const blob = await bench.grown(0);
    expect((await bench.collect()).objects).toMatchObject({ read: 1, failed: 0 });
    for (let minute = 1; minute <= 3; minute++) {
      const length = blob.size;
      await blob.append(record(minute));
      const bytes = bench.source.requests.bytes;
      expect(await bench.collect()).toMatchObject({ objects: { read: 0, grown: 1 }, records: { total: 1, flows: 1 } });
      // The new block, with the two bytes that close the document.
      expect(bench.source.requests.bytes - bytes).toBe(blob.size - length + 2);
    }
    expect(await bench.ports()).toEqual(upTo(3));
    const gets = bench.source.requests.gets;
    expect((await bench.collect()).objects).toMatchObject({ unchanged: 1, grown: 0 });
    expect(bench.source.requests.gets).toBe(gets);
  });

  it("that cannot be written to this machine's own disk is not asked for again", async () => {
    const blob = await bench.grown(3);
    const object = { key: blob.name, size: blob.size, modifiedMicros: 0 };
    const fetching = bench.source.fetch({ object, path: "/dev/full", signal: new AbortController().signal });
    await expect(fetching).rejects.toMatchObject({ code: "source-disk", message: expect.stringContaining("ENOSPC") });
    expect(bench.source.requests).toMatchObject({ gets: 2, retries: 0 });
  });

  it("is read whole when it was rewritten, shorter or longer, and takes its own place", async () => {
    const blob = await bench.grown(3);
    await bench.collect();
    await blob.rewrite([[record(11)]]);
    expect((await bench.collect()).records.flows).toBe(1);
    expect(await bench.ports()).toEqual([20_011]);
    await blob.rewrite([[21, 22, 23, 24].map((minute) => record(minute))]);
    await blob.append(record(25));
    expect((await bench.collect()).records.flows).toBe(5);
    expect(await bench.ports()).toEqual([20_021, 20_022, 20_023, 20_024, 20_025]);
  });

  it("with other blocks that are as long is read anew", async () => {
    const blob = await bench.grown(2);
    await bench.collect();
    const { size } = blob;
    await blob.rewrite([[record(31)], [record(32)]]);
    expect(blob.size).toBe(size);
    expect((await bench.collect()).objects).toMatchObject({ read: 1, grown: 0 });
    expect(await bench.ports()).toEqual([20_031, 20_032]);
  });

  it("that grows between its block list and its bytes is asked again, and each tuple is there once", async () => {
    const blob = await bench.grown(2);
    let adding: Promise<void> | undefined;
    bench.refuse = (call) => {
      if (call.method !== "GET" || /comp=/.test(call.url ?? "") || adding !== undefined) return undefined;
      adding = blob.append(record(3));
      return { status: 412, headers: { "x-ms-error-code": "ConditionNotMet" } };
    };
    await bench.collect();
    await adding;
    await bench.collect();
    expect(await bench.ports()).toEqual(upTo(3));
  });

  it("that a tool wrote whole is compared byte by byte", async () => {
    const blob = bench.container.getBlockBlobClient(nameOf("HUB", HOUR, MAC));
    const text = (minutes: number): string =>
      `{\r\n  "records": [\r\n${upTo(minutes)
        .map((_, index) => JSON.stringify(record(index + 1)))
        .join(",\r\n")}\r\n  ]\r\n}`;
    for (const minutes of [2, 5]) {
      await blob.upload(text(minutes), text(minutes).length);
      await bench.collect();
      expect(await bench.ports()).toEqual(upTo(minutes));
    }
    expect((await bench.collect()).objects.unchanged).toBe(1);
  });

  it("with random block ids and spaces around its records is read on or anew, each tuple once", async () => {
    const blob = bench.container.getBlockBlobClient(nameOf("HUB", HOUR, MAC));
    const ids: string[] = [];
    const stage = async (text: string): Promise<string> => {
      const id = Buffer.from(`${ids.length}-${"x".repeat(30)}`.slice(0, 32)).toString("base64");
      await blob.stageBlock(id, text, text.length);
      ids.push(id);
      return id;
    };
    const head = await stage('{\r\n  "records": [\r\n\r');
    const tail = await stage("\r\n  ]\r\n}\r");
    const middle: string[] = [];
    for (let minute = 1; minute <= 4; minute++) {
      middle.push(await stage(`${minute === 1 ? "" : ","}\r\n${JSON.stringify(record(minute))}\r\n`));
      await blob.commitBlockList([head, ...middle, tail]);
      await bench.collect();
      expect(await bench.ports()).toEqual(upTo(minute));
    }
  });

  it("comes in pieces that are fetched side by side", async () => {
    const blob = new GrowingBlob(bench.container, nameOf("HUB", HOUR, MAC));
    const tuples = Array.from(
      { length: 40_000 },
      (_, index) => `${HOUR + index},10.0.0.4,198.51.${index >> 8}.${index & 255},20001,443,6,O,E,NX,3,200,4,300`,
    );
    await blob.append(...Array.from({ length: 10 }, () => flowRecord(testFlowLog, MAC, HOUR + MINUTE, tuples)));
    expect(blob.size).toBeGreaterThan(20 * 1024 * 1024);
    bench.proxy.plan.force("reset-body");
    const report = await bench.collect();
    expect(report.records.flows).toBe(400_000);
    expect(bench.calls.filter((call) => /^GET .*PT1H\.json$/.test(call)).length).toBeGreaterThanOrEqual(2);
  });
});

describe("what is no blob to read", () => {
  it("is left out: folders, empty blobs, snapshots; archived and vanished ones are told, and not asked for again", async () => {
    const blob = await bench.grown(1);
    await bench.container.getBlobClient(blob.name).createSnapshot();
    await putFolderStub(bench.container, "flowLogResourceID=/A_B/C/y=2026");
    await bench.container.getBlockBlobClient(nameOf("HUB", HOUR, "000000000001")).upload("", 0);
    const cold = await bench.grown(1, nameOf("HUB", HOUR, "000000000002"));
    await bench.container.getBlobClient(cold.name).setAccessTier("Archive");
    const gone = await bench.grown(2, nameOf("HUB", HOUR, "000000000003"));
    bench.refuse = (call) => {
      if (!/000000000003.*comp=blocklist/.test(decodeURIComponent(call.url ?? ""))) return undefined;
      return { status: 404, headers: { "x-ms-error-code": "BlobNotFound" } };
    };
    const report = await bench.collect();
    expect(report.objects).toMatchObject({ read: 1, skipped: 2, failed: 0 });
    expect(
      report.problems.map(({ object, code }) => ({ object, code })).sort((a, b) => a.object.localeCompare(b.object)),
    ).toEqual([
      { object: cold.name, code: "archived" },
      { object: gone.name, code: "deleted-at-source" },
    ]);
    expect(bench.calls.filter((call) => call.includes("000000000002"))).toEqual([]);
    expect(await bench.ports()).toEqual([20_001]);
  });

  it("under names of no layout does no harm", async () => {
    await bench.grown(1);
    await bench.container.getBlockBlobClient("notes/read me.txt").upload("not a flow log", 14);
    await bench.container.getBlockBlobClient(`${nameOf("HUB", HOUR, MAC)}.bak`).upload("{}", 2);
    const text = JSON.stringify({ records: [record(2)] });
    await bench.container.getBlockBlobClient("elsewhere/é=&%20+ .json").upload(text, text.length);
    const report = await bench.collect();
    expect(report.objects).toMatchObject({ read: 2, failed: 0 });
    expect(await bench.ports()).toEqual(upTo(2));
  });
});
