import { expect, it } from "vitest";
import { decodeWhole, type Decoded } from "../json/decode-whole.fake.ts";
import { nsgId, nsgRecord, subnetId, vnetRecord, wrapped } from "./azure-records.fake.ts";

function decoded(...records: unknown[]): Decoded {
  const result = decodeWhole(wrapped(...records));
  expect(result).toBeDefined();
  return result!;
}

const vnetTuples = (...tuples: string[]): Decoded => decoded(vnetRecord([{ rule: "UserRule_web", tuples }]));

it("reads a VNet tuple into all columns", () => {
  const { rows, report } = vnetTuples("1772359230123,10.1.0.4,198.51.100.7,50123,443,6,O,E,NX,12,5045,13,5902");
  // The control plane knows the flow log by this id alone.
  expect(report.flowLogResources).toEqual({ [String(rows[0]?.["flow_log_id"])]: rows[0]?.["flow_log_resource_id"] });
  expect(rows).toEqual([
    {
      time: 1_772_359_230_123_000n,
      end_time: 1_772_359_230_123_000n,
      provider: "azure",
      log_type: "azure_vnet",
      log_version: 4,
      flow_log_id: "11111111-2222-4333-8444-555555555555",
      flow_log_resource_id: expect.stringContaining("/FLOWLOGS/WEB-FLOWLOG"),
      observer_id: "000D3A112233",
      observer_type: "interface",
      observation_point: "src",
      log_account_id: "0a1b2c3d-0000-4000-8000-00000000abcd",
      account_id: "0a1b2c3d-0000-4000-8000-00000000abcd",
      region: "westeurope",
      network_id: subnetId.replace("/subnets/front", ""),
      subnet_id: subnetId,
      resource_id: subnetId,
      src_ip: "10.1.0.4",
      dst_ip: "198.51.100.7",
      src_port: 50_123,
      dst_port: 443,
      protocol: 6,
      src_packets: 12n,
      src_bytes: 5045n,
      dst_packets: 13n,
      dst_bytes: 5902n,
      bytes_kind: "frame",
      counter_quality: "exact",
      action: "allow",
      action_raw: "E",
      rule_name: "UserRule_web",
      acl_id: nsgId,
      acl_kind: "nsg",
      flow_state: "end",
      direction: "egress",
      encryption: "NX",
      logged_time: 1_772_359_265_123_456n,
      object_id: 7,
      position: 1,
      sub_position: 1,
    },
  ]);
});

it("tells NSG and VNet apart by category, though both have 13 fields", () => {
  const tuples = [
    "1772359230,10.1.0.4,198.51.100.7,50123,443,T,I,D,B,,,,",
    "1772359231,10.1.0.4,198.51.100.7,50123,443,T,I,A,E,1,66,2,132",
  ];
  const { rows } = decoded(nsgRecord(2, [{ rule: "UserRule_web", tuples }]));
  expect(rows).toMatchObject([
    {
      log_type: "azure_nsg",
      log_version: 2,
      action: "deny",
      action_raw: "D",
      flow_state: "deny",
      protocol: 6,
      direction: "ingress",
      counter_quality: "exact",
    },
    {
      action: "allow",
      action_raw: "A",
      flow_state: "end",
      src_bytes: 66n,
      dst_packets: 2n,
      counter_quality: "unreliable",
      observation_point: "dst",
    },
  ]);
  expect(rows[0]).not.toHaveProperty("end_time");
  expect(rows[0]).not.toHaveProperty("src_bytes");
  expect(rows[1]).toMatchObject({
    time: 1_772_359_231_000_000n,
    observer_id: "000D3A445577",
    acl_id: nsgId.toUpperCase(),
    flow_log_id: nsgId.toUpperCase(),
    acl_guid: "66666666-7777-4888-8999-aaaaaaaaaaaa",
    account_id: "0a1b2c3d-0000-4000-8000-00000000abcd",
  });
});

it("reads NSG version 1, which has no state and no counters", () => {
  const { rows } = decoded(
    nsgRecord(1, [{ rule: "DefaultRule_DenyAllInBound", tuples: ["1487282421,192.0.2.95,10.1.0.4,51529,5358,U,I,D"] }]),
  );
  expect(rows).toMatchObject([{ log_version: 1, action: "deny", protocol: 17 }]);
  expect(rows[0]).not.toHaveProperty("flow_state");
  const allowed = decoded(
    nsgRecord(1, [{ rule: "UserRule_a", tuples: ["1487282421,192.0.2.95,10.1.0.4,51529,5358,T,I,A"] }]),
  );
  expect(allowed.rows[0]).not.toHaveProperty("flow_state");
  expect(allowed.rows[0]).toMatchObject({ counter_quality: "exact", action: "allow" });
});

