import { connect, type Socket } from "node:net";
import { expect, it } from "vitest";
import { Browser, PASSWORD, people, question, ServedLake } from "./visits.fake.ts";

const lake = ServedLake.forTests("--auth", "password");

/** Sends bytes as they are, which no client library would. @returns all that came back, and how long the connection lived */
async function raw(parts: readonly string[], pauseMs = 0): Promise<{ answer: string; ms: number }> {
  const { hostname, port } = new URL(lake.url);
  const socket: Socket = connect(Number(port), hostname);
  const started = Date.now();
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1");
  });
  const closed = new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
    socket.on("error", () => resolve());
  });
  for (const part of parts) {
    if (!socket.writable) break;
    socket.write(part);
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await closed;
  return { answer, ms: Date.now() - started };
}

const get = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${new URL(lake.url).host}\r\nConnection: close\r\n\r\n`;

it("gives no file outside of the page's own", async () => {
  for (const path of [
    "/assets/../../../package.json",
    "/assets/..%2f..%2f..%2fpackage.json",
    "/assets/%2e%2e/%2e%2e/%2e%2e/package.json",
    "/assets/....//....//package.json",
    "/assets/..\\..\\..\\package.json",
    "/assets/..%5c..%5cpackage.json",
    "/assets/%2e%2e%2findex.html",
    "/assets//etc/passwd",
    "/assets/%00",
    "/assets/%c0%ae%c0%ae/package.json",
    "/assets/",
    "/../../package.json",
    "//etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
  ]) {
    const { answer } = await raw([get(path)]);
    expect([path, /"flowweir"|root:|"dependencies"/.test(answer)]).toEqual([path, false]);
    expect([path, /^HTTP\/1\.1 (?:200|400|404) /.test(answer)]).toEqual([path, true]);
    // What is answered is the page itself, or nothing.
    if (answer.startsWith("HTTP/1.1 200")) expect([path, answer.includes('<div id="root">')]).toEqual([path, true]);
  }
});

it("takes no more than it needs: bodies and headers have an end", async () => {
  const browser = new Browser(lake);
  await browser.signIn(people.viewer);
  const large = { ...question, filter: "x".repeat(1_100_000) };
  expect(await browser.result("/query", { method: "POST", body: large })).toBe("413 too-large");
  expect(await browser.result("/session", { method: "POST", body: { name: "x".repeat(1_100_000) } })).toBe(
    "413 too-large",
  );
  const chunk = `${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`;
  const head = `POST /api/v1/session HTTP/1.1\r\nHost: ${new URL(lake.url).host}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  expect((await raw([head, ...Array.from({ length: 40 }, () => chunk)])).answer).toContain('"code":"too-large"');
  const { answer } = await raw([`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`]);
  expect(answer).toContain(" 431 ");
  for (const body of ["{", "[]", "null", '{"__proto__":{"role":"admin"}}', "\u0000", "[".repeat(100_000)])
    expect([
      body.slice(0, 40),
      (
        await raw([
          `POST /api/v1/session HTTP/1.1\r\nHost: ${new URL(lake.url).host}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
        ])
      ).answer.slice(9, 12),
    ]).toEqual([body.slice(0, 40), "400"]);
});

it("lets slow clients go, and answers others meanwhile", async () => {
  const host = `Host: ${new URL(lake.url).host}\r\n`;
  // One byte of a header every half second, without an end; a body that is never sent whole; nothing at all.
  const slowHead = raw([`GET / HTTP/1.1\r\n${host}`, ...Array.from({ length: 60 }, () => "x")], 500);
  const slowBody = raw([
    `POST /api/v1/session HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"name":`,
  ]);
  const silent = raw([""]);
  const many = Array.from({ length: 100 }, () => raw([`GET / HTTP/1.1\r\n${host}`]));
  const browser = new Browser(lake);
  expect((await browser.signIn(people.viewer, PASSWORD)).status).toBe(200);
  expect(await browser.result("/query", { method: "POST", body: question })).toBe("200");
  for (const { ms } of await Promise.all([slowHead, silent, ...many])) expect(ms).toBeLessThan(30_000);
  const { answer } = await slowBody;
  expect(answer).toContain('"code":"body-timeout"');
});

it("tells browsers to be strict, on every answer", async () => {
  for (const path of ["/", "/explore", "/api/v1/session", "/api/v1/nothing", "/assets/nothing.js"]) {
    const response = await fetch(`${lake.url}${path}`);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect([path, policy]).toEqual([path, expect.stringContaining("default-src 'none'; script-src 'self';")]);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(policy).toContain("frame-ancestors 'none'");
    const headers = Object.fromEntries(response.headers);
    expect([path, headers]).toEqual([
      path,
      expect.objectContaining({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      }),
    ]);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    if (path.startsWith("/api/")) expect(response.headers.get("cache-control")).toMatch(/no-store|no-cache/);
  }
});

it("gives each document a nonce of its own, and no script in it", async () => {
  const seen = new Set<string>();
  for (let count = 0; count < 3; count++) {
    const response = await fetch(lake.url);
    const text = await response.text();
    const nonce = /name="csp-nonce" content="([\w+/=]{24})"/.exec(text)?.[1] ?? "";
    expect(response.headers.get("content-security-policy")).toContain(`'nonce-${nonce}'`);
    expect(text).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|\sstyle=/);
    seen.add(nonce);
  }
  expect(seen.size).toBe(3);
});
