import { expect, it } from "vitest";
import type { SavedViewJson, SavedViewsJson } from "#api/contract/index.js";
import { Browser, people, ServedLake } from "./visits.fake.ts";

const lake = ServedLake.forTests("--auth", "password");
const view = { name: "Denied", page: "/explore", search: "?q=verdict+%3D+denied", shared: false };
const link = "/export?dataset=flows&format=csv&from=2026-03-03&to=2026-03-04";

async function signedIn(name: string): Promise<Browser> {
  const browser = new Browser(lake);
  await browser.signIn(name);
  return browser;
}

async function saved(browser: Browser, over: Partial<typeof view> = {}): Promise<SavedViewJson> {
  return (await (await browser.send("/views", { method: "POST", body: { ...view, ...over } })).json()) as SavedViewJson;
}

async function seen(browser: Browser): Promise<string[]> {
  return ((await (await browser.send("/views")).json()) as SavedViewsJson).views.map(({ name }) => name);
}

it("keeps views for their owner, and lets analysts share them", async () => {
  const [vera, ben, anna] = await Promise.all([people.viewer, people.analyst, people.admin].map(signedIn));
  if (vera === undefined || ben === undefined || anna === undefined) throw new Error("nobody is signed in");
  expect(await vera.result("/views", { method: "POST", body: { ...view, shared: true } })).toBe("403 not-allowed");
  const own = await saved(vera);
  const shared = await saved(ben, { name: "everybody's", shared: true });
  expect([await seen(vera), await seen(ben)]).toEqual([["Denied", "everybody's"], ["everybody's"]]);
  const change = { method: "PUT", body: { ...view, name: "mine now" } };
  expect(await vera.result(`/views/${shared.id}`, change)).toBe("403 not-allowed");
  expect(await vera.result(`/views/${shared.id}`, { method: "DELETE" })).toBe("403 not-allowed");
  expect(await ben.result(`/views/${own.id}`, { method: "DELETE" })).toBe("404 unknown-view");
  expect(await ben.result(`/views/${shared.id}`, change)).toBe("200");
  expect(await seen(vera)).toEqual(["Denied"]);
  expect(await anna.result(`/views/${shared.id}`, { method: "DELETE" })).toBe("200");
  expect(await seen(ben)).toEqual([]);
});

it("keeps no link that leads out of the console", async () => {
  const vera = await signedIn(people.viewer);
  for (const page of ["//evil.example", "https://evil.example", "/../x", "/a//b", "explore", "/Explore", "/a/"])
    expect([page, await vera.result("/views", { method: "POST", body: { ...view, page } })]).toEqual([
      page,
      "400 bad-request",
    ]);
  for (const search of ["q=1", "?q=1#x", "/evil"])
    expect(await vera.result("/views", { method: "POST", body: { ...view, search } })).toBe("400 bad-request");
});

it("lets analysts export, by link and by token, and notes it", async () => {
  const [vera, ben, anna] = await Promise.all([people.viewer, people.analyst, people.admin].map(signedIn));
  expect(await vera?.result(link)).toBe("403 not-allowed");
  expect(await new Browser(lake).result(link)).toBe("401 not-signed-in");
  const { secret } = await lake.token("viewer", "analyst");
  const headers = { authorization: `Bearer ${secret}` };
  expect(await new Browser(lake).result(link, { headers })).toBe("403 not-allowed");
  const answer = await ben?.send(link);
  expect((await answer?.text())?.split("\n").length).toBeGreaterThan(200);
  expect(answer?.headers.get("content-disposition")).toBe(
    'attachment; filename="weir-flows-20260303T0000Z-20260304T0000Z.csv"',
  );
  const audit = (await (await anna?.send("/audit?action=export"))?.json()) as {
    entries: { who: string; detail: string }[];
  };
  expect(audit.entries.map(({ who }) => who)).toContain(people.analyst);
  expect(audit.entries.some(({ detail }) => detail.includes("dataset=flows"))).toBe(true);
});
