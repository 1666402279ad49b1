import fc from "fast-check";
import { expect, it } from "vitest";
import { awsEnvelopeFormat } from "./aws-envelopes.ts";
import { DecodeOutput } from "../decode-output.ts";
import { contextOf, rowsOf, type PlainRow } from "./aws-rows.fake.ts";
import { vpcDefaultFields } from "./aws-fields.ts";

/** A record's values, by field. */
interface Values {
  readonly port: number;
  readonly packets: number;
  readonly bytes: number;
  readonly start: number;
}

const valueOf = (name: string, { port, packets, bytes, start }: Values): string | number =>
  ({
    version: 5,
    "account-id": "123456789012",
    "interface-id": "eni-0123456789abcdef0",
    srcaddr: "10.0.0.1",
    dstaddr: "10.0.0.2",
    srcport: port,
    dstport: 443,
    protocol: 6,
    packets,
    bytes,
    start,
    end: start + 60,
    action: "ACCEPT",
    "log-status": "OK",
    "vpc-id": "vpc-0123456789abcdef0",
    "subnet-id": "subnet-0123456789abcdef0",
    "instance-id": "i-0123456789abcdef0",
    "flow-direction": "ingress",
    region: "eu-central-1",
    "az-id": "euc1-az1",
  })[name] ?? "-";

const names = (text: string): string[] => text.split(" ");
const layouts = {
  usual: [...vpcDefaultFields],
  // As many fields as the default format, in other places.
  swapped: names(
    "account-id vpc-id interface-id srcaddr dstaddr srcport dstport protocol bytes packets start end flow-direction az-id",
  ),
  placed: names(
    "account-id subnet-id instance-id dstaddr srcaddr dstport srcport protocol bytes packets end start region log-status",
  ),
  short: names("interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action"),
};
type LayoutName = keyof typeof layouts;

function decode(lines: readonly string[], told: readonly LayoutName[]): { flows: PlainRow[]; malformed: PlainRow[] } {
  const formats = told.map((name) => layouts[name].map((field) => `\${${field}}`).join(" "));
  const output = new DecodeOutput(64);
  const context = contextOf({ hints: { layouts: formats, region: "eu-central-1", flowLogId: "fl-0123456789abcdef0" } });
  output.beginObject(context);
  const decoder = awsEnvelopeFormat.create(context, output);
  const events = lines.map((message, at) => ({ id: String(at), timestamp: 1_700_000_000_000, message }));
  const value = { messageType: "DATA_MESSAGE", logStream: "eni-0123456789abcdef0-all", logEvents: events };
  decoder.decode({ value, position: 1, bytes: new Uint8Array(0), start: 0, end: 0, tuples: [] });
  decoder.flush?.();
  return { flows: rowsOf(output.flows), malformed: rowsOf(output.malformed) };
}

const lineOf = (name: LayoutName, values: Values): string =>
  layouts[name].map((field) => valueOf(field, values)).join(" ");

it("reads lines of several flow logs in one log group, each by the format that it fits", () => {
  const record = fc.record({
    name: fc.constantFrom<LayoutName>("usual", "swapped", "placed", "short"),
    values: fc.record({
      port: fc.integer({ min: 1024, max: 65_535 }),
      packets: fc.integer({ min: 1, max: 1_000_000 }),
      bytes: fc.integer({ min: 1_000_001, max: 4_000_000_000 }),
      start: fc.integer({ min: 1_600_000_000, max: 1_700_000_000 }),
    }),
  });
  const told = fc.shuffledSubarray<LayoutName>(["usual", "swapped", "placed", "short"], { minLength: 4 });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), told, (records, order) => {
      const { flows, malformed } = decode(
        records.map(({ name, values }) => lineOf(name, values)),
        order,
      );
      expect(malformed).toEqual([]);
      expect(flows).toHaveLength(records.length);
      for (const [at, { values }] of records.entries())
        expect(flows[at]).toMatchObject({
          src_packets: String(values.packets),
          src_bytes: String(values.bytes),
          src_ip: "10.0.0.1",
          src_port: values.port,
          time: new Date(values.start * 1000).toISOString(),
          region: "eu-central-1",
          flow_log_id: "fl-0123456789abcdef0",
          sub_position: at + 1,
        });
    }),
  );
});

it("takes the interface of the stream's name only where the line names none", () => {
  const values = { port: 5000, packets: 1, bytes: 60, start: 1_700_000_000 };
  const [named, unnamed] = decode([lineOf("usual", values), lineOf("placed", values)], ["usual", "placed"]).flows;
  expect(named).toMatchObject({ observer_id: "eni-0123456789abcdef0", observer_type: "interface" });
  expect(unnamed).toMatchObject({
    observer_id: "eni-0123456789abcdef0",
    observer_type: "interface",
    action: "observed",
  });
});

it("reads lines of the default format although only others were told, and counts what fits none", () => {
  const values = { port: 5000, packets: 1, bytes: 60, start: 1_700_000_000 };
  const usual = lineOf("usual", values).replace(/^5 /, "2 ");
  const { flows, malformed } = decode([usual, "10.0.0.1 10.0.0.2"], ["short"]);
  expect(flows).toHaveLength(1);
  expect(malformed).toMatchObject([{ reason: "format-unknown" }]);
});
