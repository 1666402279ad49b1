import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { thrownCode } from "#base/error-code.fake.js";
import { Database } from "./database.ts";
import { openCatalog, type AuditEntry, type Catalog } from "./index.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 2, 3);
let folder: string;
let catalog: Catalog;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-access-"));
  catalog = openCatalog(join(folder, "catalog.db"), { mode: "write", clock: { now: () => NOW } });
});
afterEach(() => {
  catalog.close();
  rmSync(folder, { recursive: true });
});

const entry = (atMs: number, action: string, who = "anna", result = "ok"): AuditEntry => {
  return { atMs, who, role: "admin", from: "::1", action, target: "", result, detail: null, elapsedMs: null };
};

it("keeps a user's tokens and sessions as long as the user", () => {
  const { access } = catalog;
  access.addUser({ name: "anna", role: "admin", password: "hash" });
  access.addToken({ id: "t", hash: "h", name: "n", user: "anna", role: "viewer", expiresAtMs: null });
  access.openSession("s", "anna", NOW + DAY_MS, null);
  expect([access.tokenOf("h")?.user, access.session("s")?.user]).toEqual(["anna", "anna"]);
  access.removeUser("anna");
  access.addUser({ name: "anna", role: "viewer", password: "hash" });
  // Somebody else who gets the name gets nothing with it.
  expect([access.tokenOf("h"), access.session("s")]).toEqual([undefined, undefined]);
});

it("ends sessions that are over when another one begins", () => {
  const { access } = catalog;
  access.addUser({ name: "anna", role: "admin", password: "hash" });
  access.openSession("old", "anna", NOW - 1, null);
  access.openSession("before", "anna", NOW + 1, null);
  access.openSession("new", "anna", NOW + 1, "before");
  expect(["old", "before", "new"].map((hash) => access.session(hash) !== undefined)).toEqual([false, false, true]);
});

it("leaves an admin while there are others, and lets the last user go", () => {
  const { access } = catalog;
  access.addUser({ name: "anna", role: "admin", password: "hash" });
  access.addUser({ name: "vera", role: "viewer", password: "hash" });
  expect(thrownCode(() => access.removeUser("anna"))).toBe("last-admin");
  expect(thrownCode(() => access.changeUser("anna", { disabled: true }))).toBe("last-admin");
  access.changeUser("vera", { role: "admin" });
  access.removeUser("anna");
  access.removeUser("vera");
  expect(access.hasUsers()).toBe(false);
});

it("finds entries by who, action and its beginning, result, time, page by page", () => {
  const { access } = catalog;
  access.appendAudit([
    entry(NOW - 4000, "user.add"),
    entry(NOW - 3000, "ask.query", "vera"),
    entry(NOW - 2000, "user.remove", "anna", "last-admin"),
    entry(NOW - 1000, "username", "a\u0000b\uD800"),
  ]);
  const actions = (ask: object): string[] => access.audit({ limit: 10, ...ask }).entries.map(({ action }) => action);
  expect(actions({})).toEqual(["username", "user.remove", "ask.query", "user.add"]);
  expect(actions({ action: "user" })).toEqual(["user.remove", "user.add"]);
  expect(actions({ action: "user.add" })).toEqual(["user.add"]);
  expect(actions({ action: "u%" })).toEqual([]);
  expect(actions({ who: "vera" })).toEqual(["ask.query"]);
  expect(actions({ result: "failed" })).toEqual(["user.remove"]);
  expect(actions({ fromMs: NOW - 3000, toMs: NOW - 1000 })).toEqual(["user.remove", "ask.query"]);
  const first = access.audit({ limit: 3 });
  expect(first.entries).toHaveLength(3);
  expect(access.audit({ limit: 3, before: first.next ?? 0 })).toMatchObject({
    entries: [{ action: "user.add" }],
    next: null,
  });
});

it("deletes what is old, and of too many the oldest: what was done is not pushed out by what was asked", () => {
  const { access } = catalog;
  access.appendAudit([entry(NOW - 401 * DAY_MS, "user.add"), entry(NOW - 399 * DAY_MS, "user.add")]);
  const db = new Database(join(folder, "catalog.db"), "write");
  db.run(
    `WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 200100)
     INSERT INTO audit (at_ms, who, role, came_from, action, target, result) SELECT ?, 'vera', '', '', 'ask.query', '', 'ok' FROM n`,
    [BigInt(NOW)],
  );
  access.pruneAudit();
  const counts = db.all("SELECT action, count(*) AS kept FROM audit GROUP BY action ORDER BY action");
  db.close();
  expect(counts).toEqual([
    expect.objectContaining({ action: "ask.query", kept: 200_000 }),
    expect.objectContaining({ action: "user.add", kept: 1 }),
  ]);
});
