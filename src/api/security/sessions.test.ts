import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withAccounts } from "#access/index.js";
import { Browser, PASSWORD, people, question, ServedLake } from "./visits.fake.ts";

const lake = ServedLake.forTests("--auth", "password");

async function signedIn(name: string): Promise<Browser> {
  const browser = new Browser(lake);
  expect((await browser.signIn(name)).status).toBe(200);
  return browser;
}

it("tells nothing to whoever is not signed in, and all to whoever is", async () => {
  const browser = new Browser(lake);
  expect(await browser.session()).toEqual({
    version: "",
    auth: "password",
    user: null,
    csrf: null,
    expires: null,
    lake: null,
  });
  expect(await browser.result("/query", { method: "POST", body: question })).toBe("401 not-signed-in");
  await browser.signIn(people.viewer);
  expect((await browser.session()).user).toEqual({ name: people.viewer, role: "viewer" });
  expect(await browser.result("/query", { method: "POST", body: question })).toBe("200");
});

it("keeps the session in a cookie that no script reads and no other site has sent", async () => {
  const cookie = (await new Browser(lake).signIn(people.viewer)).headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^weir-session-\d+=[\w-]{43}; /);
  expect(cookie).toContain("HttpOnly");
  expect(cookie).toContain("SameSite=Strict");
  expect(cookie).toContain("Path=/");
});

it("wants of a session the token that only our own page knows", async () => {
  const [anna, vera] = [await signedIn(people.admin), await signedIn(people.viewer)];
  const ask = { method: "POST", body: question } as const;
  expect(await anna.result("/query", { ...ask, headers: { "x-weir-csrf": "" } })).toBe("403 csrf");
  expect(await anna.result("/query", { ...ask, headers: { "x-weir-csrf": vera.csrf ?? "" } })).toBe("403 csrf");
  expect(await anna.result("/users/vera", { method: "DELETE", headers: { "x-weir-csrf": "x" } })).toBe("403 csrf");
  expect(await anna.result("/query", ask)).toBe("200");
});

it("turns away what another site has a browser send", async () => {
  const anna = await signedIn(people.admin);
  const ask = { method: "POST", body: question } as const;
  const own = { origin: lake.url, "sec-fetch-site": "same-origin" };
  expect(await anna.result("/query", { ...ask, headers: own })).toBe("200");
  for (const headers of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: lake.url.replace("http:", "https:") },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ] as Record<string, string>[]) {
    expect([headers, await anna.result("/query", { ...ask, headers })]).toEqual([headers, "403 cross-site"]);
    // Signing a victim in as somebody else is a forged request, too.
    const body = { name: people.viewer, password: PASSWORD };
    expect(await new Browser(lake).result("/session", { method: "POST", body, headers })).toBe("403 cross-site");
  }
});

it("never takes over a session that was planted, and ends the one before", async () => {
  const browser = new Browser(lake);
  const name = (await signedIn(people.viewer)).cookie?.split("=")[0] ?? "";
  const planted = `${name}=${"p".repeat(43)}`;
  browser.cookie = planted;
  expect((await browser.session()).user).toBeNull();
  await browser.signIn(people.viewer);
  expect(browser.cookie).not.toBe(planted);
  const first = browser.cookie;
  await browser.signIn(people.viewer);
  expect(browser.cookie).not.toBe(first);
  const thief = new Browser(lake);
  thief.cookie = first;
  expect((await thief.session()).user).toBeNull();
});

it("ends a session by signing out, for whoever else holds the cookie, too", async () => {
  const browser = await signedIn(people.viewer);
  const copy = new Browser(lake);
  copy.cookie = browser.cookie;
  expect((await copy.session()).user).not.toBeNull();
  expect(await browser.result("/session", { method: "DELETE" })).toBe("204");
  expect((await copy.session()).user).toBeNull();
});

it("lets no cookie through that is not a session's secret", async () => {
  const name = (await signedIn(people.viewer)).cookie?.split("=")[0] ?? "";
  for (const secret of ["", "x", "x".repeat(43), "'; DROP TABLE users; --", "%00", "x".repeat(8000)]) {
    const browser = new Browser(lake);
    browser.cookie = `${name}=${secret}`;
    expect([secret, (await browser.session()).user]).toEqual([secret, null]);
  }
});

