import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { awsFields, gatewayDefaultFields, vpcDefaultFields } from "./aws-fields.ts";
import { detectsAwsText } from "./aws-detect.ts";
import { readHeader } from "./aws-layout.ts";
import { contextOf, decodeText } from "./aws-rows.fake.ts";

const record =
  "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK";

describe("a header", () => {
  it("is one when most of its words are fields", () => {
    for (const names of [
      vpcDefaultFields,
      gatewayDefaultFields,
      [...awsFields.keys()],
      [...vpcDefaultFields, "a-new-field", "another-2"],
      ["srcaddr", "dstaddr"],
      ["pkt-srcaddr", "bytes", "tomorrows-field"],
      ["instance-tag", "vpc-id", "subnet-id", "az-id"],
    ]) {
      expect(readHeader(names)).toEqual(names);
      expect(readHeader(names.map((name) => `\${${name}}`))).toEqual(names);
      expect(readHeader(names.map((name) => name.replaceAll("-", "_")))).toEqual(names);
    }
  });

  it.each([
    "hello world",
    "Hello World",
    "hello region",
    "start action",
    "start end action",
    "protocol version",
    "region end",
    "instance-id missing",
    "srcaddr missing",
    "account-id resource-id",
    "vpc-id",
    "type of action at the start of a region",
    "the bytes and packets of srcaddr are few",
  ])("is not “%s”", (line) => {
    expect(readHeader(line.split(" "))).toBeUndefined();
    expect(detectsAwsText(new TextEncoder().encode(`${line}\n${line}\n`), contextOf())).toBe(false);
  });
});

it("makes no flow of words, and loses none of the records among them", () => {
  const word = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...awsFields.keys()) },
    fc.stringMatching(/^[a-zA-Z][a-z]{0,7}$/),
  );
  // Fewer than four of AWS's own names side by side: more are a header, as ever.
  const prose = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
  fc.assert(
    fc.property(fc.array(fc.oneof(prose, fc.constant(record)), { maxLength: 20 }), (lines) => {
      const { flows, report } = decodeText(lines.join("\n"));
      const records = lines.filter((line) => line === record).length;
      expect(report.counts.flows).toBe(records);
      expect(new Set(flows.map(({ src_ip }) => src_ip))).toEqual(new Set(records > 0 ? ["172.31.16.139"] : []));
    }),
    { numRuns: 500 },
  );
});
