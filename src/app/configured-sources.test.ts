import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openCatalog } from "#catalog/index.js";
import { listKnownSources } from "./configured-sources.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-configured-sources-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("tells a source that others push to as stopped while no server takes deliveries, and no other one", async () => {
  const sources = [{ name: "office" }, { name: "logs", folder }];
  const states = async () => {
    const known = await listKnownSources(folder, sources, { signal: new AbortController().signal });
    return known.map(({ state, lastError, run }) => [state, lastError !== null, run?.next ?? null]);
  };
  expect(await states()).toEqual([
    ["stopped", true, null],
    ["waiting", false, null],
  ]);
  const catalog = openCatalog(join(folder, "catalog.db"), { mode: "write" });
  const pushed = catalog.ensureSource("push", "push:office");
  const watched = catalog.ensureSource("folder", folder);
  const run = (error: string | null): void => {
    for (const source of [pushed, watched]) {
      catalog.sources.runStarted(source, "wa");
      catalog.sources.runEnded(source, error);
    }
  };
  run(null);
  expect(await states()).toEqual([
    ["stopped", true, expect.stringContaining("weir serve")],
    ["ok", false, null],
  ]);
  run("the disk is full");
  expect((await states())[0]).toEqual(["failing", true, null]);
  catalog.close();
});
