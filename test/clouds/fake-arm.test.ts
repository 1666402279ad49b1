import { ManagedIdentityCredential } from "@azure/identity";
import { BlobServiceClient } from "@azure/storage-blob";
import { afterEach, describe, expect, it, vi } from "vitest";
import { azureBlobFault, type AzureBlobFault } from "./azure-blob-faults.ts";
import { testFlowLog } from "./azure-flow-log.ts";
import { azureResource, flowLogResource, isOf } from "./azure-resources.ts";
import { authorizationFailed, FakeArm, type FakeArmOptions } from "./fake-arm.ts";
import { connectionStringOf } from "./azurite.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { atEnd } from "./opened.ts";
import { errorOf } from "./sdk-errors.ts";

afterEach(() => void vi.unstubAllEnvs());

const one = testFlowLog.subscription;
const two = "0a1b2c3d-0000-4000-8000-000000000002";

async function start(options: FakeArmOptions = {}) {
  const arm = await FakeArm.start(options);
  atEnd(() => arm.close());
  arm.subscriptions.push(
    { id: one, name: "One", managementGroups: ["all", "web"] },
    { id: two, name: "Two", managementGroups: ["all"] },
  );
  const place = { subscription: one, resourceGroup: "Apps" };
  const vnet = azureResource(place, "Microsoft.Network/virtualNetworks", "web", {
    addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
  });
  const storage = azureResource(place, "Microsoft.Storage/storageAccounts", "stflow", {
    primaryEndpoints: { blob: "https://stflow.blob.core.windows.net/" },
  });
  const flowLog = flowLogResource(testFlowLog, { targetResourceId: vnet.id, storageId: storage.id });
  const other = azureResource(
    { subscription: two, resourceGroup: "x" },
    "Microsoft.Network/virtualNetworks",
    "unlogged",
    {},
  );
  arm.resources.push(vnet, storage, flowLog, other);
  let { token } = arm.issueToken();
  const ask = async (path: string, body?: object): Promise<{ status: number; told: unknown; headers: Headers }> => {
    const answer = await fetch(`${arm.url}${path}`, {
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: answer.status, told: await answer.json(), headers: answer.headers };
  };
  const query = (body: object) => ask("/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", body);
  return { arm, vnet, storage, flowLog, other, ask, query, useToken: (next: string) => void (token = next) };
}

describe("Resource Graph", () => {
  it("answers by type and scope, whole rows or columns", async () => {
    const { vnet, storage, flowLog, other, query } = await start();
    const flowLogs = "resources | where type =~ 'Microsoft.Network/networkWatchers/flowLogs'";
    expect(isOf(flowLog, testFlowLog)).toBe(true);
    expect((await query({ query: flowLogs })).told).toMatchObject({
      totalRecords: 1,
      count: 1,
      data: [flowLog],
      resultTruncated: "false",
    });
    const columns = `${flowLogs} | project id, storage = tostring(properties.storageId), properties.enabled`;
    expect((await query({ query: columns })).told).toMatchObject({
      data: [{ id: flowLog.id, storage: storage.id, properties_enabled: true }],
    });
    const vnets =
      "Resources\n| where type in~ ('microsoft.network/virtualnetworks', 'microsoft.network/networksecuritygroups')\n| order by id asc";
    expect((await query({ query: vnets })).told).toMatchObject({ data: [other, vnet] });
    expect((await query({ query: vnets, subscriptions: [one.toUpperCase()] })).told).toMatchObject({ data: [vnet] });
    expect((await query({ query: vnets, managementGroups: ["all"] })).told).toMatchObject({ count: 2 });
    expect((await query({ query: vnets, managementGroups: ["web"] })).told).toMatchObject({ count: 1 });
  });

  it("pages, and says so when it does not understand", async () => {
    const { query } = await start({ pageSize: 3 });
    const first = (await query({ query: "resources" })).told as { data: object[]; $skipToken: string };
    expect(first).toMatchObject({ totalRecords: 4, count: 3 });
    const second = (await query({ query: "resources", options: { $skipToken: first.$skipToken } })).told;
    expect(second).toMatchObject({ totalRecords: 4, count: 1 });
    expect(second).not.toHaveProperty("$skipToken");
    expect(await query({ query: "resources | summarize count()" })).toMatchObject({
      status: 400,
      told: { error: { details: [{ code: "InvalidQuery" }] } },
    });
  });

  it("hides what may not be read", async () => {
    const { arm, query, ask } = await start();
    arm.subscriptions.splice(1, 1, { id: two, name: "Two", hidden: true });
    expect((await query({ query: "resources" })).told).toMatchObject({ count: 3 });
    expect(await query({ query: "resources", subscriptions: [two] })).toMatchObject({
      status: 400,
      told: { error: { details: [{ code: "NoValidSubscriptionsInQueryRequest" }] } },
    });
    expect(await query({ query: "resources", managementGroups: ["nobody's"] })).toMatchObject({
      status: 403,
      told: { error: { code: "AuthorizationFailed" } },
    });
    arm.before = () => authorizationFailed("Microsoft.Resources/subscriptions/read", "/");
    expect((await ask("/subscriptions?api-version=2022-12-01")).status).toBe(403);
  });
});

it("lists subscriptions and shows single resources", async () => {
  const { vnet, ask } = await start();
  const subscriptions = await ask("/subscriptions?api-version=2022-12-01");
  expect(subscriptions.told).toMatchObject({
    value: [{ subscriptionId: one, displayName: "One", state: "Enabled" }, { subscriptionId: two }],
  });
  expect((await ask(`${vnet.id.toUpperCase()}?api-version=2024-05-01`)).told).toEqual(vnet);
  expect(await ask(`${vnet.id}x?api-version=2024-05-01`)).toMatchObject({
    status: 404,
    told: { error: { code: "ResourceNotFound" } },
  });
  expect(await ask("/subscriptions")).toMatchObject({
    status: 400,
    told: { error: { code: "MissingApiVersionParameter" } },
  });
});

it("gives tokens to a managed identity, and knows no others", async () => {
  const { arm, ask, useToken } = await start();
  arm.revokeTokens();
  const refused = await ask("/subscriptions?api-version=2022-12-01");
  expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
    401,
    expect.stringContaining("invalid_token"),
  ]);
  for (const [name, value] of Object.entries(arm.environment)) vi.stubEnv(name, value);
  const { token } = await new ManagedIdentityCredential().getToken("https://management.azure.com/.default");
  useToken(token);
  expect((await ask("/subscriptions?api-version=2022-12-01")).status).toBe(200);
  expect(arm.log.counts()).toMatchObject({ Token: 1, ListSubscriptions: 2 });
});

it.each<AzureBlobFault>([
  "AuthorizationFailure",
  "AuthorizationPermissionMismatch",
  "KeyBasedAuthenticationNotPermitted",
  "BlobArchived",
  "AuthenticationFailed",
])("refuses a blob as storage does: %s", async (code) => {
  const proxy = await FaultProxy.start({ url: "http://127.0.0.1:9" });
  atEnd(() => proxy.close());
  proxy.intercept = () => azureBlobFault(code);
  const service = BlobServiceClient.fromConnectionString(connectionStringOf(`${proxy.url}/devstoreaccount1`), {
    retryOptions: { maxTries: 1 },
  });
  const blob = service.getContainerClient("x").getBlobClient("y");
  expect(await errorOf(blob.download())).toMatchObject({ code, status: code === "BlobArchived" ? 409 : 403 });
  // HEAD has no body: the header alone tells.
  expect((await errorOf(blob.getProperties())).headers).toMatchObject({ "x-ms-error-code": code });
});
