import { describe, expect, it } from "vitest";
import { contextOf, decodeText } from "./aws-rows.fake.ts";
import { awsTextFormat } from "./aws-text-format.ts";

const header =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const ssh =
  "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK";
const key =
  "b/AWSLogs/111122223333/vpcflowlogs/eu-west-1/2024/05/06/111122223333_vpcflowlogs_eu-west-1_fl-0a1b2c3d4e5f60718_20240506T0715Z_1a2b3c4d.log.gz";

it("reads the sample of AWS's documentation as one allowed SSH flow", () => {
  const { flows, report } = decodeText(ssh);
  expect(flows).toEqual([
    {
      time: "2014-12-14T04:06:50.000Z",
      end_time: "2014-12-14T04:07:50.000Z",
      provider: "aws",
      log_type: "aws_vpc",
      log_version: 2,
      observer_id: "eni-1235b8ca123456789",
      observer_type: "interface",
      account_id: "123456789010",
      src_ip: "172.31.16.139",
      dst_ip: "172.31.16.21",
      src_port: 20641,
      dst_port: 22,
      protocol: 6,
      src_bytes: "4249",
      src_packets: "20",
      bytes_kind: "ip",
      counter_quality: "exact",
      action: "allow",
      action_raw: "ACCEPT",
      object_id: 7,
      position: 1,
    },
  ]);
  expect(report.counts).toMatchObject({ total: 1, flows: 1 });
  expect(report.flowsByType).toEqual({ aws_vpc: 1 });
});

describe("layout", () => {
  it.each([
    ["a header", `${header}\n${ssh}\n`],
    ["a repeated header", `${header}\n${ssh}\n${header}\n${ssh}\n`],
    ["no header", `${ssh}\n`],
    ["no final line feed", `${header}\n${ssh}`],
    ["CRLF", `${header}\r\n${ssh}\r\n`],
    ["double spaces and tabs", `${header}\n${ssh.replaceAll(" ", "  ")}\n${ssh.replaceAll(" ", "\t")}\n`],
    ["leading and trailing spaces", `  ${header} \n  ${ssh}  \n`],
    ["blank lines", `\n\n${header}\n \n\r\n${ssh}\n\n`],
    ["comments", `# a comment\n${header}\n${ssh}\n#${ssh}\n${ssh} # the same again\n`],
    ["underscores", `${header.replaceAll("-", "_")}\n${ssh}\n`],
    ["dollars and braces", `${header.replaceAll(/\S+/g, "${$&}")}\n${ssh}\n`],
    ["a time in front, as exports from CloudWatch have it", `2014-12-14T04:06:50.000Z ${ssh}\n`],
    ["JSON around a line", `${ssh}\n{"message":"${ssh}\\n"}\n`],
  ])("reads the record with %s", (_, content) => {
    const { flows, report } = decodeText(content);
    expect(report.reasons).toEqual({});
    expect(flows.length).toBeGreaterThan(0);
    expect(report.counts.total).toBe(flows.length);
    for (const flow of flows) expect(flow).toMatchObject({ dst_port: 22, action: "allow", src_bytes: "4249" });
  });

  it("switches when another header comes", () => {
    const { flows } = decodeText(
      `${header}\n${ssh}\nsrcport dstaddr srcaddr\n80 10.0.0.1 10.0.0.2\n${header}\n${ssh}\n`,
    );
    expect(flows.map(({ src_ip, src_port, position }) => [src_ip, src_port, position])).toEqual([
      ["172.31.16.139", 20641, 2],
      ["10.0.0.2", 80, 4],
      ["172.31.16.139", 20641, 6],
    ]);
  });

  it("takes the format that a person gave, that of the flow log, and learns that of a header", () => {
    const line = "10.0.0.1 10.0.0.2 443 5000 6 OK";
    const names = "srcaddr dstaddr srcport dstport protocol log-status";
    const given = decodeText(line, {
      context: { logFormat: "${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${log-status}" },
    });
    expect(given.flows).toMatchObject([{ src_port: 443, time_basis: "object" }]);
    const known = decodeText(line, { context: { key, knownFormats: { "fl-0a1b2c3d4e5f60718": names } } });
    expect(known.flows).toMatchObject([{ src_port: 443, time: "2024-05-06T07:15:00.000Z" }]);
    const learned = decodeText(`${names}\n${line}\n`, { context: { key } });
    expect(learned.report.learnedFormats).toEqual({ "fl-0a1b2c3d4e5f60718": names });
  });

  it("reads default records among those of a configured format", () => {
    const { flows } = decodeText(`443 10.0.0.1\n${ssh}\n80 10.0.0.2\n`, { context: { logFormat: "dstport dstaddr" } });
    expect(flows.map((flow) => flow.dst_port)).toEqual([443, 22, 80]);
  });

  it("never guesses by the number of fields", () => {
    const five = "5 vpc-0461a061 10.0.0.1 10.0.0.2 443 5000 6 20 4249 1418530010 1418530070 ACCEPT OK eni-1235b8ca";
    const { report, malformed } = decodeText(`${five}\n10.0.0.1 ACCEPT\n`);
    expect(report.reasons).toEqual({ "format-unknown": 2 });
    expect(report.notes).toMatchObject([{ code: "format-unknown" }]);
    expect(report.notes[0]!.message).toContain("14 fields");
    expect(malformed).toMatchObject([{ position: 1, text: five }, { position: 2 }]);
  });

  it("says that a given format is no format", () => {
    const { report } = decodeText(ssh, { context: { logFormat: "nothing known" } });
    expect(report.notes).toMatchObject([{ code: "log-format-unusable" }]);
    expect(report.counts.flows).toBe(1);
  });

  it("keeps fields that it does not know, and the first of two that are the same", () => {
    const { flows, report } = decodeText(
      'srcaddr new-thing srcaddr bytes other\n10.0.0.1 é" 10.0.0.9 7 -\n10.0.0.2 - 1.1.1.1 8 -\n',
    );
    expect(flows).toMatchObject([
      { src_ip: "10.0.0.1", ext: JSON.stringify({ "new-thing": 'é"' }) },
      { src_ip: "10.0.0.2" },
    ]);
    expect(flows[1]).not.toHaveProperty("ext");
    expect(report.unknownFields).toEqual({ "new-thing": 1 });
  });
});

