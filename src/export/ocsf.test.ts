import { Ajv } from "ajv";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ColumnName } from "#model/columns.js";
import { tables } from "#model/tables.js";
import { eventTables, type EventTable } from "./event-formats.ts";
import { networkActivitySchema } from "./ocsf-schema.fake.ts";
import { anyRow, awsFlow, azureFlow, crossCloud, eventLines, eventOf } from "./table-rows.fake.ts";

const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(
  networkActivitySchema,
);

function faults(event: unknown): unknown {
  return validate(event) ? [] : validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe("a flow as OCSF", () => {
  it("has what the class requires, its end's place, and who opened it", async () => {
    const event = await eventOf("flows", "ocsf", awsFlow);
    expect(faults(event)).toEqual([]);
    expect(event).toMatchObject({
      time: Date.UTC(2026, 2, 3, 12),
      start_time: Date.UTC(2026, 2, 3, 12),
      end_time: Date.UTC(2026, 2, 3, 12, 0, 59, 500),
      duration: 59_500,
      activity_id: 6,
      type_uid: 400_106,
      action_id: 1,
      disposition_id: 1,
      status_id: 1,
      status_code: "ACCEPT",
      initiator_id: 1,
      observation_point_id: 1,
      cloud: {
        provider: "AWS",
        account: { uid: "012345678901", type_id: 10 },
        region: "eu-west-1",
        zone: "euw1-az2",
      },
      metadata: { uid: "7-3", log_name: "fl-0a1b2c3d", log_version: "5", product: { vendor_name: "AWS" } },
    });
    expect(event["src_endpoint"]).toEqual({
      ip: "10.0.0.5",
      port: 40_000,
      intermediate_ips: ["10.0.9.9"],
      interface_uid: "eni-0a1b2c3d",
      vpc_uid: "vpc-1",
      subnet_uid: "subnet-1",
      instance_uid: "i-1",
    });
    expect(event["dst_endpoint"]).toEqual({ ip: "203.0.113.9", port: 443, svc_name: "S3" });
    expect(event["connection_info"]).toMatchObject({
      protocol_num: 6,
      protocol_name: "tcp",
      protocol_ver_id: 4,
      tcp_flags: 2,
      direction_id: 2,
      boundary_id: 11,
      boundary: "Internet Gateway",
    });
  });

  it("keeps all digits of a counter, and escapes what a terminal would obey", async () => {
    const [line = ""] = await eventLines("flows", "ocsf", Object.keys(awsFlow) as ColumnName[], [awsFlow]);
    expect(line).toContain('"bytes_out":18446744073709551615,');
    expect(line).not.toContain("bytes_in");
    expect(line).toContain(String.raw`"instance_tag":"web \u001b[31m\u009b"`);
  });

  it("says of a denial that it was refused, by which rule of which rule set", async () => {
    const event = await eventOf("flows", "ocsf", azureFlow);
    expect(faults(event)).toEqual([]);
    expect(event).toMatchObject({
      activity_id: 5,
      type_uid: 400_105,
      action_id: 2,
      disposition_id: 2,
      status: "Failure",
      firewall_rule: { name: "DefaultRule_DenyAllInBound" },
      policy: { name: "nsg-a", type: "nsg" },
      dst_endpoint: { ip: "2001:db8::2", mac: "00-0D-3A-11-22-33" },
      connection_info: { protocol_ver_id: 6, direction: "Inbound" },
      metadata: { uid: "8-1-4", logged_time: Date.UTC(2026, 2, 3, 12, 1) },
      cloud: { provider: "Azure", account: { type: "Azure Subscription" } },
    });
    // No counters and no interval in the record: none in the event.
    for (const absent of ["traffic", "start_time", "end_time", "duration"]) expect(event).not.toHaveProperty(absent);
  });

  it.each([
    ["allow", "begin", { activity_id: 1, action_id: 1, disposition_id: 1, status_id: 1 }],
    ["allow", "continue", { activity_id: 6 }],
    ["allow", "end", { activity_id: 2 }],
    ["drop", null, { activity_id: 6, action_id: 99, action: "Dropped", disposition_id: 6, status_id: 2 }],
    ["observed", null, { activity_id: 6, action_id: 3, disposition_id: 17 }],
  ])("tells %s %s apart", async (action, flow_state, expected) => {
    const event = await eventOf("flows", "ocsf", { ...azureFlow, action, flow_state });
    expect(event).toMatchObject(expected);
    expect("status_id" in event).toBe(action !== "observed");
  });

  it("puts an observer whose end is unknown beside the ends, and one between them in a place of its own", async () => {
    const { observation_point: _unknown, ...unsided } = awsFlow;
    const event = await eventOf("flows", "ocsf", unsided);
    expect(event["src_endpoint"]).not.toHaveProperty("interface_uid");
    expect(event).toMatchObject({
      observation_point_id: 0,
      unmapped: { observer_id: "eni-0a1b2c3d", network_id: "vpc-1", instance_id: "i-1" },
    });
    const transit = await eventOf("flows", "ocsf", {
      ...awsFlow,
      observation_point: "transit",
      observer_id: "tgw-attach-1",
      observer_type: "attachment",
    });
    expect(faults(transit)).toEqual([]);
    expect(transit).toMatchObject({
      observation_point_id: 3,
      network_observation_point: { uid: "tgw-attach-1", vpc_uid: "vpc-1" },
    });
  });

  it("knows the initiator from a SYN and not from its absence", async () => {
    const initiator = async (tcp_flags: number | null): Promise<unknown> =>
      (await eventOf("flows", "ocsf", { ...awsFlow, tcp_flags }))["initiator_id"];
    expect([await initiator(3), await initiator(19), await initiator(1), await initiator(null)]).toEqual([1, 2, 0, 0]);
  });

  it("names a traffic path that AWS added later by its number", async () => {
    const event = await eventOf("flows", "ocsf", { ...awsFlow, traffic_path: 9 });
    expect(event["connection_info"]).toMatchObject({ boundary_id: 99, boundary: "9" });
  });
});

describe("a conversation as OCSF", () => {
  it("has the client as its source, both places, and what both sent", async () => {
    const event = await eventOf("conversations", "ocsf", crossCloud);
    expect(faults(event)).toEqual([]);
    expect(event).toMatchObject({
      time: Date.UTC(2026, 2, 3, 12, 10),
      duration: 600_000,
      count: 14,
      activity_id: 2,
      observation_point_id: 4,
      initiator_id: 1,
      src_endpoint: { ip: "10.0.0.5", interface_uid: "eni-0a1b2c3d", vpc_uid: "vpc-1" },
      dst_endpoint: { ip: "10.60.0.4", mac: "00-0D-3A-11-22-33", vpc_uid: "vnet-2" },
      traffic: { bytes: 3000, bytes_out: 1000, bytes_in: 2000, packets: 30 },
      connection_info: { uid: "17883819606330934003", tcp_flags: 19, direction_id: 3, boundary_id: 2 },
      metadata: { uid: "17883819606330934003-1772539200", product: { name: "Weir", version: "1.2.3" } },
    });
    // Two clouds: the event is in neither, and its ends' accounts stand beside it.
    expect(event).not.toHaveProperty("cloud");
    expect(event["metadata"]).toMatchObject({ profiles: ["security_control"] });
    expect(event["unmapped"]).toMatchObject({ client_account_id: "012345678901", server_provider: "azure" });
  });

  it.each([
    ["public", "default", "flags", { direction_id: 1, boundary_id: 3 }],
    ["default", "public", "flags", { direction_id: 2, boundary_id: 3 }],
    ["default", "public", "unknown", { direction_id: 0, boundary_id: 3 }],
    ["public", "public", "flags", { direction_id: 0, boundary_id: 3 }],
    ["default", "vpc-9", "unknown", { direction_id: 3, boundary_id: 2 }],
  ])("from %s to %s by %s", async (client_realm, server_realm, client_basis, expected) => {
    const event = await eventOf("conversations", "ocsf", { ...crossCloud, client_realm, server_realm, client_basis });
    expect(event["connection_info"]).toMatchObject(expected);
    expect(event["initiator_id"]).toBe(client_basis === "unknown" ? 0 : 1);
  });
});

it.each(Object.keys(eventTables) as EventTable[])("any row of %s is one line of the schema", async (table) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow(table), { minLength: 1, maxLength: 3 }), async (rows) => {
      const lines = await eventLines(table, "ocsf", tables[table], rows);
      expect(lines).toHaveLength(rows.length);
      for (const line of lines) {
        const event: unknown = JSON.parse(line);
        expect(faults(event)).toEqual([]);
        // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }
    }),
    { numRuns: 60 },
  );
});
