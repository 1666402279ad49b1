import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get as getPlain, type RequestOptions } from "node:http";
import { get as getSecure } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { testAuthority } from "./certificates.fake.ts";
import { openNetwork, type NetworkSettings } from "./network.ts";
import { startProxy, startServer } from "./servers.fake.ts";

/** What a client of a source gets at an address. */
async function ask(url: string, settings: NetworkSettings, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const network = openNetwork(settings, env);
  onTestFinished(() => network.close());
  const isSecure = url.startsWith("https:");
  const { hostname, port, pathname } = new URL(url);
  // As the AWS SDK asks: by host and port, without a protocol.
  const options: RequestOptions = {
    host: hostname,
    port,
    path: pathname,
    agent: isSecure ? network.httpsAgent : network.httpAgent,
  };
  return new Promise((resolve, reject) => {
    const request = (isSecure ? getSecure : getPlain)(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
    });
    request.on("error", reject);
  });
}

/** A file that holds an own certificate authority. */
function authorityFile(text = testAuthority): string {
  const folder = mkdtempSync(join(tmpdir(), "weir-ca-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "ca.pem");
  writeFileSync(path, text);
  return path;
}

const secureServer = (): Promise<string> => startServer((_, response) => response.end("it is me"), { secure: true });

test("a server of an unknown authority is refused, and believed with the authority's file", async () => {
  const url = await secureServer();
  await expect(ask(url, {})).rejects.toThrow(/certificate/);
  expect(await ask(url, { ca: authorityFile() })).toBe("it is me");
});

test("an own authority takes away none of those that Node.js was started with", async () => {
  const url = await secureServer();
  const other = authorityFile("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
  expect(() => openNetwork({ ca: other }, {})).toThrow(/cannot be used/);
  const extra = authorityFile();
  const { ca } = openNetwork({ ca: extra }, { NODE_EXTRA_CA_CERTS: extra });
  expect(ca?.length).toBeGreaterThan(100);
  expect(ca?.filter((text) => text === testAuthority)).toHaveLength(2);
  expect(await ask(url, { ca: extra })).toBe("it is me");
});

test("what is no file of certificates is told by its place", () => {
  expect(() => openNetwork({ ca: authorityFile("hello") }, {})).toThrow(/no certificate in PEM/);
  expect(() => openNetwork({ ca: "/nowhere/ca.pem" }, {})).toThrow(/ENOENT/);
});

test("HTTPS_PROXY is gone through, with the name and password of its address, and TLS is kept up to the server", async () => {
  const proxy = await startProxy(await secureServer());
  const withPassword = proxy.url.replace("http://", "http://user:p%40ss@");
  const text = await ask(
    "https://logs.eu-central-1.amazonaws.com/x",
    { ca: authorityFile() },
    { HTTPS_PROXY: withPassword },
  );
  expect(text).toBe("it is me");
  expect(proxy.targets).toEqual(["logs.eu-central-1.amazonaws.com:443"]);
  expect(proxy.authorizations).toEqual([`Basic ${Buffer.from("user:p@ss").toString("base64")}`]);
});

test("a source's own proxy stands in the place of the environment's", async () => {
  const server = await secureServer();
  const [own, other] = await Promise.all([startProxy(server), startProxy(server)]);
  const settings = { ca: authorityFile(), proxy: own.url };
  await ask(server, settings, { HTTPS_PROXY: other.url, NO_PROXY: "*" });
  expect(own.targets).toHaveLength(1);
  expect(other.targets).toHaveLength(0);
});

test("NO_PROXY is asked for each host", async () => {
  const server = await secureServer();
  const proxy = await startProxy(server);
  const env = { https_proxy: proxy.url, no_proxy: "127.0.0.0/8" };
  expect(await ask(server, { ca: authorityFile() }, env)).toBe("it is me");
  expect(proxy.targets).toEqual([]);
  await ask("https://s3.us-east-1.amazonaws.com/", { ca: authorityFile() }, env);
  expect(proxy.targets).toEqual(["s3.us-east-1.amazonaws.com:443"]);
});

test("a server without TLS is reached through HTTP_PROXY too, and past it", async () => {
  const server = await startServer((_, response) => response.end("plain"));
  const proxy = await startProxy(server);
  expect(await ask("http://minio.example.net:9000/", {}, { HTTP_PROXY: proxy.url })).toBe("plain");
  expect(proxy.targets).toEqual(["minio.example.net:9000"]);
  expect(await ask(server, {}, { HTTP_PROXY: proxy.url, NO_PROXY: "127.0.0.1" })).toBe("plain");
  expect(proxy.targets).toHaveLength(1);
});

test("a proxy that is no address is told without its value", () => {
  const wrong = (): unknown => openNetwork({}, { HTTPS_PROXY: "http://user:secret word@:::" });
  expect(wrong).toThrow(/cannot be understood/);
  expect(wrong).not.toThrow(/secret/);
  expect(() => openNetwork({ proxy: "socks5://localhost:1080" }, {})).toThrow(/cannot be understood/);
});