describe("detection", () => {
  const detects = (text: string, logFormat?: string): boolean =>
    awsTextFormat.detects(new TextEncoder().encode(text), contextOf(logFormat === undefined ? {} : { logFormat }));

  it.each([
    ["nothing", ""],
    ["blank lines", "\n\n"],
    ["a header alone", header],
    ["a custom header", "srcaddr dstaddr new-field"],
    ["a header behind comments", `# exported\n\n${header}\n`],
    ["records", `${ssh}\n${ssh}\n`],
    ["idle interfaces", "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA\n"],
    ["records with a time in front", `2014-12-14T04:06:50.000Z ${ssh}\n`],
    ["a custom record", "ingress - 10.0.133.8 10.0.128.55 43236 80 1\n"],
  ])("claims %s", (_, text) => expect(detects(text)).toBe(true));

  it.each([
    ["prose", "# Flow logs\n\nThe default format has 14 fields.\nSee the start and end of a flow.\n"],
    ["a word that is a field, too", "version\nend\n"],
    ["CSV", "version,account_id,srcaddr\n2,123456789010,10.0.0.1\n"],
    ["source code", "export const start = 1;\nif (action === ACCEPT) end();\n"],
    ["an access log", '10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326\n'],
    ["syslog", "Mar  3 10:00:00 host kernel: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60\n"],
    ["documentation around one record", `Flow logs\n\nAn example of a record:\n\n${ssh}\n\nIt shows SSH.\n`],
    ["comments alone", "# nothing here\n"],
    ["binary", `\0\0${ssh}\n`],
  ])("leaves %s", (_, text) => expect(detects(text)).toBe(false));

  it("claims text when a format is given", () => expect(detects("10.0.0.1 80", "srcaddr srcport")).toBe(true));
});

it("goes on where it stopped", () => {
  const first = decodeText(`${header} vpc-id\n${ssh} vpc-1\n`);
  expect(first.state).toMatchObject({ decoder: "aws-text", position: 2 });
  const second = decodeText(`${ssh} vpc-2\n`, { state: first.state! });
  expect(second.flows).toMatchObject([{ position: 3, network_id: "vpc-2" }]);
  expect(decodeText(ssh).state).toBeUndefined();
  const waiting = decodeText(`${ssh}\n${ssh}`, { last: false });
  expect(waiting).toMatchObject({ consumed: ssh.length + 1, state: { position: 1 } });
});
