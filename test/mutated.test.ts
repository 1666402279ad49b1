import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DecodePump } from "../src/collect/decode-pump.ts";
import { DecodeOutput } from "../src/decode/index.ts";
import type { ObjectReport } from "../src/model/records.ts";
import { flowLines } from "./aws-lines.ts";
import { main } from "./weir.ts";

const ARRIVED = Date.UTC(2027, 0) * 1000;
const folder = mkdtempSync(join(tmpdir(), "weir-mutated-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One object of each kind that the demo world writes, and a few that it does not. */
const samples: Buffer[] = [];
beforeAll(() => {
  expect(spawnSync(process.execPath, [main, "demo", "--write", join(folder, "world"), "--hours", "1"]).status).toBe(0);
  const kinds = new Map<string, string>();
  for (const name of readdirSync(join(folder, "world"), { recursive: true }) as string[]) {
    if (
      !/\.(json|gz|log)$/.test(name) ||
      name.endsWith("truth.json") ||
      !statSync(join(folder, "world", name)).isFile()
    )
      continue;
    kinds.set(name.split("/").slice(0, 3).join("/").replaceAll(/[0-9]/g, ""), name);
  }
  for (const name of kinds.values()) {
    const bytes = readFileSync(join(folder, "world", name));
    samples.push((name.endsWith(".gz") ? gunzipSync(bytes) : bytes).subarray(0, 6000));
  }
  const envelope = {
    messageType: "DATA_MESSAGE",
    owner: "123456789012",
    logGroup: "g",
    logStream: "eni-1-all",
    logEvents: [{ id: "1", timestamp: 1_772_539_200_000, message: flowLines(1, 2).trim() }],
  };
  const google = {
    insertId: "x",
    logName: "projects/p/logs/compute.googleapis.com%2Fvpc_flows",
    resource: { type: "gce_subnetwork", labels: {} },
    timestamp: "2026-03-03T12:00:00Z",
    jsonPayload: {
      connection: { src_ip: "10.0.0.1", dest_ip: "10.0.0.2", src_port: 1, dest_port: 443, protocol: 6 },
      bytes_sent: "1",
      packets_sent: "1",
      start_time: "2026-03-03T12:00:00Z",
      end_time: "2026-03-03T12:00:05Z",
      reporter: "SRC",
    },
  };
  for (const text of [
    flowLines(0, 40),
    `${JSON.stringify(envelope)}\n`.repeat(5),
    `${JSON.stringify(google)}\n`.repeat(5),
    JSON.stringify([google, google]),
  ])
    samples.push(Buffer.from(text));
  expect(samples.length).toBeGreaterThan(6);
});

interface Decoded {
  readonly report: ObjectReport;
  readonly flows: number;
  readonly malformed: number;
  readonly isKnown: boolean;
}

/** Decodes as a worker does: piece by piece, emptying the output when it is full. */
async function decode(bytes: Uint8Array, piece: number): Promise<Decoded> {
  const output = new DecodeOutput(16);
  const context = { key: "object", objectId: 1, arrivedMicros: ARRIVED, modifiedMicros: ARRIVED };
  output.beginObject(context);
  let flows = 0;
  let malformed = 0;
  const flush = async (): Promise<void> => {
    flows += output.flows.rows;
    malformed += output.malformed.rows;
    output.clearRows();
  };
  const pump = new DecodePump(context, output, flush);
  let isKnown = true;
  for (let at = 0; at < bytes.length && isKnown; at += piece) isKnown = await pump.push(bytes.subarray(at, at + piece));
  isKnown &&= await pump.end(true);
  await flush();
  return { report: output.report, flows, malformed, isKnown };
}

const hostile = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  " ",
  "\n",
  "\r\n",
  "\u0000",
  "-",
  "1e999",
  "-1",
  "99999999999999999999",
  "null",
  "__proto__",
  "\uFFFF",
  "😀",
  "2 ",
  "NODATA",
  '{"records":[',
  "version account-id\n",
  "\u001b[31m",
  "x".repeat(70_000),
];
const change = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat(), length: fc.integer({ min: 1, max: 200 }) }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.nat(),
    text: fc.oneof(fc.constantFrom(...hostile), fc.string({ maxLength: 20 })),
  }),
  fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(), length: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ kind: fc.constant("truncate" as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant("encode" as const),
    encoding: fc.constantFrom("utf16le" as const, "latin1" as const, "base64" as const),
  }),
);

