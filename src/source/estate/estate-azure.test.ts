import { expect, it } from "vitest";
import { startServer } from "../http/servers.fake.ts";
import type { Estate } from "./estate-types.ts";
import { proposeSources } from "./propose-sources.ts";
import { readAzureEstate } from "./read-estate.ts";
import { readExportedEstate } from "./read-exported-estate.ts";
import { unlogged } from "./unlogged.ts";

const subscription = "11111111-2222-3333-4444-555555555555";
const group = `/subscriptions/${subscription}/resourceGroups/Net/providers`;
const nsg = `${group}/Microsoft.Network/networkSecurityGroups/Web-NSG`;
const vnet = `${group}/Microsoft.Network/virtualNetworks/Hub`;
const watcher = `${group}/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope/flowLogs`;
const storage = `${group}/Microsoft.Storage/storageAccounts/flowstore`;

/** As Resource Graph gives them. */
const resources = [
  {
    id: `${watcher}/hub-old`,
    name: "hub-old",
    location: "westeurope",
    subscriptionId: subscription,
    properties: {
      targetResourceId: nsg,
      storageId: storage,
      enabled: true,
      format: { type: "JSON", version: 2 },
      provisioningState: "Succeeded",
    },
  },
  {
    id: `${watcher}/spoke`,
    name: "spoke",
    location: "westeurope",
    subscriptionId: subscription,
    properties: {
      targetResourceId: `${group}/Microsoft.Network/virtualNetworks/Spoke`,
      storageId: storage,
      enabled: false,
      format: { type: "JSON", version: 2 },
      enabledFilteringCriteria: "DstPort=443",
      recordTypes: "B,E",
    },
  },
  {
    id: vnet,
    name: "Hub",
    location: "westeurope",
    subscriptionId: subscription,
    properties: {
      addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
      subnets: [
        {
          id: `${vnet}/subnets/web`,
          name: "web",
          properties: { addressPrefix: "10.1.0.0/24", networkSecurityGroup: { id: nsg } },
        },
        { id: `${vnet}/subnets/data`, name: "data", properties: { addressPrefix: "10.1.1.0/24" } },
      ],
    },
  },
  {
    id: `${group}/Microsoft.Network/virtualNetworks/Spoke`,
    name: "Spoke",
    location: "westeurope",
    subscriptionId: subscription,
    properties: { addressSpace: { addressPrefixes: ["10.2.0.0/16"] }, subnets: [] },
  },
  {
    id: `${group}/Microsoft.Network/networkInterfaces/db-1`,
    name: "db-1",
    location: "westeurope",
    subscriptionId: subscription,
    properties: { ipConfigurations: [{ properties: { subnet: { id: `${vnet}/subnets/data` } } }] },
  },
  {
    id: storage,
    name: "flowstore",
    location: "westeurope",
    subscriptionId: subscription,
    properties: { primaryEndpoints: { blob: "https://flowstore.blob.core.usgovcloudapi.net/" } },
  },
] as const;

/** The same, as the commands print them: properties beside id and name. */
const printed = (type: string): string =>
  JSON.stringify(
    resources
      .filter(({ id }) => id.includes(type) && !(type === "virtualNetworks/" && id.includes("flowLogs")))
      .map(({ properties, ...common }) => ({ ...common, ...properties })),
  );

/** What is made of an estate. */
function seen(estate: Estate): object {
  return {
    flowLogs: estate.flowLogs,
    sources: proposeSources(estate).map(({ name, settings }) => [name, settings]),
    gaps: unlogged(estate).map(({ kind, name, interfaces }) => [kind, name, interfaces]),
  };
}

const expected = {
  flowLogs: [
    {
      id: `${watcher}/hub-old`.toLowerCase(),
      format: "NSG 2",
      target: { kind: "security-group" },
      isEnabled: true,
      region: "westeurope",
    },
    { format: "VNet 4", isEnabled: false, filter: "DstPort=443", recordTypes: "B,E" },
  ],
  sources: [
    [
      "flowstore-vnet",
      {
        url: "azblob://flowstore/insights-logs-flowlogflowevent",
        endpoint: "https://flowstore.blob.core.usgovcloudapi.net",
      },
    ],
    [
      "flowstore-nsg",
      {
        url: "azblob://flowstore/insights-logs-networksecuritygroupflowevent",
        endpoint: "https://flowstore.blob.core.usgovcloudapi.net",
      },
    ],
  ],
  gaps: [
    ["not-logged", "data", 1],
    ["not-logged", "Spoke", null],
    ["disabled", "spoke", null],
    ["filtered", "spoke", null],
    ["filtered", "spoke", null],
  ],
};

const signal = new AbortController().signal;
const tokens = { getToken: async (scope: string) => ({ token: `token for ${scope}` }) };