it("leaves counters of begin and deny null, and keeps what else stands there aside", () => {
  const { rows, report } = vnetTuples(
    "1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,0,0,0,0",
    "1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,,,,",
    "1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,D,NX,0,0,0,0",
    "1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,1,60,0,0",
  );
  expect(rows.map(({ flow_state }) => flow_state)).toEqual(["begin", "begin", "deny", "begin"]);
  for (const row of rows) expect(Object.keys(row).filter((name) => /bytes$|packets$|end_time/.test(name))).toEqual([]);
  expect(rows[3]).toMatchObject({ ext: '{"flowTuples.counters":"1,60,0,0"}' });
  expect(report.unknownFields).toEqual({ "flowTuples.counters": 1 });
});

it("accepts seconds and milliseconds, IPv6, missing counters, huge counters and the nine-field form", () => {
  const { rows, malformed } = vnetTuples(
    "1708978215,203.0.113.105,10.0.0.5,35370,23,6,I,B,NX,,,,",
    "1772359230123,fd00:db8:deca::4,2001:db8::1,50001,443,6,O,B,X,0,0,0,0",
    "1772359230123,10.1.0.4,10.1.0.5,0,65535,17,O,C,NX_LOCAL_DST,18446744073709551615,9007199254740993,,0",
    "1772359230123,10.1.0.4,10.1.0.5,1,2,17,O,E,NX",
  );
  expect(malformed).toEqual([]);
  expect(rows).toMatchObject([
    { time: 1_708_978_215_000_000n },
    { src_ip: "fd00:db8:deca::4", dst_ip: "2001:db8::1", encryption: "X" },
    {
      src_packets: 18_446_744_073_709_551_615n,
      src_bytes: 9_007_199_254_740_993n,
      dst_bytes: 0n,
      src_port: 0,
      dst_port: 65_535,
    },
    { flow_state: "end", end_time: 1_772_359_230_123_000n },
  ]);
  expect(rows[2]).not.toHaveProperty("dst_packets");
});

it("keeps unknown states and encryption as written", () => {
  const { rows } = vnetTuples(
    "1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,R,NX,1,2,3,4",
    "1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,B,NX_NEW,0,0,0,0",
  );
  expect(rows[0]).toMatchObject({ action: "observed", action_raw: "R", src_packets: 1n });
  expect(rows[0]).not.toHaveProperty("flow_state");
  expect(rows[1]).toMatchObject({ action: "allow", encryption: "NX_NEW" });
});

it.each([
  ["1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,B", "bad-tuple-fields"],
  ["x,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,0,0,0,0", "bad-tuple-time"],
  ["1772359230123,10.1.0.256,10.1.0.5,1,2,6,O,B,NX,0,0,0,0", "bad-tuple-address"],
  ["1772359230123,10.1.0.4,10.1.0.5,1,65536,6,O,B,NX,0,0,0,0", "bad-tuple-port"],
  ["1772359230123,10.1.0.4,10.1.0.5,1,2,256,O,B,NX,0,0,0,0", "bad-tuple-protocol"],
  ["1772359230123,10.1.0.4,10.1.0.5,1,2,6,X,B,NX,0,0,0,0", "bad-tuple-direction"],
  ["1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,C,NX,-1,0,0,0", "bad-tuple-counter"],
  ["1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,C,NX,18446744073709551616,0,0,0", "bad-tuple-counter"],
  ["1000000000,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,0,0,0,0", "time-out-of-range"],
  ["9999999999999,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,0,0,0,0", "time-out-of-range"],
  [42, "bad-tuple-type"],
  [{ a: ["]"] }, "bad-tuple-type"],
])("keeps the siblings of a bad tuple: %j", (bad, reason) => {
  const good = "1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,0,0,0,0";
  const { rows, malformed, report } = vnetTuples(good, bad as string, good);
  expect(rows.map(({ sub_position }) => sub_position)).toEqual([1, 3]);
  expect(malformed).toMatchObject([
    {
      reason,
      position: 1,
      sub_position: 2,
      log_type: "azure_vnet",
      text: typeof bad === "string" ? bad : JSON.stringify(bad),
    },
  ]);
  expect(report.counts).toMatchObject({ total: 3, flows: 2, malformed: 1 });
});

