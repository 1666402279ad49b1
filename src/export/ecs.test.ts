import * as fc from "fast-check";
import { expect, it } from "vitest";
import { tables } from "#model/tables.js";
import { eventTables, type EventTable } from "./event-formats.ts";
import { anyRow, awsFlow, azureFlow, crossCloud, eventLines, eventOf } from "./table-rows.fake.ts";

/** Whether there is a member, at any depth, that holds nothing. */
function saysNothing(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === null;
  const members: readonly unknown[] = Object.values(value);
  return members.length === 0 || members.some(saysNothing);
}

it("writes a flow with both ends, the opener as client, and the interface where the packet went out", async () => {
  const event = await eventOf("flows", "ecs", awsFlow);
  expect(event).toMatchObject({
    "@timestamp": "2026-03-03T12:00:00.000Z",
    event: {
      kind: "event",
      category: ["network"],
      type: ["connection", "info", "allowed"],
      outcome: "success",
      id: "7-3",
      end: "2026-03-03T12:00:59.500Z",
      duration: 59_500_000_000,
    },
    source: { ip: "10.0.0.5", port: 40_000, packets: 12, nat: { ip: "10.0.9.9" } },
    destination: { ip: "203.0.113.9", port: 443 },
    client: { ip: "10.0.0.5" },
    server: { ip: "203.0.113.9" },
    network: { type: "ipv4", transport: "tcp", iana_number: "6", direction: "egress" },
    observer: { vendor: "AWS", egress: { interface: { id: "eni-0a1b2c3d" } } },
    cloud: { provider: "aws", account: { id: "012345678901" }, instance: { id: "i-1" } },
    related: { ip: ["10.0.0.5", "203.0.113.9", "10.0.9.9"] },
    weir: { flow_log_id: "fl-0a1b2c3d", traffic_path: 8, object_id: 7, position: 3 },
  });
  expect(event["destination"]).not.toHaveProperty("bytes");
});

it("writes a denial with its rule, its rule set and the observer's MAC address", async () => {
  expect(await eventOf("flows", "ecs", azureFlow)).toMatchObject({
    event: { type: ["connection", "denied"], outcome: "failure", created: "2026-03-03T12:01:00.000Z" },
    network: { type: "ipv6" },
    rule: { name: "DefaultRule_DenyAllInBound", ruleset: azureFlow.acl_id },
    observer: { mac: ["00-0D-3A-11-22-33"] },
  });
});

it("writes a conversation as its perimeter sees it, and no cloud where there are two", async () => {
  const event = await eventOf("conversations", "ecs", crossCloud);
  expect(event).toMatchObject({
    event: { type: ["connection", "end", "allowed"], action: "conversation_allowed" },
    client: { ip: "10.0.0.5", bytes: 1000 },
    server: { ip: "10.60.0.4", bytes: 2000, mac: "00-0D-3A-11-22-33" },
    network: { direction: "internal", bytes: 3000, packets: 30 },
    weir: { conversation_id: "17883819606330934003", records: 14, src: { network_id: "vpc-1" } },
  });
  expect(event).not.toHaveProperty("cloud");
  const unsure = await eventOf("conversations", "ecs", { ...crossCloud, client_basis: "unknown" });
  expect(unsure).not.toHaveProperty("client");
  expect(unsure).toMatchObject({ source: { ip: "10.0.0.5" } });
});

it.each(Object.keys(eventTables) as EventTable[])("any row of %s is one line of JSON", async (table) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow(table), { minLength: 1, maxLength: 3 }), async (rows) => {
      const lines = await eventLines(table, "ecs", tables[table], rows);
      expect(lines).toHaveLength(rows.length);
      for (const line of lines) {
        const event: unknown = JSON.parse(line);
        expect(event).toMatchObject({ event: { kind: "event" }, ecs: {} });
        expect(saysNothing(event)).toBe(false);
        // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }
    }),
    { numRuns: 40 },
  );
});
