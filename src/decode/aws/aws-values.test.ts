import { describe, expect, it } from "vitest";
import { decodeText } from "./aws-rows.fake.ts";

const header =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
const ssh =
  "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK";
const key =
  "b/AWSLogs/111122223333/vpcflowlogs/eu-west-1/2024/05/06/111122223333_vpcflowlogs_eu-west-1_fl-0a1b2c3d4e5f60718_20240506T0715Z_1a2b3c4d.log.gz";

/** One flow of a layout with the given values; everything else as in the default format. */
function one(names: string, line: string): Record<string, string | number> {
  const { flows, report } = decodeText(`${line}\n`, { context: { logFormat: names } });
  expect(report.reasons).toEqual({});
  expect(report.counts).toMatchObject({ total: 1, flows: 1 });
  return flows[0]!;
}

describe("values", () => {
  it("takes a dash in every field of every format", () => {
    const tgw = "tgw-id tgw-attachment-id packets-lost-no-route resource-type";
    const names = `${header} vpc-id tcp-flags pkt-srcaddr pkt-dstaddr flow-direction traffic-path instance-tag resource-id ${tgw}`;
    const flow = one(names, names.replaceAll(/\S+/g, "-"));
    expect(flow).toEqual({
      time: "2026-12-30T00:00:00.000Z",
      time_basis: "object",
      provider: "aws",
      log_type: "aws_tgw",
      observation_point: "transit",
      bytes_kind: "ip",
      counter_quality: "exact",
      action: "observed",
      object_id: 7,
      position: 1,
    });
  });

  it("counts NODATA and SKIPDATA as coverage, in any format", () => {
    const { flows, coverage, report } = decodeText(
      `2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA\n` +
        `2 123456789010 eni-4b118871 - - - - - - - 1512564058000 1512564059000 - SKIPDATA\n` +
        `log-status vpc-id az-id start pkt-srcaddr interface-id\nSKIPDATA vpc-1 use1-az1 1512564058 - eni-4b118871\n`,
      { context: { key } },
    );
    expect(flows).toEqual([]);
    expect(report.counts).toMatchObject({ total: 3, nodata: 1, skipdata: 2, flows: 0 });
    const shared = {
      provider: "aws",
      log_type: "aws_vpc",
      flow_log_id: "fl-0a1b2c3d4e5f60718",
      log_account_id: "111122223333",
      region: "eu-west-1",
      observer_type: "interface",
      object_id: 7,
    };
    expect(coverage).toEqual([
      {
        ...shared,
        time: "2015-05-10T18:01:16.000Z",
        end_time: "2015-05-10T18:02:14.000Z",
        status: "nodata",
        log_version: 2,
        observer_id: "eni-1235b8ca123456789",
        account_id: "123456789010",
        position: 1,
      },
      {
        ...shared,
        time: "2017-12-06T12:40:58.000Z",
        end_time: "2017-12-06T12:40:59.000Z",
        status: "skipdata",
        log_version: 2,
        observer_id: "eni-4b118871",
        account_id: "123456789010",
        position: 2,
      },
      {
        ...shared,
        time: "2017-12-06T12:40:58.000Z",
        status: "skipdata",
        network_id: "vpc-1",
        az_id: "use1-az1",
        observer_id: "eni-4b118871",
        position: 4,
      },
    ]);
  });

  it("keeps what is unusual and right", () => {
    expect(one("start end", "1418530070 1418530010")).toMatchObject({
      time: "2014-12-14T04:07:50.000Z",
      end_time: "2014-12-14T04:06:50.000Z",
    });
    expect(one("start", "1418530010123").time).toBe("2014-12-14T04:06:50.123Z");
    expect(one("account-id srcaddr", "058694856476 10.0.0.1").account_id).toBe("058694856476");
    expect(one("account-id srcaddr", "unknown 10.0.0.1").account_id).toBe("unknown");
    expect(one("interface-id srcaddr", "eni-4b118871 10.0.0.1").observer_id).toBe("eni-4b118871");
    expect(one("srcaddr dstaddr", "2001:db8:1234:a100:8d6e:3477:df66:f105 ::1")).toMatchObject({
      src_ip: "2001:db8:1234:a100:8d6e:3477:df66:f105",
      dst_ip: "::1",
    });
    expect(one("srcaddr dstaddr", "010.0.0.1 0.0.0.0")).toMatchObject({ src_ip: "10.0.0.1", dst_ip: "0.0.0.0" });
    for (const bytes of [
      "0",
      "999999999",
      "1000000000",
      "4294967295",
      "4294967296",
      "9007199254740993",
      "18446744073709551615",
      "000000000000000000007",
    ])
      expect(one("bytes", bytes).src_bytes).toBe(BigInt(bytes).toString());
    for (const flags of [0, 2, 3, 7, 18, 19]) expect(one("tcp-flags", String(flags)).tcp_flags).toBe(flags);
    for (const path of [1, 8, 9]) expect(one("traffic-path flow-direction", `${path} egress`).traffic_path).toBe(path);
    expect(one("instance-tag asg-tag", "%20%E2%82%AC %E2%82")).toMatchObject({ instance_tag: " €", asg_tag: "%E2%82" });
    expect(one("action srcaddr", "DROPPED 10.0.0.1")).toMatchObject({ action: "observed", action_raw: "DROPPED" });
    expect(one("action bytes reject-reason srcaddr", "REJECT - BPA 10.0.0.1")).toMatchObject({
      action: "deny",
      reject_reason: "BPA",
    });
    expect(one("encryption-status type srcaddr", "2 EFA 10.0.0.1")).toMatchObject({
      encryption: "2",
      traffic_type: "EFA",
    });
  });

  it("has ports only where the protocol has them", () => {
    const names = "srcport dstport protocol";
    expect(one(names, "0 0 1")).not.toHaveProperty("src_port");
    expect(one(names, "7 8 47")).not.toHaveProperty("dst_port");
    for (const protocol of [6, 17, 33, 132, 136])
      expect(one(names, `0 80 ${protocol}`)).toMatchObject({ src_port: 0, dst_port: 80 });
    expect(one("srcport dstport", "0 0")).not.toHaveProperty("src_port");
    expect(one("srcport dstport", "0 53")).toMatchObject({ src_port: 0, dst_port: 53 });
  });

  it("takes the time from what is there", () => {
    expect(one("end srcaddr", "1418530070 10.0.0.1")).toMatchObject({ time: "2014-12-14T04:07:50.000Z" });
    const prefixed = decodeText("srcaddr dstaddr\n2014-12-14T04:06:50.250Z 10.0.0.1 10.0.0.2\n").flows[0];
    expect(prefixed).toMatchObject({
      time: "2014-12-14T04:06:50.250Z",
      logged_time: "2014-12-14T04:06:50.250Z",
      time_basis: "envelope",
    });
  });

  it.each([
    ["bad-srcaddr", ssh.replace("172.31.16.139", "172.31.16.1390")],
    ["bad-dstaddr", ssh.replace("172.31.16.21", "172.31.16.")],
    ["bad-srcport", ssh.replace("20641", "65536")],
    ["bad-dstport", ssh.replace(" 22 ", " -22 ")],
    ["bad-protocol", ssh.replace(" 6 ", " 256 ")],
    ["bad-packets", ssh.replace(" 20 ", " 2x ")],
    ["bad-bytes", ssh.replace("4249", "18446744073709551616")],
    ["bad-start", ssh.replace("1418530010", "1418530010.5")],
    ["time-out-of-range", ssh.replace("1418530010", "14")],
    ["time-out-of-range", ssh.replace("1418530070", "2000000000")],
    ["bad-log-status", ssh.replace("OK", "O")],
    ["token-count", `${ssh} 1`],
    ["token-count", ssh.replace(" OK", "")],
  ])("counts a line as malformed: %s", (reason, line) => {
    const { flows, malformed, report } = decodeText(`${header}\n${ssh}\n${line}\n${ssh}\n`);
    expect(report.counts).toMatchObject({ total: 3, flows: 2, malformed: 1 });
    expect(malformed).toMatchObject([{ reason, position: 3, text: line, object_id: 7, log_type: "aws_vpc" }]);
    expect(flows.map(({ position, ...rest }) => [position, rest.src_ip])).toEqual([
      [2, "172.31.16.139"],
      [4, "172.31.16.139"],
    ]);
  });

  it("skips a line that is too long, however it arrives", () => {
    const content = `${ssh}\n${"x".repeat(200_000)}\n${ssh}\n#${"y".repeat(100_000)}\n${ssh}\n`;
    for (const chunks of [[1_000_000], [1000], [70_000, 3]]) {
      const { flows, report, malformed } = decodeText(content, { chunks });
      expect(flows.map((flow) => flow.position)).toEqual([1, 3, 5]);
      expect(report.reasons).toEqual({ "line-too-long": 1 });
      expect(String(malformed[0]!.text)).toHaveLength(1024);
    }
  });
});

