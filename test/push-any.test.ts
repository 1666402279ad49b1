import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ObjectsJson } from "../src/api/contract/index.ts";
import { flowLine, flowLines } from "./aws-lines.ts";
import { killHard } from "./process-tree.ts";
import { cloudWatch, KEY, PushedLake, type RawAnswer } from "./pushed.ts";

/** What others than Firehose send, over the built product. */
const folder = mkdtempSync(join(tmpdir(), "weir-push-any-"));
const lake = new PushedLake(folder);

beforeAll(async () => {
  await lake.start();
});
afterAll(async () => {
  killHard(lake.served.running, "tree");
  await lake.served.running.ended;
  rmSync(folder, { recursive: true, force: true });
});

const bearer = { authorization: `Bearer ${KEY}` };
const flows = async (name: string): Promise<number> => (await lake.settled(name)).records.flows;

describe("anybody with the key", () => {
  const push = async (body: string | Buffer, headers: Record<string, string> = {}, query = ""): Promise<RawAnswer> =>
    lake.post(`/push/edge${query}`, body, { ...bearer, ...headers });

  it("sends lines, JSON, gzip and files with a header, and the same once", async () => {
    const before = await lake.settled("edge");
    const header = "version srcaddr dstaddr srcport dstport protocol bytes start end action";
    const own = (number: number): string => `5 10.0.0.${number} 10.0.1.1 1024 443 6 1000 1772539200 1772539259 ACCEPT`;
    const azure = {
      time: "2026-03-03T12:00:00Z",
      category: "FlowLogFlowEvent",
      flowLogVersion: 4,
      macAddress: "00224871C205",
      flowRecords: {
        flows: [
          {
            aclID: "a",
            flowGroups: [{ rule: "r", flowTuples: ["1772539200000,10.0.0.6,10.0.0.7,35370,23,6,O,E,NX,3,200,4,300"] }],
          },
        ],
      },
    };
    const bodies: [string | Buffer, Record<string, string>?, string?][] = [
      [flowLines(50, 60)],
      [gzipSync(flowLines(60, 70))],
      [gzipSync(flowLines(70, 80)), { "content-encoding": "gzip" }],
      [`${header}\n${own(1)}\n${own(2)}\n`],
      [JSON.stringify({ records: [azure] })],
      [cloudWatch(80, 83)],
      [flowLines(83, 85), {}, "?name=AWSLogs/999999999999/vpcflowlogs/eu-west-1/2026/03/03/x.log"],
    ];
    for (const [body, headers, query] of bodies) {
      const answer = await push(body, headers, query);
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        200,
        { delivery: expect.any(String), repeated: false },
      ]);
      expect(JSON.parse((await push(body, headers, query)).text)).toMatchObject({ repeated: true });
    }
    const after = await lake.settled("edge");
    expect(after.records.flows - before.records.flows).toBe(10 + 10 + 10 + 2 + 1 + 3 + 2);
    expect(after.records.malformed).toBe(before.records.malformed);
    const { objects } = await lake.served.get<ObjectsJson>(`/sources/objects?source=${after.id}`);
    expect(objects.map(({ key }) => key)).toContainEqual(expect.stringMatching(/-2\/AWSLogs\/999999999999\/.*x\.log$/));
  });

  it("may say what is the same: by Idempotency-Key, whatever is in it", async () => {
    const before = await flows("edge");
    const key = { "idempotency-key": "delivery-1" };
    expect(JSON.parse((await push(flowLines(90, 92), key)).text)).toEqual({ delivery: "delivery-1", repeated: false });
    expect(JSON.parse((await push(flowLines(92, 99), key)).text)).toEqual({ delivery: "delivery-1", repeated: true });
    expect((await push(flowLines(90, 92), { "idempotency-key": "delivery-2" })).status).toBe(200);
    expect(await flows("edge")).toBe(before + 4);
  });

  it("hears what is wrong", async () => {
    const code = async (sent: Promise<RawAnswer>): Promise<string> => {
      const { status, text } = await sent;
      return `${status} ${(JSON.parse(text) as { code: string }).code}`;
    };
    expect(await code(push("no log at all"))).toBe("422 not-a-flow-log");
    expect(await code(push('{"no":"log"}'))).toBe("422 not-a-flow-log");
    expect(await code(push(""))).toBe("400 no-file");
    expect(await code(push(gzipSync(flowLine(1)).subarray(0, 30)))).toBe("400 bad-gzip");
    expect(await code(push(flowLine(1), { "idempotency-key": "x".repeat(1001) }))).toBe("400 bad-request");
    expect(await code(lake.post("/push/edge", flowLine(1)))).toBe("401 wrong-key");
    expect(await code(lake.post("/push/edge", flowLine(1), { "x-weir-key": "x" }))).toBe("401 wrong-key");
    expect(await code(lake.post("/push/hose", flowLine(1), bearer))).toBe("400 only-firehose");
    expect((await lake.post("/push/edge", flowLines(95, 96), { "x-weir-key": KEY })).status).toBe(200);
  });
});

describe("a source with a layout of its own", () => {
  it("reads its lines by it, from Firehose and others", async () => {
    const own = (number: number): string => `10.0.0.${number} 10.0.1.1 1024 443 6 1000 1772539200 1772539259 ACCEPT`;
    const change = { source: "custom" };
    expect((await lake.firehose("own", [`{"message":"${own(1)}"}`, own(2), `${own(3)} too-much`], change)).status).toBe(
      200,
    );
    expect((await lake.post("/push/custom", `${own(4)}\n`, bearer)).status).toBe(200);
    expect((await lake.settled("custom")).records).toMatchObject({ total: 4, flows: 3, malformed: 1 });
  });
});
