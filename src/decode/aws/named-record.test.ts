import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeWhole, type Decoded, type PlainRow } from "../json/decode-whole.fake.ts";
import { vpcDefaultFields } from "./aws-fields.ts";

type Raw = Readonly<Record<string, string>>;

const number = (max: number): fc.Arbitrary<string> => fc.nat({ max }).map(String);
const ip = fc.oneof(fc.ipV4(), fc.ipV6());
const start = fc.integer({ min: 1_200_000_000, max: 1_780_000_000 });
const id = (prefix: string): fc.Arbitrary<string> => fc.constantFrom(`${prefix}-1`, `${prefix}-2`, "-");

const flow: fc.Arbitrary<Raw> = fc.record({
  version: fc.constant("2"),
  "account-id": fc.constantFrom("058694856476", "unknown"),
  "interface-id": fc.constantFrom("eni-4b118871", "eni-0050644426037aa0f"),
  srcaddr: ip,
  dstaddr: ip,
  srcport: number(65_535),
  dstport: number(65_535),
  protocol: fc.constantFrom("1", "6", "17", "50"),
  packets: number(1e9),
  bytes: fc.oneof(number(1e9), fc.constant("4503599627370497")),
  start: start.map(String),
  end: start.map((seconds) => String(seconds + 60)),
  action: fc.constantFrom("ACCEPT", "REJECT"),
  "log-status": fc.constant("OK"),
});
const unseen: fc.Arbitrary<Raw> = fc.tuple(flow, fc.constantFrom("NODATA", "SKIPDATA")).map(([record, status]) => ({
  ...record,
  ...Object.fromEntries(vpcDefaultFields.slice(3, 10).map((name) => [name, "-"])),
  action: "-",
  "log-status": status,
}));

/** A line in the order of its fields. */
const lineOf = (record: Raw, names: readonly string[] = Object.keys(record)): string =>
  names.map((name) => record[name]).join(" ");

const transformedNames: Raw = {
  "account-id": "accountId",
  "interface-id": "interfaceId",
  srcaddr: "srcAddr",
  dstaddr: "dstAddr",
  srcport: "srcPort",
  dstport: "dstPort",
  "log-status": "logStatus",
};
const texts = new Set(["account-id", "interface-id", "srcaddr", "dstaddr", "action", "log-status"]);

/** What `parseVPC` writes, after its documentation. */
function transformed(record: Raw, absent: "-" | null): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      transformedNames[name] ?? name,
      value === "-" ? absent : texts.has(name) ? value : Number(value),
    ]),
  );
}

/** What `AWS` publishes as its mapping of a VPC flow log to OCSF. */
function ocsf(raw: Raw, release: "1.0.0-rc.2" | "1.5.0"): Record<string, unknown> {
  const isNew = release !== "1.0.0-rc.2";
  const at = (seconds: string | undefined): unknown =>
    isNew
      ? new Date(Number(seconds) * 1000).toISOString().replace("T", " ").replace(".000Z", "+00:00")
      : Number(seconds) * 1000;
  const isIn = raw["flow-direction"] === "ingress";
  const isAllowed = raw.action === "ACCEPT";
  const end = (side: "src" | "dst", isOwn: boolean): Record<string, unknown> => ({
    ip: raw[`pkt-${side}addr`],
    port: Number(raw[`${side}port`]),
    svc_name: raw[`pkt-${side}-aws-service`],
    intermediate_ips: raw[`pkt-${side}addr`] === raw[`${side}addr`] ? null : [raw[`${side}addr`]],
    ...(isOwn && {
      interface_uid: raw["interface-id"],
      vpc_uid: raw["vpc-id"],
      subnet_uid: raw["subnet-id"],
      instance_uid: raw["instance-id"],
    }),
  });
  const unmapped = { sublocation_id: "-", sublocation_type: "-", ecs_task_id: raw["ecs-task-id"] };
  return {
    class_uid: 4001,
    metadata: {
      product: { name: "Amazon VPC", version: raw.version, feature: { name: "Flowlogs" } },
      version: release,
    },
    cloud: isNew
      ? { account: { uid: raw["account-id"] }, region: raw.region, zone: raw["az-id"] }
      : { account_uid: raw["account-id"], region: raw.region, zone: raw["az-id"] },
    ...(isNew ? { action_id: isAllowed ? 1 : 2 } : { disposition_id: isAllowed ? 1 : 2 }),
    disposition: isAllowed ? "Allowed" : "Blocked",
    connection_info: {
      boundary_id: raw["traffic-path"] === "-" ? 99 : Number(raw["traffic-path"]) + 3,
      direction_id: isIn ? 1 : 2,
      protocol_num: Number(raw.protocol),
      protocol_ver: raw.type,
      tcp_flags: Number(raw["tcp-flags"]),
    },
    time: Number(raw.start) * 1000,
    ...(isNew
      ? { start_time_dt: at(raw.start), end_time_dt: at(raw.end) }
      : { start_time: at(raw.start), end_time: at(raw.end) }),
    src_endpoint: end("src", !isIn),
    dst_endpoint: end("dst", isIn),
    traffic: { bytes: Number(raw.bytes), packets: Number(raw.packets) },
    status_code: raw["log-status"],
    unmapped: isNew ? unmapped : Object.entries(unmapped),
  };
}

