import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Database } from "./database.ts";
import { openCatalog } from "./index.ts";

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
