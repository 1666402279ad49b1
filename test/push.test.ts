import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MalformedJson } from "../src/api/contract/index.ts";
import { flowLine, flowLines } from "./aws-lines.ts";
import { rowsOf } from "./lake-rows.ts";
import { killHard } from "./process-tree.ts";
import { cloudWatch, KEY, PushedLake, type RawAnswer } from "./pushed.ts";
import { eventually } from "./served.ts";

/** What Firehose and others send, over the built product. */
const folder = mkdtempSync(join(tmpdir(), "weir-push-"));
const lake = new PushedLake(folder);

beforeAll(async () => {
  await lake.start();
});
afterAll(async () => {
  killHard(lake.served.running, "tree");
  await lake.served.running.ended;
  rmSync(folder, { recursive: true, force: true });
});

const wrapped = (number: number): string => `{"message":"${flowLine(number)}"}`;
const control = JSON.stringify({
  messageType: "CONTROL_MESSAGE",
  owner: "CloudwatchLogs",
  logGroup: "",
  logStream: "",
  subscriptionFilters: [],
  logEvents: [
    { id: "", timestamp: 1_772_539_300_000, message: "CWL CONTROL MESSAGE: Checking health of destination." },
  ],
});

/** An answer as Firehose accepts it. @returns its JSON */
function asFirehoseWants({ headers, text }: RawAnswer): Record<string, unknown> {
  expect(headers["content-type"]).toBe("application/json");
  expect(headers["content-length"]).toBe(String(Buffer.byteLength(text)));
  expect(headers["content-encoding"]).toBeUndefined();
  expect(headers["transfer-encoding"]).toBeUndefined();
  expect(headers["location"]).toBeUndefined();
  expect(text.length).toBeLessThan(1024 * 1024);
  const answer = JSON.parse(text) as Record<string, unknown>;
  expect(typeof answer["timestamp"]).toBe("number");
  expect(Math.abs(Number(answer["timestamp"]) - Date.now())).toBeLessThan(600_000);
  return answer;
}

const bearer = { authorization: `Bearer ${KEY}` };
const flows = async (name: string): Promise<number> => (await lake.settled(name)).records.flows;
const rowCount = async (): Promise<number> =>
  (await rowsOf(lake.dataDir)).filter((row) => row.startsWith("flows|")).length;

