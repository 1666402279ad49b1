import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { testAuthority } from "../http/certificates.fake.ts";
import { startProxy, startServer, type FakeProxy } from "../http/servers.fake.ts";
import { AzureRequests } from "./azure-requests.ts";
import { openClients } from "./azure-clients.ts";
import { readAzurePlace } from "./azure-place.ts";

const KEY = `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${"A".repeat(86)}==`;
const LISTING =
  '<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="c"><Blobs/><NextMarker/></EnumerationResults>';
const MESSAGES = '<?xml version="1.0" encoding="utf-8"?><QueueMessagesList/>';
/** A host that the certificate of the test server is good for, in the place of one of Azure's. */
const HOST = "https://acct.eu-central-1.amazonaws.com";

/** Blobs and a queue that hold nothing, by TLS, behind a proxy. */
async function behindProxy(): Promise<{ server: string; proxy: FakeProxy; asked: IncomingMessage[]; ca: string }> {
  const asked: IncomingMessage[] = [];
  const answer = (request: IncomingMessage): string => (request.url?.includes("/messages") ? MESSAGES : LISTING);
  const server = await startServer(
    (request, response) => {
      asked.push(request);
      response.writeHead(200, { "content-type": "application/xml" }).end(answer(request));
    },
    { secure: true },
  );
  const folder = mkdtempSync(join(tmpdir(), "weir-azure-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ca = join(folder, "ca.pem");
  writeFileSync(ca, testAuthority);
  return { server, proxy: await startProxy(server), asked, ca };
}

interface Asked {
  readonly endpoint: string;
  readonly ca: string;
  readonly proxy?: string;
}

/** One request for messages and one for a listing, as a look makes them. */
async function ask({ endpoint, ...how }: Asked, env: Record<string, string> = {}): Promise<void> {
  const settings = {
    url: "azblob://acct/flows",
    endpoint,
    queue: `${endpoint}/news`,
    secret: "env:AZURE_KEY",
    ...how,
  };
  const own = { AZURE_KEY: KEY, ...env };
  const clients = await openClients(readAzurePlace(settings, own), settings, own);
  onTestFinished(() => clients.close());
  await clients.queue?.receiveMessages();
  await clients.container.listBlobsFlat().byPage().next();
}

test("blobs and queues are reached through a source's own proxy, whatever the environment says", async () => {
  const { proxy, asked, ca } = await behindProxy();
  await ask({ endpoint: HOST, ca, proxy: proxy.url }, { HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "*" });
  expect(new Set(proxy.targets)).toEqual(new Set(["acct.eu-central-1.amazonaws.com:443"]));
  expect(asked.map(({ url }) => url?.replace(/\?.*/, ""))).toEqual(["/news/messages", "/flows"]);
});

test("blobs and queues are reached through HTTPS_PROXY with its password, but for NO_PROXY", async () => {
  const { server, proxy, asked, ca } = await behindProxy();
  const env = { HTTPS_PROXY: proxy.url.replace("http://", "http://user:p%40ss@"), NO_PROXY: "127.0.0.1" };
  await ask({ endpoint: HOST, ca }, env);
  const through = proxy.targets.length;
  expect(through).toBeGreaterThan(0);
  expect(new Set(proxy.authorizations)).toEqual(new Set([`Basic ${Buffer.from("user:p@ss").toString("base64")}`]));
  // An address has the account in its path.
  await ask({ endpoint: `${server}/acct`, ca }, env);
  expect(proxy.targets).toHaveLength(through);
  expect(asked).toHaveLength(4);
});

test("a proxy that is not there is told, and nothing goes past it", async () => {
  const { server, asked, ca } = await behindProxy();
  const asking = ask({ endpoint: `${server}/acct`, ca, proxy: "http://127.0.0.1:1" });
  await expect(asking).rejects.toThrow(/ECONNREFUSED/);
  expect(asked).toEqual([]);
});

test.each([
  ["retry-after", "600"],
  ["retry-after-ms", "600000"],
  ["x-ms-retry-after-ms", "600000"],
])("a pause of minutes, told by %s, is left to the next run", async (name, value) => {
  const headers = new Map([[name, value]]);
  const busy = Object.assign(new Error("busy"), { statusCode: 503, response: { headers } });
  const requests = new AzureRequests();
  const sending = requests.send("gets", new AbortController().signal, async () => Promise.reject(busy));
  await expect(sending).rejects.toBe(busy);
  expect(requests.gets).toBe(1);
});