describe("observers", () => {
  const nat = "interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr flow-direction";

  it("tells the legs of a NAT gateway apart", () => {
    const legs = [
      "eni-1235b8ca 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5 ingress",
      "eni-1235b8ca 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5 egress",
      "eni-1235b8ca 203.0.113.5 10.0.0.220 203.0.113.5 10.0.0.220 ingress",
      "eni-1235b8ca 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5 egress",
    ];
    const { flows } = decodeText(`${nat}\n${legs.join("\n")}\n`);
    expect(
      flows.map((flow) => [flow.src_ip, flow.dst_ip, flow.src_hop_ip, flow.dst_hop_ip, flow.observation_point]),
    ).toEqual([
      ["10.0.1.5", "203.0.113.5", undefined, "10.0.0.220", "transit"],
      ["10.0.0.220", "203.0.113.5", undefined, undefined, "src"],
      ["203.0.113.5", "10.0.0.220", undefined, undefined, "dst"],
      ["203.0.113.5", "10.0.1.5", "10.0.0.220", undefined, "transit"],
    ]);
  });

  it("falls back to the interface's address where the packet's is missing", () => {
    expect(one(nat, "eni-1235b8ca 10.0.1.5 10.0.0.220 - 203.0.113.5 -")).toMatchObject({
      src_ip: "10.0.1.5",
      dst_ip: "203.0.113.5",
      dst_hop_ip: "10.0.0.220",
      observation_point: "transit",
    });
    expect(one("srcaddr pkt-srcaddr", "- 10.0.0.1")).toMatchObject({ src_ip: "10.0.0.1" });
  });

  it("takes a regional NAT gateway for its own observer", () => {
    const names = "interface-id resource-id srcaddr flow-direction";
    expect(one(names, "- nat-0c50d5961bcb2d47b 10.0.0.1 egress")).toMatchObject({
      observer_id: "nat-0c50d5961bcb2d47b",
      observer_type: "gateway",
      resource_id: "nat-0c50d5961bcb2d47b",
      observation_point: "transit",
    });
    expect(one(names, "eni-4b118871 - 10.0.0.1 egress")).toMatchObject({
      observer_id: "eni-4b118871",
      observer_type: "interface",
      observation_point: "src",
    });
    expect(one("interface-type flow-direction srcaddr", "transit_gateway egress 10.0.0.1")).toMatchObject({
      observation_point: "transit",
    });
  });

  it("reads the default format of transit gateways, and what they lost", () => {
    const line = (packets: string, lost: string): string =>
      `6 TransitGateway 123456789010 tgw-0abc12345def67890 tgw-attach-0abc12345def67890 111111111111 222222222222 vpc-1 vpc-2 subnet-1 subnet-2 eni-1 eni-2 use1-az1 use1-az2 tgw-attach-0def 10.0.0.1 10.1.0.1 4000 443 6 ${packets} 900 1700000000 1700000060 OK IPv4 ${lost} 2 us-east-1 ingress - -`;
    const { flows } = decodeText(
      `${line("0", "1 2 0 4")}\n${line("5", "0 0 0 0")}\n${line("0", "- - - -")}\n${line("7", "7 0 0 0")}\n${line("7", "3 0 0 0")}\n`,
    );
    expect(flows).toMatchObject([
      {
        log_type: "aws_tgw",
        observer_id: "tgw-attach-0abc12345def67890",
        observer_type: "attachment",
        observation_point: "transit",
        action: "drop",
        drop_packets: "7",
        src_account_id: "111111111111",
        dst_network_id: "vpc-2",
        direction: "ingress",
      },
      { action: "observed", drop_packets: "0", packets_lost_ttl_expired: "0" },
      { action: "observed" },
      { action: "drop", drop_packets: "7" },
      { action: "observed", drop_packets: "3" },
    ]);
    expect(flows[2]).not.toHaveProperty("drop_packets");
    expect(flows[0]).not.toHaveProperty("action_raw");
  });
});
