import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openCatalog } from "#catalog/index.js";
import { takeWriter } from "../store/lake/writer-lock.ts";
import { knownRun } from "./run-state.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-run-state-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("tells a run whose process has died at once, and one that goes on, was stopped or ended by itself", () => {
  mkdirSync(join(folder, "writers"));
  const catalog = openCatalog(join(folder, "catalog.db"), { mode: "write" });
  const sourceId = catalog.ensureSource("s3", "s3://logs/");
  const known = () => knownRun(folder, catalog.sources.list()[0]?.run ?? null);
  expect(known()).toEqual({ run: null, state: "waiting" });

  const first = takeWriter(folder);
  catalog.sources.runStarted(sourceId, first.id);
  expect(known()).toMatchObject({ state: "collecting", run: { error: null } });
  first.release();
  expect(known()).toMatchObject({ state: "stopped", run: { code: "run-killed" } });

  const second = takeWriter(folder);
  catalog.sources.runStarted(sourceId, second.id);
  // Somebody else's end is not its own.
  catalog.sources.runStopped(sourceId, first.id);
  expect(known().state).toBe("collecting");
  catalog.sources.runStopped(sourceId, second.id);
  second.release();
  expect(known()).toMatchObject({ state: "ok", run: { error: null } });

  catalog.sources.runStarted(sourceId, second.id);
  catalog.sources.runEnded(sourceId, "not allowed");
  expect(known()).toMatchObject({ state: "failing", run: { error: "not allowed" } });
  catalog.close();
});