it("asks Resource Graph, page after page, and again when it is told to wait", async () => {
  const asked: { query: string; managementGroups?: string[]; options: { $skipToken?: string } }[] = [];
  let refusals = 1;
  const endpoint = await startServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      expect(request.headers.authorization).toBe("Bearer token for https://management.azure.com/.default");
      if (refusals-- > 0) return response.writeHead(429, { "retry-after": "0" }).end("{}");
      const input = JSON.parse(body) as (typeof asked)[number];
      asked.push(input);
      const type = /where type =~ '([^']+)'/.exec(input.query)?.[1] ?? "";
      const all = type.includes("subscriptions")
        ? [{ id: `/subscriptions/${subscription}`, name: "Production", subscriptionId: subscription }]
        : resources.filter(({ id }) =>
            new RegExp(`${type.replace("networkwatchers/", "networkwatchers/[^/]+/")}/[^/]+$`, "i").test(id),
          );
      const from = Number(input.options.$skipToken ?? 0);
      const more = from + 1 < all.length;
      return response.end(
        JSON.stringify({
          totalRecords: all.length,
          count: 1,
          data: all.slice(from, from + 1),
          ...(more && { $skipToken: String(from + 1) }),
        }),
      );
    });
  });
  const estate = await readAzureEstate({ settings: { endpoint }, env: {}, managementGroup: "corp", signal, tokens });
  expect(estate.problems).toEqual([]);
  expect(estate.accounts).toEqual([{ provider: "azure", id: subscription, name: "Production", roleArn: null }]);
  expect(asked.every(({ managementGroups }) => managementGroups?.[0] === "corp")).toBe(true);
  expect(seen(estate)).toMatchObject(expected);
});

it("tells what is not allowed, and what to do", async () => {
  const endpoint = await startServer((_, response) =>
    response.writeHead(403).end('{"error":{"code":"AuthorizationFailed","message":"secret detail"}}'),
  );
  const { problems } = await readAzureEstate({ settings: { endpoint }, env: {}, signal, tokens });
  expect(problems).toHaveLength(5);
  expect(problems[1]).toMatchObject({ asked: "flow logs", code: "source-denied" });
  expect(problems[1]?.message).toMatch(/403 AuthorizationFailed/);
  expect(problems[1]?.next).toMatch(/role Reader/);
});

it("reads the same from what the commands print", () => {
  const all = ["flowLogs/", "virtualNetworks/", "networkInterfaces/", "storageAccounts/"];
  const files = all.map((type) => ({ name: `${type}.json`, text: printed(type) }));
  expect(seen(readExportedEstate(files))).toMatchObject(expected);
  const graph = JSON.stringify({ count: 6, data: resources, skip_token: null });
  expect(seen(readExportedEstate([{ name: "graph.json", text: graph }]))).toMatchObject(expected);
});

it("reads what the AWS command line prints, in several files, things twice, and takes regions from zones", () => {
  const flowLogs = {
    FlowLogs: [
      {
        CreationTime: "2026-01-02T03:04:05Z",
        FlowLogId: "fl-1",
        FlowLogStatus: "ACTIVE",
        ResourceId: "vpc-1",
        TrafficType: "ALL",
        LogDestinationType: "s3",
        LogDestination: "arn:aws-us-gov:s3:::logs",
        LogFormat: "${version}",
      },
      {
        FlowLogId: "fl-2",
        FlowLogStatus: "ACTIVE",
        ResourceId: "tgw-1",
        TrafficType: "ALL",
        LogDestination: "arn:aws:logs:eu-west-1:123456789012:log-group:tgw:*",
      },
    ],
  };
  const estate = readExportedEstate([
    { name: "flow-logs.json", text: JSON.stringify(flowLogs) },
    {
      name: "again.json",
      text: JSON.stringify([
        flowLogs,
        {
          Vpcs: [
            { VpcId: "vpc-1", OwnerId: "123456789012", CidrBlock: "10.0.0.0/8" },
            { VpcId: "vpc-2", OwnerId: "123456789012" },
          ],
        },
      ]),
    },
    {
      name: "subnets.json",
      text: JSON.stringify({ Subnets: [{ SubnetId: "subnet-1", VpcId: "vpc-1", AvailabilityZone: "us-gov-west-1b" }] }),
    },
    {
      name: "accounts.json",
      text: JSON.stringify({ Accounts: [{ Id: "123456789012", Name: "prod", Status: "ACTIVE" }] }),
    },
  ]);
  expect(estate.accounts).toEqual([{ provider: "aws", id: "123456789012", name: "prod", roleArn: null }]);
  expect(estate.flowLogs).toMatchObject([
    { id: "fl-1", account: "123456789012", region: "us-gov-west-1", createdMs: Date.UTC(2026, 0, 2, 3, 4, 5) },
    {
      id: "fl-2",
      region: "eu-west-1",
      target: { kind: "gateway" },
      destination: { kind: "cloudwatch", logGroup: "tgw", account: "123456789012" },
    },
  ]);
  expect(unlogged(estate).map(({ resource }) => resource)).toEqual(["vpc-2"]);
});

it("says which file is none of the answers", () => {
  expect(() => readExportedEstate([{ name: "names.json", text: "{" }])).toThrow(/it is no JSON/);
  expect(() => readExportedEstate([{ name: "names.json", text: '{"Buckets":[]}' }])).toThrow(/no answer that is known/);
  expect(readExportedEstate([{ name: "none.json", text: "[]" }]).flowLogs).toEqual([]);
});