function mutate(sample: Buffer, changes: readonly (typeof change extends fc.Arbitrary<infer T> ? T : never)[]): Buffer {
  let bytes = Buffer.from(sample);
  for (const one of changes) {
    const at = "at" in one && bytes.length > 0 ? one.at % bytes.length : 0;
    if (one.kind === "flip") bytes[at] = one.byte;
    else if (one.kind === "cut") bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + one.length)]);
    else if (one.kind === "insert")
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(one.text), bytes.subarray(at)]);
    else if (one.kind === "repeat") bytes = Buffer.concat([bytes.subarray(0, at + one.length), bytes.subarray(at)]);
    else if (one.kind === "truncate") bytes = bytes.subarray(0, at);
    else bytes = Buffer.from(bytes.toString(), one.encoding);
  }
  return bytes;
}

describe("whatever the bytes are", () => {
  it("nothing is thrown, every record is counted once, and the pieces do not matter", async () => {
    let damaged = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(change, { maxLength: 5 }),
        fc.integer({ min: 1, max: 9000 }),
        async (sample, changes, piece) => {
          const bytes = mutate(samples[sample % samples.length] ?? Buffer.alloc(0), changes);
          const whole = await decode(bytes, bytes.length + 1);
          const { total, ...kinds } = whole.report.counts;
          expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(total);
          expect(whole.flows).toBe(kinds.flows);
          expect(Object.values(whole.report.flowsByType).reduce((sum, count) => sum + count, 0)).toBe(kinds.flows);
          expect(whole.malformed).toBe(kinds.malformed);
          expect(Object.values(whole.report.reasons).reduce((sum, count) => sum + count, 0)).toBe(kinds.malformed);
          if (kinds.malformed > 0 && kinds.flows > 0) damaged++;
          expect(await decode(bytes, piece)).toEqual(whole);
        },
      ),
      { numRuns: 1500 },
    );
    expect(damaged).toBeGreaterThan(100);
  });
});

describe("memory does not grow with", () => {
  /** Feeds an endless record, and gives the most that was held at once. */
  async function feed(
    start: string,
    middle: string,
    megabytes: number,
  ): Promise<{ grownMb: number; report: ObjectReport }> {
    const output = new DecodeOutput(100_000);
    const context = { key: "object", objectId: 1, arrivedMicros: ARRIVED, modifiedMicros: ARRIVED };
    output.beginObject(context);
    const pump = new DecodePump(context, output, async () => output.clearRows());
    const block = Buffer.from(middle.repeat(Math.ceil((1024 * 1024) / middle.length)));
    await pump.push(Buffer.from(start));
    const before = process.memoryUsage().rss;
    let most = before;
    for (let megabyte = 0; megabyte < megabytes; megabyte++) {
      await pump.push(block);
      most = Math.max(most, process.memoryUsage().rss);
    }
    await pump.end(true);
    return { grownMb: (most - before) / 1e6, report: output.report };
  }

  it("a line without an end", async () => {
    const { grownMb, report } = await feed(flowLines(0, 2000), "x", 400);
    expect(report.counts).toMatchObject({ flows: 2000, malformed: 1 });
    expect(grownMb).toBeLessThan(150);
  });

  it("a record of JSON without an end", async () => {
    for (const middle of ['{"category":"FlowLogFlowEvent","x":[', '{"category":"FlowLogFlowEvent","x":"']) {
      const { grownMb, report } = await feed(`{"records":[${" ".repeat(70_000)}${middle}`, '1,"a",', 400);
      expect(report.counts).toMatchObject({ total: 1, malformed: 1 });
      // A record may have 64 MiB.
      expect(grownMb).toBeLessThan(400);
    }
  });
});
