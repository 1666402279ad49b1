import { describe, expect, it } from "vitest";
import type { RemoteSettings } from "../settings.ts";
import { readAzurePlace } from "./azure-place.ts";

const KEY = `${"k".repeat(86)}==`;
const SAS = "sv=2024-11-04&ss=b&srt=co&sp=rl&se=2999-01-01T00:00:00Z&sig=c2ln";
const url = "azblob://acct/insights-logs-flowlogflowevent/flowLogResourceID=/";
const read = (more: Partial<RemoteSettings> = {}, secret = "") =>
  readAzurePlace({ url, ...(secret !== "" && { secret: "env:S" }), ...more }, { S: secret });

describe("a place in Azure Storage", () => {
  it("is read from its URL, in every cloud", () => {
    expect(read()).toMatchObject({
      account: "acct",
      container: "insights-logs-flowlogflowevent",
      prefix: "flowLogResourceID=/",
      blobUrl: "https://acct.blob.core.windows.net",
      queueUrl: undefined,
      secret: undefined,
      cloud: { authority: "https://login.microsoftonline.com" },
    });
    for (const endpoint of [
      "core.usgovcloudapi.net",
      "blob.core.usgovcloudapi.net",
      "https://acct.blob.core.usgovcloudapi.net/",
    ])
      expect(read({ endpoint, queue: "azqueue://acct/flows" })).toMatchObject({
        blobUrl: "https://acct.blob.core.usgovcloudapi.net",
        queueUrl: "https://acct.queue.core.usgovcloudapi.net/flows",
        cloud: { name: "AzureUSGovernment", authority: "https://login.microsoftonline.us" },
      });
    expect(read({ endpoint: "https://acct.dfs.core.chinacloudapi.cn" })).toMatchObject({
      blobUrl: "https://acct.blob.core.chinacloudapi.cn",
      cloud: { name: "AzureChinaCloud" },
    });
    expect(read({ endpoint: "http://127.0.0.1:10000" }, KEY).blobUrl).toBe("http://127.0.0.1:10000/acct");
    expect(read({ endpoint: "http://127.0.0.1:10000/devstoreaccount1" }, KEY).blobUrl).toBe(
      "http://127.0.0.1:10000/devstoreaccount1",
    );
    expect(read({ endpoint: "https://logs.privatelink.example.net" }).blobUrl).toBe(
      "https://logs.privatelink.example.net",
    );
  });

  it("tells keys, signatures and connection strings apart", () => {
    expect(read({}, KEY).secret).toEqual({ kind: "key", key: KEY });
    for (const text of [SAS, `?${SAS}`, `https://acct.blob.core.windows.net/?${SAS}`])
      expect(read({}, text).secret).toEqual({ kind: "sas", query: SAS });
    const connection = `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${KEY};EndpointSuffix=core.chinacloudapi.cn`;
    expect(read({ queue: "azqueue://acct/flows" }, connection)).toMatchObject({
      secret: { kind: "key", key: KEY },
      blobUrl: "https://acct.blob.core.chinacloudapi.cn",
      queueUrl: "https://acct.queue.core.chinacloudapi.cn/flows",
    });
    expect(read({}, `BlobEndpoint=https://acct.blob.core.windows.net;SharedAccessSignature=${SAS}`)).toMatchObject({
      secret: { kind: "sas", query: SAS },
      blobUrl: "https://acct.blob.core.windows.net",
    });
  });

  it.each([
    ["source-secret", {}, "neither"],
    ["source-secret", {}, `AccountName=other;AccountKey=${KEY}`],
    ["source-secret", {}, "AccountName=acct;AccountKey="],
    ["source-endpoint", { endpoint: "http://logs.example.net" }, SAS],
    ["source-secret", { endpoint: "http://127.0.0.1:10000" }, undefined],
    ["source-endpoint", { endpoint: "ftp://logs.example.net" }, KEY],
    ["source-queue", { queue: "azqueue://acct" }, KEY],
    ["source-url", { url: "azblob://acct/Not_a_container" }, KEY],
  ])("%s: %j", (code, more, secret) => {
    let error: unknown;
    try {
      read(more, secret);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code, kind: "usage" });
    expect(JSON.stringify([String(error), error])).not.toMatch(/kkkk|sig=/);
  });
});
