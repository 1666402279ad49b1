import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { DecodeOutput } from "../decode-output.ts";
import type { JsonObject } from "../json/json-record.ts";
import { awsEnvelopeFormat } from "./aws-envelopes.ts";
import { contextOf, rowsOf, type PlainRow } from "./aws-rows.fake.ts";

const line = (port: number): string =>
  `2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 ${port} 22 6 20 4249 1418530010 1418530070 ACCEPT OK`;
const nodata = "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA";

function decode(
  values: readonly unknown[],
  logFormat?: string,
): { flows: PlainRow[]; coverage: PlainRow[]; malformed: PlainRow[]; report: DecodeOutput["report"] } {
  const context = contextOf(logFormat === undefined ? {} : { logFormat });
  const output = new DecodeOutput(8);
  output.beginObject(context);
  const decoder = awsEnvelopeFormat.create(context, output);
  for (const [index, value] of values.entries()) {
    expect(awsEnvelopeFormat.matches(value as JsonObject)).toBe(true);
    decoder.decode({
      value: value as JsonObject,
      position: index + 1,
      bytes: new Uint8Array(0),
      start: 0,
      end: 0,
      tuples: [],
    });
  }
  decoder.flush?.();
  return {
    flows: rowsOf(output.flows),
    coverage: rowsOf(output.coverage),
    malformed: rowsOf(output.malformed),
    report: output.report,
  };
}

const subscription = (messages: readonly unknown[], more: JsonObject = {}): JsonObject => ({
  messageType: "DATA_MESSAGE",
  owner: "111122223333",
  logGroup: "/vpc",
  logStream: "eni-1235b8ca123456789-all",
  subscriptionFilters: ["all"],
  logEvents: messages.map((message, index) => ({
    id: String(index),
    timestamp: 1_418_530_010_000 + index,
    message,
    extractedFields: {},
  })),
  ...more,
});
const control = {
  messageType: "CONTROL_MESSAGE",
  owner: "CloudwatchLogs",
  logGroup: "",
  logStream: "",
  subscriptionFilters: [],
  logEvents: [{ id: "", timestamp: 1, message: "CWL CONTROL MESSAGE: Checking health of destination Firehose." }],
};
const packed = (...values: unknown[]): string =>
  gzipSync(values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join("")).toString(
    "base64",
  );

it("reads a subscription's message", () => {
  const { flows, coverage, report } = decode([control, subscription([line(1), nodata, line(3)])]);
  expect(report.counts).toMatchObject({ total: 4, flows: 2, nodata: 1, control: 1 });
  expect(flows.map((flow) => [flow.src_port, flow.position, flow.sub_position, flow.logged_time])).toEqual([
    [1, 2, 1, "2014-12-14T04:06:50.000Z"],
    [3, 2, 3, "2014-12-14T04:06:50.002Z"],
  ]);
  expect(flows[0]).toMatchObject({
    log_account_id: "111122223333",
    account_id: "123456789010",
    action: "allow",
    provider: "aws",
    log_type: "aws_vpc",
    object_id: 7,
  });
  expect(coverage).toMatchObject([{ status: "nodata", position: 2, sub_position: 2, log_account_id: "111122223333" }]);
});

it.each([
  ["Lambda", (value: unknown) => ({ awslogs: { data: packed(value) } })],
  [
    "Kinesis in Lambda",
    (value: unknown) => ({ Records: [{ eventSource: "aws:kinesis", kinesis: { data: packed(value) } }] }),
  ],
  ["Firehose", (value: unknown) => ({ data: packed(value) })],
  [
    "Firehose without compression",
    (value: unknown) => ({ recordId: "1", data: Buffer.from(JSON.stringify(value)).toString("base64") }),
  ],
])("unwraps a subscription's message in %s", (_, wrap) => {
  const { flows, report } = decode([wrap(subscription([line(1), line(2)]))]);
  expect(report.counts).toMatchObject({ total: 2, flows: 2 });
  expect(flows.map((flow) => [flow.src_port, flow.position, flow.sub_position])).toEqual([
    [1, 1, 1],
    [2, 1, 2],
  ]);
});

