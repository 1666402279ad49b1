import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { main } from "../weir.ts";
import { chromiumPath, isRequired } from "./chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The lake of the demo world that all browser tests look at; empty without a browser. */
    demoLake: string;
  }
}

let folder: string | undefined;

/** Makes the demo world once for all browser tests. */
export function setup(project: TestProject): void {
  if (chromiumPath === undefined) {
    if (isRequired)
      throw new Error("the browser tests are required, and there is no Chromium: install it, or set WEIR_CHROMIUM");
    process.stderr.write(
      "\nSKIPPED: all tests in test/browser, because there is no Chromium. Set WEIR_CHROMIUM to its path.\n\n",
    );
    project.provide("demoLake", "");
    return;
  }
  folder = mkdtempSync(join(tmpdir(), "weir-browser-"));
  const demoLake = join(folder, "weir-demo");
  const run = spawnSync(process.execPath, [main, "demo", "--data", demoLake], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`weir demo ended with ${run.status}: ${run.stderr}`);
  project.provide("demoLake", demoLake);
}

/** Takes it away again. */
export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