const full: fc.Arbitrary<Raw> = fc
  .record({
    flow,
    hop: fc.option(ip, { nil: undefined }),
    direction: fc.constantFrom("ingress", "egress"),
    path: fc.constantFrom("-", "1", "4", "8"),
    ids: fc.tuple(id("vpc"), id("subnet"), id("i"), id("task")),
    service: fc.constantFrom("-", "S3", "AMAZON"),
    flags: fc.constantFrom("0", "2", "19"),
  })
  .map(({ flow: record, hop, direction, path, ids, service, flags }) => ({
    ...record,
    version: "7",
    type: "IPv4",
    region: "us-east-2",
    "az-id": "use2-az2",
    "tcp-flags": flags,
    "flow-direction": direction,
    "traffic-path": path,
    "vpc-id": ids[0],
    "subnet-id": ids[1],
    "instance-id": ids[2],
    "ecs-task-id": ids[3],
    "pkt-srcaddr": hop ?? record.srcaddr ?? "",
    "pkt-dstaddr": record.dstaddr ?? "",
    "pkt-src-aws-service": service,
    "pkt-dst-aws-service": "-",
    "sublocation-type": "-",
    "sublocation-id": "-",
  }));

/** What a record says, without where it stood and what its envelope added. */
function meant(decoded: Decoded | undefined): { rows: PlainRow[]; coverage: PlainRow[] } {
  const apart = new Set(["position", "sub_position", "logged_time", "log_account_id"]);
  const bare = (row: PlainRow): PlainRow =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !apart.has(name)));
  return { rows: (decoded?.rows ?? []).map(bare), coverage: (decoded?.coverage ?? []).map(bare) };
}

const subscription = (messages: readonly string[]): string =>
  JSON.stringify({
    messageType: "DATA_MESSAGE",
    owner: "111122223333",
    logStream: "eni-4b118871-all",
    logEvents: messages.map((message, index) => ({ id: String(index), timestamp: 1_418_530_010_000, message })),
  });
const carriers: readonly (readonly [string, (messages: readonly string[]) => string])[] = [
  ["a subscription", subscription],
  ["Firehose, compressed", (messages) => JSON.stringify({ data: gzipSync(subscription(messages)).toString("base64") })],
  ["Firehose, messages extracted", (messages) => JSON.stringify({ data: btoa(messages.join("")) })],
  ["lines", (messages) => messages.join("\n")],
  ["lines with a message in them", (messages) => messages.map((message) => JSON.stringify({ message })).join("\n")],
];

describe.each(carriers)("in %s", (_, carry) => {
  it("reads what parseVPC made of a line as the line", () => {
    const records = fc.array(fc.oneof({ weight: 4, arbitrary: flow }, unseen), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(records, fc.constantFrom("-", null), (raw, absent) => {
        const text = decodeWhole(raw.map((record) => lineOf(record, vpcDefaultFields)).join("\n"));
        const json = decodeWhole(carry(raw.map((record) => JSON.stringify(transformed(record, absent)))));
        expect(json?.report.counts).toMatchObject({ total: raw.length, malformed: 0, filtered: 0 });
        expect(json?.report.counts).toEqual(text?.report.counts);
        expect(meant(json)).toEqual(meant(text));
      }),
      { numRuns: 60 },
    );
  });

  it("reads what AWS made of a record for OCSF as the record", () => {
    fc.assert(
      fc.property(
        fc.array(full, { minLength: 1, maxLength: 8 }),
        fc.constantFrom("1.0.0-rc.2", "1.5.0"),
        (raw, release) => {
          const names = Object.keys(raw[0] ?? {});
          const text = decodeWhole([names.join(" "), ...raw.map((record) => lineOf(record, names))].join("\n"));
          const json = decodeWhole(carry(raw.map((record) => JSON.stringify(ocsf(record, release)))));
          expect(json?.report.counts).toMatchObject({ total: raw.length, malformed: 0, filtered: 0 });
          expect(json?.report.counts).toEqual(text?.report.counts);
          expect(meant(json)).toEqual(meant(text));
        },
      ),
      { numRuns: 60 },
    );
  });
});

it("keeps fields that it does not know, and takes only as many sets of names as there is room for", () => {
  const record = (key: string, port: number): string =>
    JSON.stringify({ ...transformed(raw, "-"), srcPort: port, [key]: "a b", nested: { x: 1 }, "@odd": 1 });
  const raw: Raw = Object.fromEntries(vpcDefaultFields.map((name, at) => [name, values[at] ?? ""]));
  const names = Array.from({ length: 350 }, (_, at) => `newField${at}`);
  const decoded = decodeWhole(names.map((name, at) => record(name, at)).join("\n"));
  expect(decoded?.report.counts).toMatchObject({ flows: 350, malformed: 0 });
  expect(decoded?.rows.map(({ src_port, ext, observer_id }) => [src_port, ext, observer_id])).toEqual(
    names.map((_, at) => [at, `{"new-field${at}":"a%20b"}`, "eni-1235b8ca123456789"]),
  );
});

const values =
  "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK".split(
    " ",
  );

it("leaves out what is JSON and no flow log, and says so", () => {
  const trail = { eventVersion: "1.08", eventSource: "ec2.amazonaws.com", region: "eu-central-1", bytes: 1 };
  const dns = { class_uid: 4003, metadata: { product: { name: "Route 53" } }, src_endpoint: { ip: "10.0.0.1" } };
  const decoded = decodeWhole(subscription([JSON.stringify(trail), JSON.stringify(dns), '{"broken', "{}"]));
  expect(decoded?.report.counts).toMatchObject({ total: 4, filtered: 4, flows: 0 });
  expect(decoded?.report.notes.map(({ code }) => code)).toEqual(["message-is-json"]);
  expect(decodeWhole([trail, dns].map((value) => JSON.stringify(value)).join("\n"))).toBeUndefined();
});