it("reads several objects and lines of one payload", () => {
  const objects = packed({ message: line(1) }, subscription([line(2)]), "\n", { message: `${line(3)}\n` });
  const { flows, report } = decode([{ data: objects }, { data: packed(`${line(4)}\n${line(5)}\n`) }, { data: "" }]);
  expect(report.counts).toMatchObject({ total: 6, flows: 5, control: 1 });
  expect(flows.map((flow) => [flow.src_port, flow.position, flow.sub_position])).toEqual([
    [1, 1, 1],
    [2, 1, 2],
    [3, 1, 3],
    [4, 2, 1],
    [5, 2, 2],
  ]);
});

it("reads direct Firehose records and CloudWatch events", () => {
  const event = {
    message: line(2),
    timestamp: 1_418_530_010_000,
    logStreamName: "eni-1235b8ca123456789-all",
    ingestionTime: 1,
    eventId: "1",
  };
  const { flows } = decode([
    { message: line(1) },
    event,
    { events: [event, { ...event, message: line(3) }], nextToken: "x" },
  ]);
  expect(flows.map((flow) => [flow.src_port, flow.position, flow.sub_position])).toEqual([
    [1, 1, 1],
    [2, 2, 1],
    [2, 3, 1],
    [3, 3, 2],
  ]);
  expect(flows[0]).not.toHaveProperty("logged_time");
});

it("takes the observer and the time from the envelope where the record has none", () => {
  const { flows } = decode([subscription(["10.0.0.1 10.0.0.2", "10.0.0.1 10.0.0.3"])], "srcaddr dstaddr");
  expect(flows).toMatchObject([
    {
      observer_id: "eni-1235b8ca123456789",
      observer_type: "interface",
      time: "2014-12-14T04:06:50.000Z",
      time_basis: "envelope",
    },
    { dst_ip: "10.0.0.3", time: "2014-12-14T04:06:50.001Z" },
  ]);
});

it("accounts for events that are no flow records", () => {
  const { report, malformed, flows } = decode([
    subscription([
      line(1),
      '{"eventVersion":"1.03"}',
      "",
      5,
      "Hello World",
      JSON.stringify({ message: line(6) }),
      line(7),
      "two\nlines",
    ]),
  ]);
  expect(report.counts).toMatchObject({ total: 8, flows: 3, filtered: 1, malformed: 4 });
  expect(report.notes.map(({ code }) => code)).toContain("message-is-json");
  expect(malformed.map((row) => [row.reason, row.position, row.sub_position])).toEqual([
    ["no-message", 1, 3],
    ["no-message", 1, 4],
    ["format-unknown", 1, 5],
    ["format-unknown", 1, 8],
  ]);
  expect(flows.map((flow) => flow.sub_position)).toEqual([1, 6, 7]);
});

it("counts payloads that cannot be read", () => {
  const { report } = decode([
    { data: "!!" },
    { data: Buffer.from([0x1f, 0x8b, 8, 0, 1, 2]).toString("base64") },
    { Records: [{ kinesis: { data: Buffer.from("Hello World").toString("base64") } }, { kinesis: {} }] },
    { data: packed('{"a":1}{"b"') },
  ]);
  expect(report.reasons).toEqual({
    "bad-base64": 2,
    "bad-gzip": 1,
    "format-unknown": 1,
    "unknown-envelope": 1,
    "bad-json": 1,
  });
});

it("grows the batch for a record with many events", () => {
  const { flows } = decode([subscription(Array.from({ length: 500 }, (_, index) => line(index + 1)))]);
  expect(flows.map((flow) => flow.src_port)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  expect(new Set(flows.map((flow) => flow.provider))).toEqual(new Set(["aws"]));
});

it("leaves what is no envelope of log lines", () => {
  for (const value of [
    { Records: [{ eventSource: "aws:s3", s3: { bucket: { name: "b" }, object: { key: "k" } } }] },
    { Records: [{ messageId: "1", body: "x", eventSource: "aws:sqs" }] },
    { Service: "Amazon S3", Event: "s3:TestEvent" },
    { "detail-type": "Object Created", detail: {} },
    { Type: "Notification", Message: "{}" },
    { message: "started", level: "info" },
    { data: "x", other: 1 },
    { events: [] },
    {},
  ])
    expect(awsEnvelopeFormat.matches(value as JsonObject)).toBe(false);
});