it("derives who decided from the ACL and the rule", () => {
  const tuples = ["1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,D,NX_NOT_ACCEPTED,0,0,0,0"];
  const { rows } = decoded(
    vnetRecord([
      { acl: "00000000-0000-0000-0000-000000000000", rule: "PlatformRule", tuples },
      { acl: "unspecified", rule: "unspecified", tuples },
      { acl: "db903ae8-908e-491b-b12b-afaafab9d9ed", rule: "DefaultRule_DenyAllInBound", tuples },
      { acl: "db903ae8-908e-491b-b12b-afaafab9d9ed", rule: "Block_456b4993-6e57-4e46-aa4d-81767afff09c", tuples },
      { acl: "db903ae8-908e-491b-b12b-afaafab9d9ed", rule: "Something", tuples },
    ]),
  );
  expect(rows.map(({ acl_kind }) => acl_kind)).toEqual(["platform", "unspecified", "nsg", "admin", "unknown"]);
  expect(rows.map(({ reject_reason }) => reject_reason)).toEqual([
    undefined,
    "NX_NOT_ACCEPTED",
    undefined,
    undefined,
    undefined,
  ]);
});

it("flags unknown versions instead of guessing", () => {
  const tuples = ["1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,0,0,0,0"];
  const { rows, report } = decoded(
    vnetRecord([{ rule: "r", tuples }], { flowLogVersion: 5 }),
    nsgRecord(3, [{ rule: "r", tuples }]),
  );
  expect(rows).toEqual([]);
  expect(report.reasons).toEqual({ "unknown-version": 2 });
});

it("takes empty and missing groups as normal", () => {
  const { report } = decoded(
    vnetRecord([{ rule: "r", tuples: [] }]),
    vnetRecord([], { flowRecords: { flows: [{ aclID: "a", flowGroups: [] }, { aclID: "b" }] } }),
    vnetRecord([], { flowRecords: {} }),
    nsgRecord(2, [], { properties: { Version: 2, flows: [{ rule: "DefaultRule_AllowVnetOutBound", flows: [] }] } }),
  );
  expect(report.counts.total).toBe(0);
});

it("counts fields it does not know and keeps them", () => {
  const tuples = ["1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,0,0,0,0"];
  const flowRecords = { flows: [{ aclID: "a", color: "red", flowGroups: [{ rule: "r", flowTuples: tuples }] }] };
  const { rows, report } = decoded(vnetRecord([], { flowRecords, newThing: { deep: 1 } }));
  expect(JSON.parse(rows[0]!["ext"] as string)).toEqual({ newThing: { deep: 1 }, "flows.color": "red" });
  expect(report.unknownFields).toEqual({ newThing: 1, "flows.color": 1 });
});

it("reports tuples that stand where none belong", () => {
  const { report } = decoded({ ...vnetRecord([]), flowRecords: { flowTuples: ["a"], flows: "none" } });
  expect(report.reasons).toEqual({ "bad-structure": 1, "misplaced-tuples": 1 });
});

it("keeps hostile text in rule names as it is", () => {
  const names = [
    '"]}]}',
    "<script>alert(1)</script>",
    "\u0000\u001b[31m",
    'flowTuples":["x"]',
    "../../etc",
    "\\",
    "🚧ß",
    "a\nb",
    "'; drop table flows;--",
  ];
  const tuples = ["1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,0,0,0,0"];
  const { rows } = decoded(...names.map((rule) => vnetRecord([{ rule, tuples }])));
  expect(rows.map(({ rule_name }) => rule_name)).toEqual(names);
});

it("keeps identical records and tuples, and their order", () => {
  const tuple = "1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,D,NX,0,0,0,0";
  const record = vnetRecord([{ rule: "r", tuples: [tuple, tuple.replace(",D,", ",E,"), tuple] }]);
  const { rows } = decoded(record, record);
  expect(
    rows.map(
      ({ position, sub_position, flow_state }) => `${String(position)}.${String(sub_position)} ${String(flow_state)}`,
    ),
  ).toEqual(["1.1 deny", "1.2 end", "1.3 deny", "2.1 deny", "2.2 end", "2.3 deny"]);
});

it("counts Azure logs of other categories as filtered", () => {
  const other = {
    time: "2026-03-01T10:01:05Z",
    category: "NetworkSecurityGroupRuleCounter",
    resourceId: nsgId,
    properties: {},
  };
  const { report } = decoded(
    other,
    vnetRecord([{ rule: "r", tuples: ["1772359230123,10.1.0.4,10.1.0.5,1,2,6,O,B,NX,0,0,0,0"] }]),
  );
  expect(report.counts).toMatchObject({ filtered: 1, flows: 1, total: 2 });
  expect(report.notes.map(({ code }) => code)).toEqual(["other-category"]);
});
