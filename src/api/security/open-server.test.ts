import { expect, it } from "vitest";
import { Browser, people, question, ServedLake } from "./visits.fake.ts";

const lake = ServedLake.forTests();
const ask = { method: "POST", body: question } as const;

/** fetch would not let a Host header be set. */
async function underName(host: string, path = "/api/v1/session"): Promise<number> {
  const { request } = await import("node:http");
  const { hostname, port } = new URL(lake.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end();
  });
}

it("needs no sign-in on its own machine, and says so", async () => {
  const browser = new Browser(lake);
  expect(await browser.session()).toMatchObject({ auth: "none", user: { name: "local", role: "admin" }, csrf: null });
  expect(await browser.result("/query", ask)).toBe("200");
  expect(await browser.result("/session", { method: "POST", body: { name: "anna", password: "x" } })).toBe(
    "409 no-sign-in",
  );
  expect(await browser.result("/tokens", { method: "POST", body: { name: "x", role: "viewer" } })).toBe(
    "409 no-sign-in",
  );
});

it("answers under no name that somebody could point at this machine", async () => {
  const { port } = new URL(lake.url);
  for (const host of [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    `[::1]:${port}`,
    "localhost",
    "LOCALHOST:1",
    "127.1.2.3",
  ])
    expect([host, await underName(host)]).toEqual([host, 200]);
  for (const host of [
    `evil.example:${port}`,
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "0.0.0.0",
    "10.0.0.1",
    "[::2]",
  ]) {
    expect([host, await underName(host)]).toEqual([host, 421]);
    // Not even the page: a script of it would be the other site's.
    expect([host, await underName(host, "/")]).toEqual([host, 421]);
  }
});

it("does nothing for a page of another site", async () => {
  for (const headers of [
    { origin: "http://evil.example" },
    { origin: "http://localhost:1" },
    { "sec-fetch-site": "cross-site" },
  ] as Record<string, string>[])
    expect([headers, await new Browser(lake).result("/query", { ...ask, headers })]).toEqual([
      headers,
      "403 cross-site",
    ]);
  expect(await new Browser(lake).result("/query", { ...ask, headers: { origin: lake.url } })).toBe("200");
});

it("believes nobody who says where he comes from", async () => {
  const browser = new Browser(lake);
  await browser.result("/query", { ...ask, headers: { "x-forwarded-for": "203.0.113.9" } });
  const { entries } = (await (await browser.send("/audit?action=ask")).json()) as { entries: { from: string }[] };
  expect(new Set(entries.map(({ from }) => from))).toEqual(new Set(["127.0.0.1"]));
});

it("knows tokens all the same, and what they may not", async () => {
  const { secret } = await lake.token("viewer");
  const headers = { authorization: `Bearer ${secret}` };
  expect((await (await new Browser(lake).send("/session", { headers })).json()) as object).toMatchObject({
    user: { name: people.viewer, role: "viewer" },
  });
  expect(await new Browser(lake).result("/users", { headers })).toBe("403 not-allowed");
  expect(await new Browser(lake).result("/users", { headers: { authorization: "Bearer x" } })).toBe("401 bad-token");
});