it("changes role, password and admission of open sessions at once", async () => {
  const anna = await signedIn(people.admin);
  const add = { name: "Carl", password: PASSWORD, role: "analyst" };
  expect(await anna.result("/users", { method: "POST", body: add })).toBe("201");
  expect(await anna.result("/users", { method: "POST", body: add })).toBe("409 user-exists");
  const [carl, carlElsewhere] = [await signedIn("carl"), await signedIn("CARL")];
  const change = (body: object): Promise<string> => anna.result("/users/carl", { method: "PATCH", body });

  expect(await change({ role: "viewer" })).toBe("200");
  expect((await carl.session()).user?.role).toBe("viewer");

  const next = "another four words then";
  const own = { current: PASSWORD, password: next };
  expect(await carl.result("/session/password", { method: "PUT", body: { ...own, current: "not this one" } })).toBe(
    "403 wrong-password",
  );
  expect(await carl.result("/session/password", { method: "PUT", body: own })).toBe("204");
  expect((await carl.session()).user?.name).toBe("carl");
  expect((await carlElsewhere.session()).user).toBeNull();

  expect(await change({ disabled: true })).toBe("200");
  expect((await carl.session()).user).toBeNull();
  expect((await new Browser(lake).signIn("carl", next)).status).toBe(401);
  expect(await change({ disabled: false })).toBe("200");
  expect((await new Browser(lake).signIn("carl", next)).status).toBe(200);

  expect(await anna.result("/users/carl", { method: "DELETE" })).toBe("204");
  expect(await anna.result("/users/carl", { method: "DELETE" })).toBe("404 unknown-user");
});

it("always leaves an admin", async () => {
  const anna = await signedIn(people.admin);
  expect(await anna.result("/users/anna", { method: "DELETE" })).toBe("409 last-admin");
  expect(await anna.result("/users/anna", { method: "PATCH", body: { role: "viewer" } })).toBe("409 last-admin");
  expect(await anna.result("/users/anna", { method: "PATCH", body: { disabled: true } })).toBe("409 last-admin");
});

it("refuses weak passwords and names that could mislead", async () => {
  const anna = await signedIn(people.admin);
  const add = (name: string, password: string): Promise<string> =>
    anna.result("/users", { method: "POST", body: { name, password, role: "viewer" } });
  expect(await add("dora", "short")).toBe("400 bad-request");
  expect(await add("dora", "aaaaaaaaaaaaaa")).toBe("400 weak-password");
  expect(await add("dora-the-first", "Dora-The-First")).toBe("400 weak-password");
  for (const name of ["<script>", "a b", "-rf", "local", "a\u202Eb", "\u0000"])
    expect([name, await add(name, PASSWORD)]).toEqual([name, "400 not-a-user-name"]);
});

it("gives the same answer for a wrong name, a wrong password and a user who is kept out", async () => {
  await withAccounts(lake.dataDir, "test", async (accounts) => {
    await accounts.addUser("emil", PASSWORD, "viewer");
    return { result: await accounts.changeUser("emil", { disabled: true }) };
  });
  const answers = [
    await new Browser(lake).signIn("emil"),
    await new Browser(lake).signIn("vera", "not her password"),
    await new Browser(lake).signIn("nobody-here"),
    await new Browser(lake).signIn("' OR 1=1 --"),
  ];
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  // All but the request's own number.
  const told = await Promise.all(
    answers.map(async (answer) => JSON.stringify({ ...((await answer.json()) as object), request_id: undefined })),
  );
  expect(new Set(told).size).toBe(1);
});

it("notes who did what, and keeps no secret in clear anywhere", async () => {
  const anna = await signedIn(people.admin);
  const typedInTheWrongField = "my-password-in-the-name-field";
  await new Browser(lake).signIn(typedInTheWrongField, "then something else");
  const made = await anna.send("/tokens", { method: "POST", body: { name: "robot", role: "viewer" } });
  const { secret } = (await made.json()) as { secret: string };
  const robot = { authorization: `Bearer ${secret}` };
  expect(await new Browser(lake).result("/query", { method: "POST", body: question, headers: robot })).toBe("200");

  const audit = await (await anna.send("/audit?limit=1000")).text();
  const { entries } = JSON.parse(audit) as {
    entries: { who: string; action: string; result: string; detail: string }[];
  };
  const told = entries.map(({ who, action, result }) => `${who} ${action} ${result}`);
  for (const line of [
    "anna session.open ok",
    "nobody session.open wrong-credentials",
    "anna token.create ok",
    "anna ask.query ok",
    "anna ask.query csrf",
    "anna user.add user-exists",
    "anna user.remove last-admin",
    "vera ask.query ok",
  ])
    expect(told).toContain(line);
  expect(entries.find(({ action }) => action === "ask.query")?.detail).toBe(JSON.stringify(question));

  const files = readdirSync(lake.dataDir).filter((name) => name.startsWith("catalog.db"));
  const kept = Buffer.concat(files.map((name) => readFileSync(join(lake.dataDir, name)))).toString("latin1");
  const session = anna.cookie?.split("=")[1] ?? "";
  expect(session).toHaveLength(43);
  for (const hidden of [PASSWORD, secret, session, anna.csrf ?? "", typedInTheWrongField])
    for (const [where, text] of Object.entries({ kept, audit, log: lake.server.told() }))
      expect([where, text.includes(hidden)]).toEqual([where, false]);
});
