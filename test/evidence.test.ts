import { appendFileSync, mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listRows, showEvidence, type Evidence } from "../src/app/index.ts";
import { nsgRecord, vnetRecord, wrapped } from "../src/decode/azure/azure-records.fake.ts";
import { entry } from "../src/decode/gcp/gcp-entries.fake.ts";
import { newPlace } from "./weir-process.ts";
import { ingest } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-evidence-"));
const lake = join(folder, "lake");
const logs = join(folder, "logs");
const START = Date.UTC(2026, 2, 1, 10) / 1000;
const nowMs = Date.now();
const all = { from: "2026-02-28", to: "2026-03-05", nowMs };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A line of AWS version 2; the source's port tells which. */
const line = (port: number): string =>
  `2 123456789012 eni-0a1b2c3d 10.0.0.1 10.0.1.1 ${port} 443 6 10 ${port * 3} ${START + (port % 1000)} ${START + (port % 1000) + 50} ACCEPT OK`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `${line(from + at)}\n`).join("");
const nsgTuple = (port: number, state = "B"): string =>
  `${START + (port % 1000)},10.1.0.4,203.0.113.7,${port},443,T,O,A,${state},${state === "B" ? ",,," : "10,5000,12,8000"}`;
const vnetTuple = (port: number): string =>
  `${(START + (port % 1000)) * 1000},10.2.0.4,10.2.0.5,${port},53,17,O,B,NX,0,0,0,0`;

const nsgRecords = [
  nsgRecord(2, [
    { rule: "Rule_a", tuples: [nsgTuple(3001), nsgTuple(3002)] },
    { rule: "Rule_b", tuples: ["not,a,tuple", nsgTuple(3003)] },
  ]),
  nsgRecord(2, [{ rule: "Rule_\\u00e9", tuples: [nsgTuple(3004), nsgTuple(3005)] }]),
];
const vnetRecords = [
  vnetRecord([
    { rule: "DefaultRule", tuples: [vnetTuple(4001), vnetTuple(4002)] },
    { rule: "Other", tuples: [vnetTuple(4003)] },
  ]),
];
const connection = (port: number) => ({
  connection: { src_ip: "10.3.0.10", src_port: port, dest_ip: "10.3.0.20", dest_port: 5432, protocol: 6 },
});
const subscription = {
  messageType: "DATA_MESSAGE",
  owner: "123456789012",
  logGroup: "flows",
  logStream: "eni-0a1b2c3d-all",
  subscriptionFilters: ["all"],
  logEvents: [6001, 6002, 6003].map((port) => ({ id: String(port), timestamp: START * 1000, message: line(port) })),
};

async function writeParquet(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connected = await instance.connect();
  const rows = Array.from({ length: 3000 }, (_, at) => at);
  await connected.run(
    `COPY (SELECT 2 AS version, '123456789012' AS account_id, 'eni-0a1b2c3d' AS interface_id, '10.4.0.1' AS srcaddr, '10.4.1.1' AS dstaddr, 20000 + n AS srcport, 443 AS dstport,
       6 AS protocol, 10::BIGINT AS packets, if(n = 2500, 9007199254740993, 100)::BIGINT AS bytes, ${START}::BIGINT + n % 60 AS start, ${START}::BIGINT + n % 60 + 50 AS "end", 'ACCEPT' AS action, 'OK' AS log_status
     FROM range(${rows.length}) t(n)) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  connected.closeSync();
  instance.closeSync();
}

beforeAll(async () => {
  mkdirSync(logs);
  const header =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
  writeFileSync(
    join(logs, "plain.log"),
    `\uFEFF${header}\r\n\n# a comment\n${line(1001)}\r\nno record at all\n${lines(1002, 1400)}`,
  );
  // Two members, as some tools write them.
  writeFileSync(join(logs, "packed.log.gz"), Buffer.concat([gzipSync(lines(2001, 2300)), gzipSync(lines(2300, 2600))]));
  writeFileSync(join(logs, "nsg.json"), wrapped(...nsgRecords));
  writeFileSync(join(logs, "vnet.json"), JSON.stringify({ records: vnetRecords }, null, 2));
  writeFileSync(
    join(logs, "gcp.json"),
    [5001, 5002, 5003]
      .map((port, at) => `${JSON.stringify(entry(connection(port), { insertId: `i${at}` }))}\n`)
      .join(""),
  );
  writeFileSync(join(logs, "events.json"), `${JSON.stringify(subscription)}\n`);
  await writeParquet(join(logs, "rows.parquet"));
  ingest(lake, logs);
});

/** The evidence of the one flow with a port. */
async function ofPort(port: number): Promise<Evidence> {
  const columns = ["object_id", "position", "sub_position", "time"];
  const { rows } = await listRows(lake, {
    ...all,
    dataset: "flows",
    filter: `src.port = ${port}`,
    columns,
    totals: false,
  });
  expect(rows).toHaveLength(1);
  const [objectId, position, subPosition, time] = rows[0] ?? [];
  return showEvidence(lake, {
    of: {
      kind: "flow",
      objectId: Number(objectId),
      position: Number(position),
      subPosition: subPosition === null ? null : Number(subPosition),
      time: Date.parse(String(time)) * 1000,
    },
  });
}

