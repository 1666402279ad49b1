import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { Database } from "./database.ts";
import { openCatalog, type RunOutcome } from "./index.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-schema-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("says so when a newer version wrote the catalog, and leaves it alone", () => {
  const path = join(folder, "newer.db");
  openCatalog(path, { mode: "write" }).close();
  const db = new Database(path, "write");
  db.run("UPDATE meta SET value = '999' WHERE key = 'schema'");
  db.close();
  for (const mode of ["read", "write"] as const)
    expect(() => openCatalog(path, { mode })).toThrow(expect.objectContaining({ code: "catalog-newer", place: path }));
});

it("adds to a lake of an older version what it has not, and loses nothing", () => {
  const path = join(folder, "older.db");
  openCatalog(path, { mode: "write" }).close();
  const db = new Database(path, "write");
  db.exec("DROP TABLE source_runs");
  db.exec(
    "CREATE TABLE source_runs (source_id INTEGER PRIMARY KEY REFERENCES sources (id), started_at_ms INTEGER NOT NULL, ended_at_ms INTEGER, error TEXT) STRICT",
  );
  db.run("INSERT INTO sources (id, kind, uri) VALUES (?, ?, ?)", [1n, "folder", "/logs"]);
  db.run("INSERT INTO source_runs (source_id, started_at_ms, error) VALUES (?, ?, ?)", [1n, 5n, "no"]);
  db.exec("CREATE TABLE object_parts (object_id INTEGER PRIMARY KEY) STRICT");
  db.run("UPDATE meta SET value = '4' WHERE key = 'schema'");
  db.close();
  const catalog = openCatalog(path, { mode: "write" });
  expect(catalog.sources.list()).toMatchObject([
    { uri: "/logs", run: { startedMs: 5, error: "no", runs: 0, writer: null } },
  ]);
  catalog.close();
  const asking = new Database(path, "read");
  expect(asking.all("SELECT name FROM sqlite_master WHERE name = 'object_parts'")).toEqual([]);
  asking.close();
});

it("brings a lake of an older version up to date also for who only reads, or says that it cannot", () => {
  const path = join(folder, "asked.db");
  openCatalog(path, { mode: "write" }).close();
  const older = (): void => {
    const db = new Database(path, "write");
    for (const table of ["frozen_hours", "looks", "name_sources"]) db.exec(`DROP TABLE IF EXISTS ${table}`);
    db.run("UPDATE meta SET value = '2' WHERE key = 'schema'");
    db.close();
  };
  older();
  const catalog = openCatalog(path, { mode: "read" });
  expect(catalog.lateHours()).toEqual([]);
  expect(catalog.names()).toEqual([]);
  expect(() => catalog.setRetentionDays("flows", 1)).toThrow("readonly");
  catalog.close();
  older();
  const refused = vi.spyOn(Database.prototype, "write").mockImplementation(() => {
    throw new Error("attempt to write a readonly database");
  });
  expect(() => openCatalog(path, { mode: "read" })).toThrow(
    expect.objectContaining({ code: "catalog-older", place: path }),
  );
  refused.mockRestore();
});

it("finds what is not read without going through all that is, in a lake of an older version, too", () => {
  const path = join(folder, "unread.db");
  openCatalog(path, { mode: "write" }).close();
  const db = new Database(path, "write");
  db.exec("DROP INDEX objects_unread");
  db.run("UPDATE meta SET value = '5' WHERE key = 'schema'");
  db.close();
  const catalog = openCatalog(path, { mode: "write" });
  const asked = vi.spyOn(Database.prototype, "all");
  catalog.sources.waiting(1, 0, 10);
  catalog.sources.triedSince(1, 0);
  catalog.sources.leftOutSince(1, 0);
  const statements = asked.mock.calls.map(([sql, parameters]) => ({ sql, parameters }));
  asked.mockRestore();
  const asking = new Database(path, "read");
  for (const { sql, parameters } of statements) {
    const plan = asking.all(`EXPLAIN QUERY PLAN ${sql}`, parameters).map(({ detail }) => String(detail));
    expect(plan.join("; ")).toContain("INDEX objects_unread");
  }
  expect(statements).toHaveLength(3);
  asking.close();
  catalog.close();
});

it("keeps what runs of a source did: the newest one, and all of them together", () => {
  const catalog = openCatalog(join(folder, "runs.db"), { mode: "write" });
  const id = catalog.ensureSource("s3", "s3://logs/");
  const requests = { lists: 2, gets: 3, others: 0, bytes: 400, throttled: 1, retries: 1 };
  const did: RunOutcome = {
    code: null,
    next: null,
    seen: 5,
    read: 3,
    failed: 0,
    bytes: 1000,
    seconds: 2,
    newestFlow: 7_000_000,
    requests,
  };
  const run = (error: string | null, outcome: Partial<RunOutcome>): void => {
    catalog.sources.runStarted(id, "w1");
    catalog.sources.runEnded(id, error, { ...did, ...outcome });
  };
  run(null, {});
  run("not allowed", { seen: 1, read: 0, failed: 1, newestFlow: null });
  run("not allowed", { seen: 0, read: 0, failed: 0, newestFlow: 6_000_000 });
  const [row] = catalog.sources.list();
  expect(row?.run).toMatchObject({ error: "not allowed", failures: 2, seen: 0, newestFlow: 7_000_000, runs: 3 });
  expect(row?.run).toMatchObject({ readBytes: 1000, readSeconds: 2, requests: { lists: 6, gets: 9, throttled: 3 } });
  expect(row?.run?.lastGoodMs).toBeLessThanOrEqual(row?.run?.endedMs ?? 0);
  catalog.close();
});