describe("Firehose", () => {
  it("brings every form of record, each once, and bad ones fail nothing", async () => {
    const before = await lake.settled("hose");
    const answer = await lake.firehose("forms", [
      wrapped(1),
      `${wrapped(2)}\n`,
      wrapped(3) + wrapped(4),
      `${wrapped(5)}\n${wrapped(6)}`,
      flowLine(7),
      flowLines(8, 10),
      gzipSync(cloudWatch(10, 15), { level: 6 }),
      cloudWatch(15, 18),
      gzipSync(control),
      control,
      "",
      "neither a line nor JSON",
      '{"half": ',
      Buffer.concat([gzipSync(cloudWatch(18, 20)).subarray(0, 40)]),
      '{"message":"2 that is no record"}',
      wrapped(18),
    ]);
    expect(answer.status).toBe(200);
    expect(Object.keys(asFirehoseWants(answer)).sort()).toEqual(["requestId", "timestamp"]);
    expect(asFirehoseWants(answer)["requestId"]).toBe("forms");
    const { records, state } = await lake.settled("hose");
    expect(state).toBe("ok");
    expect(records.flows - before.records.flows).toBe(18);
    expect(records.control - before.records.control).toBe(3);
    expect(records.malformed - before.records.malformed).toBe(4);
    const { records: malformed } = await lake.served.get<MalformedJson>("/malformed");
    expect(malformed.map(({ reason, text }) => `${reason}: ${text.slice(0, 25)}`).sort()).toEqual(
      [
        "bad-gzip: H4sI",
        'bad-json: {"half":',
        "format-unknown: neither a line nor JSON",
        "token-count: 2 that is no record",
      ].map((text) => expect.stringContaining(text) as string),
    );
    for (const { object, position } of malformed) {
      expect(object).toMatch(/^push:hose\/\d{4}-\d\d-\d\dT\d\d:\d\d\/[0-9a-f]{8}-records$/);
      expect(position).toBeGreaterThan(0);
    }
  });

  it("may compress the whole request", async () => {
    const before = await flows("hose");
    const headers = { "content-encoding": "gzip" };
    const encode = (body: string): Buffer => gzipSync(body);
    expect(
      (await lake.firehose("zipped", [wrapped(20), gzipSync(cloudWatch(21, 23))], { headers, encode })).status,
    ).toBe(200);
    expect(await flows("hose")).toBe(before + 3);
  });

  it("is counted once by its request id: one after the other, at the same time, and when it looks different", async () => {
    const before = await lake.settled("hose");
    const send = async (): Promise<RawAnswer> => lake.firehose("once", [wrapped(30), wrapped(31)]);
    const answers = [...(await Promise.all([send(), send(), send()])), await send()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await lake.settled("hose")).records.total - before.records.total).toBe(2);
    // Long after its spool file is gone.
    expect((await send()).status).toBe(200);
    const after = await lake.settled("hose");
    expect(after.records.total - before.records.total).toBe(2);
    expect((after.push?.repeated ?? 0) - (before.push?.repeated ?? 0)).toBe(4);
  });

  it("counts the same records twice where they come in two requests: they are two deliveries", async () => {
    const before = await flows("hose");
    await lake.firehose("twin-1", [wrapped(33), gzipSync(cloudWatch(34, 35))]);
    await flows("hose");
    await lake.firehose("twin-2", [wrapped(33), gzipSync(cloudWatch(34, 35))]);
    expect(await flows("hose")).toBe(before + 4);
  });

  it("may send no records, many, and large ones", async () => {
    const before = await lake.settled("hose");
    expect((await lake.firehose("none", [])).status).toBe(200);
    const many = Array.from({ length: 10_000 }, (_, at) => (at % 100 === 0 ? wrapped(100_000 + at) : ""));
    expect((await lake.firehose("many", many)).status).toBe(200);
    // A first record that is larger than what a decoder looks at to find the format.
    const large = cloudWatch(200_000, 205_000);
    expect(large.length).toBeGreaterThan(700_000);
    expect((await lake.firehose("large", [large])).status).toBe(200);
    const { records } = await lake.settled("hose");
    expect(records.flows - before.records.flows).toBe(5100);
    expect(records.control - before.records.control).toBe(9900);
  });

  it("hears what is wrong in its own form: the key, the envelope, the compression, the size", async () => {
    const wrong = await lake.firehose("wrong", [wrapped(40)], { key: `${KEY}x` });
    expect(wrong.status).toBe(401);
    expect(asFirehoseWants(wrong)).toMatchObject({ requestId: "wrong", errorMessage: expect.stringContaining("key") });
    expect((await lake.firehose("wrong", [wrapped(40)], { key: "" })).status).toBe(401);
    expect((await lake.firehose("wrong", [wrapped(40)], { source: "nobody" })).status).toBe(401);
    for (const body of ["", "{", "[]", '{"requestId":"x","records":{}}']) {
      const answer = await lake.post("/push/hose/firehose", body, { "x-amz-firehose-access-key": KEY });
      expect([body, answer.status]).toEqual([body, 400]);
      expect(String(asFirehoseWants(answer)["errorMessage"]).length).toBeLessThan(8193);
    }
    const zipped = { headers: { "content-encoding": "gzip" } };
    expect((await lake.firehose("no-gzip", [wrapped(40)], zipped)).status).toBe(400);
    expect((await lake.firehose("br", [wrapped(40)], { headers: { "content-encoding": "br" } })).status).toBe(400);
    const bomb = { ...zipped, encode: () => gzipSync(Buffer.alloc(65 * 1024 * 1024, 0x20)) };
    const refused = await lake.firehose("bomb", [], bomb);
    expect([refused.status, asFirehoseWants(refused)["requestId"]]).toEqual([413, "bomb"]);
    expect((await lake.source("hose")).push?.last_error).toContain("64 MiB");
    expect((await lake.firehose("the-next-key", [], { key: "the-next-key-of-the-tests" })).status).toBe(200);
    expect((await lake.source("hose")).push?.last_error).toBeNull();
  });

  it("finds no other door: a session or token of an admin is no key, and the key is none of a token", async () => {
    expect((await lake.post("/push/hose/firehose", "{}", { authorization: "Bearer weir_x" })).status).toBe(401);
    expect((await lake.post("/query", "{}", { ...bearer, "content-type": "application/json" })).status).toBe(401);
  });
});

describe("what is kept of it", () => {
  it("is nothing in the spool, every flow once, and what operators want to know", async () => {
    expect(await lake.settled("hose")).toMatchObject({ kind: "push", state: "ok" });
    expect(await rowCount()).toBe(await flows("hose"));
    expect(readdirSync(join(lake.dataDir, "push", "hose"))).toEqual([]);
    const metrics = await (await fetch(`${lake.served.url.replace("/api/v1", "")}/metrics`)).text();
    expect(metrics).toMatch(/weir_push_deliveries_total\{source="hose"\} \d+/);
    expect(metrics).toMatch(/weir_push_waiting_bytes\{source="edge"\} 0/);
  });

  it("is each refused key in the audit log, and no delivery", async () => {
    const { entries } = await lake.served.get<{ entries: { action: string; result: string; target: string }[] }>(
      "/audit?action=push",
    );
    expect(entries.length).toBeGreaterThan(3);
    expect(new Set(entries.map(({ result }) => result))).toEqual(new Set(["wrong-key"]));
    expect(new Set(entries.map(({ target }) => target))).toContain("hose/firehose");
  });

  it("does not tell keys anywhere", async () => {
    const told = JSON.stringify([await lake.served.get("/sources"), await lake.served.get("/audit")]);
    expect(told).not.toContain(KEY);
  });
});

describe("whoever tries many keys", () => {
  it("waits ever longer, and a good key does not", async () => {
    const statuses: number[] = [];
    await eventually(
      async () => {
        statuses.push((await lake.firehose("guess", [], { key: "a-guess" })).status);
        return statuses.at(-1) ?? 0;
      },
      (status) => status === 429,
    );
    const last = await lake.firehose("guess", [], { key: "a-guess" });
    expect([last.status, Number(last.headers["retry-after"]) > 0]).toEqual([429, true]);
    expect((await lake.firehose("good", [])).status).toBe(200);
  });
});