describe("a flow's record", () => {
  it.each([
    ["a line of text behind a mark, a header, a blank line and a comment", 1001, "line", line(1001)],
    ["a line far behind, after one that is no record", 1399, "line", line(1399)],
    ["a line of packed text", 2001, "line", line(2001)],
    ["a line of its second member", 2599, "line", line(2599)],
    ["a tuple", 3001, "tuple", nsgTuple(3001)],
    ["a tuple behind one that could not be read", 3003, "tuple", nsgTuple(3003)],
    ["a tuple of the second record", 3005, "tuple", nsgTuple(3005)],
    ["a tuple of a virtual network", 4002, "tuple", vnetTuple(4002)],
    ["a tuple of another rule", 4003, "tuple", vnetTuple(4003)],
    ["an event of a subscription's message", 6002, "event", line(6002)],
  ])("is %s", async (_, port, form, text) => {
    const { records } = await ofPort(port);
    expect(records).toEqual([expect.objectContaining({ form, text, state: "original", reason: null })]);
    expect(records[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is a log entry as it was written", async () => {
    const [record] = (await ofPort(5002)).records;
    expect(record).toMatchObject({ form: "json", position: 2, subPosition: null });
    expect(JSON.parse(record?.text ?? "")).toEqual(entry(connection(5002), { insertId: "i1" }));
  });

  it("is a row of Parquet, with all digits", async () => {
    const [record] = (await ofPort(22_500)).records;
    expect(record).toMatchObject({ form: "row", position: 2501, state: "original" });
    expect(record?.text).toContain('"srcport":22500');
    expect(record?.text).toContain('"bytes":9007199254740993');
  });

  it("stands with what its record says around it, and nothing of its neighbours", async () => {
    const [nsg] = (await ofPort(3003)).records;
    expect(JSON.parse(nsg?.context ?? "")).toEqual(nsgRecord(2, [{ rule: "Rule_b", tuples: [nsgTuple(3003)] }]));
    const [vnet] = (await ofPort(4003)).records;
    expect(JSON.parse(vnet?.context ?? "")).toEqual(vnetRecord([{ rule: "Other", tuples: [vnetTuple(4003)] }]));
  });
});

describe("an object that is not what it was", () => {
  it("is deleted, and the row and its hash stand in", async () => {
    const before = (await ofPort(2002)).records[0];
    unlinkSync(join(logs, "packed.log.gz"));
    const [record] = (await ofPort(2002)).records;
    expect(record).toMatchObject({ state: "deleted", text: null, sha256: before?.sha256, position: before?.position });
    expect(record?.flow).toMatchObject({ src_port: 2002 });
  });

  it("is changed: the text that is there now is not shown as the record", async () => {
    writeFileSync(join(logs, "gcp.json"), "x".repeat(5000));
    expect((await ofPort(5001)).records[0]).toMatchObject({ state: "changed", text: null });
  });

  it("has grown: what was read is what it was", async () => {
    appendFileSync(join(logs, "plain.log"), lines(1500, 1510));
    expect((await ofPort(1002)).records[0]).toMatchObject({ state: "original", text: line(1002) });
    // A blob whose brackets moved: it was read to behind its last record.
    const grown = wrapped(...nsgRecords, nsgRecord(2, [{ rule: "New", tuples: [nsgTuple(3900)] }]));
    writeFileSync(join(logs, "nsg.json"), grown);
    expect((await ofPort(3004)).records[0]).toMatchObject({ state: "original", text: nsgTuple(3004) });
  });

  it("came from standard input: nothing is opened", async () => {
    const { weir } = newPlace();
    weir(["ingest", "-", "--data", lake], { input: line(7001) });
    expect((await ofPort(7001)).records[0]).toMatchObject({ state: "deleted", text: null });
  });
});

describe("a conversation", () => {
  const columns = ["conversation_id", "time", "records"];

  it("has its observations, and just the records that it was made of", async () => {
    const place = newPlace();
    place.weir(["demo", "--hours", "1", "--data", "demo"]);
    const dataDir = join(place.folder, "demo");
    const asked = {
      from: "2000-01-01",
      to: "2100-01-01",
      nowMs,
      dataset: "conversations" as const,
      columns,
      limit: 5000,
    };
    const { rows } = await listRows(dataDir, { ...asked, totals: false });
    // Every hundredth, and all kinds of logs among them.
    const some = rows.filter((_, at) => at % Math.ceil(rows.length / 15) === 0);
    for (const [id, hour, count] of some) {
      const of = { kind: "conversation", conversationId: String(id), hour: Date.parse(String(hour)) * 1000 } as const;
      const evidence = await showEvidence(dataDir, { of });
      expect(evidence.observations.length).toBeGreaterThan(0);
      const inHour = evidence.records.filter(
        ({ flow }) => Math.floor(Date.parse(String(flow["time"])) / 3_600_000) * 3_600_000 === Date.parse(String(hour)),
      );
      expect(inHour).toHaveLength(Number(count));
      for (const record of evidence.records) {
        expect(record).toMatchObject({ state: "original", reason: null });
        expect(record.observation).not.toBeNull();
        for (const column of ["src_ip", "dst_ip"]) expect(record.text).toContain(String(record.flow[column]));
      }
    }
    rmSync(place.folder, { recursive: true, force: true });
  });

  it("is not found where there is none", async () => {
    const of = { kind: "conversation", conversationId: "1", hour: START * 1e6 } as const;
    await expect(showEvidence(lake, { of })).rejects.toMatchObject({ code: "not-found" });
  });

  it("shows nothing to who may not see its accounts", async () => {
    const { rows } = await listRows(lake, { ...all, dataset: "conversations", columns, limit: 1, totals: false });
    const of = {
      kind: "conversation",
      conversationId: String(rows[0]?.[0]),
      hour: Date.parse(String(rows[0]?.[1])) * 1000,
    } as const;
    await expect(showEvidence(lake, { of, scope: { accounts: ["999999999999"] } })).rejects.toMatchObject({
      code: "not-found",
    });
    expect((await showEvidence(lake, { of })).row).not.toBeNull();
  });
});
