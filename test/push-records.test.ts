import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { DecodePump } from "../src/collect/decode-pump.ts";
import { openContent } from "../src/collect/decompress.ts";
import { DecodeOutput } from "../src/decode/index.ts";
import { listSpool, openFirehose, openObject, SpoolWriter, unpackSpool } from "../src/source/index.ts";
import { flowLine } from "./aws-lines.ts";
import { cloudWatch } from "./pushed.ts";

/** From what Firehose sends to rows: envelope, spool file, objects, decoder; only the processes around them are left out. */
const root = mkdtempSync(join(tmpdir(), "weir-push-records-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const LAYOUT =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const shape = { fields: 14, isDefault: true };

/** A record, and what it must come to. */
interface SentRecord {
  readonly data: string;
  readonly flows: readonly number[];
  readonly control?: number;
  readonly malformed?: number;
}

const base64 = (content: string | Buffer): string => Buffer.from(content).toString("base64");
const number = fc.nat(50_000);
const several = fc.array(number, { minLength: 1, maxLength: 5 });
const wrapped = (each: number): string => `{"message":"${flowLine(each)}"}`;
const control =
  '{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":0,"message":"CWL CONTROL MESSAGE"}]}';

const record: fc.Arbitrary<SentRecord> = fc.oneof(
  number.map((each) => ({ data: base64(wrapped(each)), flows: [each] })),
  several.map((all) => ({ data: base64(all.map(wrapped).join("")), flows: all })),
  several.map((all) => ({ data: base64(all.map(wrapped).join("\n")), flows: all })),
  several.map((all) => ({ data: base64(all.map(flowLine).join("\n")), flows: all })),
  number.map((each) => ({ data: base64(gzipSync(cloudWatch(each, each + 3))), flows: [each, each + 1, each + 2] })),
  number.map((each) => ({ data: base64(cloudWatch(each, each + 2)), flows: [each, each + 1] })),
  number.map((each) => ({
    data: base64(gzipSync(`${cloudWatch(each, each + 1)}${control}`)),
    flows: [each],
    control: 1,
  })),
  fc
    .constantFrom("", base64(control), base64("\n"), base64(gzipSync(control)))
    .map((data) => ({ data, flows: [], control: 1 })),
  fc
    .constantFrom(
      "%",
      "=a",
      base64("no log"),
      base64('{"half'),
      base64(gzipSync("x").subarray(0, 12)),
      base64('{"a":1}'),
    )
    .map((data) => ({ data, flows: [], malformed: 1 })),
  // A line that is nearly one: too many words, or none of its values right.
  fc.tuple(number, fc.constantFrom(" more", ""), fc.constantFrom("x", "-1")).map(([each, more, bytes]) => ({
    data: base64(`{"message":"${flowLine(each).replace(` ${1000 + each} `, ` ${bytes} `)}${more}"}`),
    flows: [],
    malformed: 1,
  })),
);

let runs = 0;

/** The bytes of all flows, less a thousand, and how the rest was counted. */
async function cameOf(
  batches: readonly (readonly SentRecord[])[],
): Promise<{ flows: number[]; control: number; malformed: number }> {
  const folder = join(root, String(runs++));
  mkdirSync(join(folder, "to"), { recursive: true });
  const writer = new SpoolWriter(folder, LAYOUT, () => undefined);
  for (const [at, records] of batches.entries()) {
    const body = Buffer.from(
      JSON.stringify({ requestId: `r${at}`, timestamp: 1, records: records.map(({ data }) => ({ data })) }),
    );
    const { content, requestId } = openFirehose(body, undefined, shape);
    const id = createHash("sha256").update(requestId).digest().subarray(0, 16);
    await writer.append({ ...content, id, receivedMs: Date.now() });
  }
  await writer.close();
  const came = { flows: [] as number[], control: 0, malformed: 0 };
  for (const spool of await listSpool(folder, "closed"))
    for (const { path, key } of (await unpackSpool(spool, join(folder, "to"), () => false)).objects) {
      const { flows, report } = await decoded(path, `push:x/${key}`);
      came.flows.push(...flows);
      came.control += report.counts.control;
      came.malformed += report.counts.malformed;
      expect(report.counts.total).toBe(flows.length + report.counts.control + report.counts.malformed);
    }
  rmSync(folder, { recursive: true });
  came.flows.sort((a, b) => a - b);
  return came;
}

async function decoded(path: string, key: string): Promise<{ flows: number[]; report: DecodeOutput["report"] }> {
  const object = await openObject(path);
  const output = new DecodeOutput(100_000);
  const context = { key, objectId: 1, arrivedMicros: Date.now() * 1000, modifiedMicros: object.modifiedMicros };
  output.beginObject(context);
  const pump = new DecodePump(context, output, async () => undefined);
  for await (const chunk of (await openContent(object, 0)).chunks) expect(await pump.push(chunk)).toBe(true);
  expect(await pump.end(true)).toBe(true);
  const flows = Array.from(
    { length: output.flows.rows },
    (_, row) => Number(output.flows.value("src_bytes", row)) - 1000,
  );
  return { flows, report: output.report };
}

it("random batches of random records come to exactly the flows that were sent", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(record, { maxLength: 20 }), { minLength: 1, maxLength: 5 }), async (batches) => {
      const all = batches.flat();
      const sum = (of: (each: SentRecord) => number | undefined): number =>
        all.reduce((total, each) => total + (of(each) ?? 0), 0);
      expect(await cameOf(batches)).toEqual({
        flows: all.flatMap(({ flows }) => flows).sort((a, b) => a - b),
        control: sum(({ control }) => control),
        malformed: sum(({ malformed }) => malformed),
      });
    }),
    { numRuns: 200 },
  );
});
