import { join } from "node:path";
import { expect, it } from "vitest";
import { withAccounts } from "../src/access/index.ts";
import { isAtLeast, roles, type Role } from "../src/model/roles.ts";
import { Database } from "../src/catalog/database.ts";
import { routeRules } from "../src/api/security/route-rules.ts";
import { Browser, people, question, ServedLake } from "../src/api/security/visits.fake.ts";

const lake = ServedLake.forTests("--auth", "password");

async function asked(secret: string, path = "/session"): Promise<string> {
  return new Browser(lake).result(path, { headers: { authorization: `Bearer ${secret}` } });
}

it("takes a token that is good, and none that is forged, expired or revoked", async () => {
  const { id, secret } = await lake.token("viewer");
  expect(await asked(secret)).toBe("200");
  const forged = [`${secret}x`, secret.slice(0, -1), `weir_${"A".repeat(43)}`, "", "x", "weir_", secret.toUpperCase()];
  for (const each of forged) expect([each, await asked(each)]).toEqual([each, "401 bad-token"]);
  expect(await new Browser(lake).result("/session", { headers: { authorization: "Basic YTpi" } })).toBe(
    "401 bad-token",
  );

  const db = new Database(join(lake.dataDir, "catalog.db"), "write");
  db.run("UPDATE tokens SET expires_at_ms = ? WHERE id = ?", [BigInt(Date.now() - 1), id]);
  expect(await asked(secret)).toBe("401 bad-token");
  db.run("UPDATE tokens SET expires_at_ms = ? WHERE id = ?", [BigInt(Date.now() + 60_000), id]);
  db.close();
  expect(await asked(secret)).toBe("200");
  await withAccounts(lake.dataDir, "test", async (accounts) => ({ result: await accounts.revokeToken(id) }));
  expect(await asked(secret)).toBe("401 bad-token");
});

it("does not ask a token for what only browsers need", async () => {
  const { secret } = await lake.token("viewer");
  const sent = { method: "POST", body: question, headers: { authorization: `Bearer ${secret}` } } as const;
  expect(await new Browser(lake).result("/query", sent)).toBe("200");
});

it("lets a token do what both it and its user may", async () => {
  const { secret } = await lake.token("viewer", "admin");
  expect(await asked(secret)).toBe("200");
  expect(await asked(secret, "/users")).toBe("403 not-allowed");
  const strong = await lake.token("analyst");
  const change = async (role: Role, disabled = false): Promise<void> =>
    withAccounts(lake.dataDir, "test", async (accounts) => {
      await accounts.changeUser(people.analyst, { role, disabled });
      return { result: undefined };
    });
  await change("viewer");
  const session = await new Browser(lake).send("/session", { headers: { authorization: `Bearer ${strong.secret}` } });
  expect(((await session.json()) as { user: { role: string } }).user.role).toBe("viewer");
  await change("analyst", true);
  expect(await asked(strong.secret)).toBe("401 bad-token");
  await change("analyst");
});

it("makes no token that may do more than its user, and none by a token", async () => {
  const vera = new Browser(lake);
  await vera.signIn(people.viewer);
  const make = (body: object): Promise<string> => vera.result("/tokens", { method: "POST", body });
  expect(await make({ name: "more", role: "admin" })).toBe("403 role-too-high");
  expect(await make({ name: "for ever", role: "viewer", expires_in: "5000d" })).toBe("400 not-a-duration");
  expect(await make({ name: "good", role: "viewer", expires_in: "8h" })).toBe("201");
  const { secret } = await lake.token("admin");
  const headers = { authorization: `Bearer ${secret}` };
  const body = { name: "child", role: "viewer" };
  expect(await new Browser(lake).result("/tokens", { method: "POST", body, headers })).toBe("403 not-by-token");
});

it("shows and revokes tokens of others for admins only", async () => {
  const { id } = await lake.token("admin");
  const [vera, anna] = [new Browser(lake), new Browser(lake)];
  await vera.signIn(people.viewer);
  await anna.signIn(people.admin);
  expect(await vera.result("/tokens?of=all")).toBe("403 not-allowed");
  const own = (await (await vera.send("/tokens")).json()) as { tokens: { user: string }[] };
  expect(own.tokens.every(({ user }) => user === people.viewer)).toBe(true);
  expect(await vera.result(`/tokens/${id}`, { method: "DELETE" })).toBe("403 not-allowed");
  expect(await anna.result("/tokens?of=all")).toBe("200");
  expect(await anna.result(`/tokens/${id}`, { method: "DELETE" })).toBe("204");
  expect(await anna.result(`/tokens/${id}`, { method: "DELETE" })).toBe("404 unknown-token");
});

it("lets nobody below a route's role through, for every route", async () => {
  const secrets = new Map<Role, string>();
  for (const role of roles) secrets.set(role, (await lake.token(role)).secret);
  const guarded = [...routeRules].flatMap(([route, { least }]) => {
    const [method = "", path = ""] = route.split(" ");
    return least === "anyone" ? [] : [{ route, method, least, path: path.replaceAll(/:\w+|\*/g, "x") }];
  });
  expect(guarded.length).toBeGreaterThan(8);
  for (const { route, method, path, least } of guarded) {
    const ask = async (headers: Record<string, string>): Promise<number> => {
      const init = { method, headers: { ...headers, "content-type": "application/json" } };
      const response = await fetch(`${lake.url}${path}`, method === "GET" ? init : { ...init, body: "{}" });
      await response.body?.cancel();
      return response.status;
    };
    expect([route, "nobody", await ask({})]).toEqual([route, "nobody", 401]);
    for (const role of roles) {
      if (isAtLeast(role, least)) continue;
      const status = await ask({ authorization: `Bearer ${secrets.get(role) ?? ""}` });
      expect([route, role, status]).toEqual([route, role, 403]);
    }
    // Writing the method or the path in another way opens nothing.
    const again = await fetch(`${lake.url}${path}/`, {
      method,
      headers: { authorization: `Bearer ${secrets.get("viewer")}` },
    });
    await again.body?.cancel();
    if (least === "admin") expect([route, again.status]).not.toEqual([route, 200]);
  }
});
