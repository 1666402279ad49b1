/** Compiles src/ to dist/ and the page to dist/web, from nothing, so that a deleted source leaves no file behind. */
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { createRequire } from "node:module";

rmSync("dist", { recursive: true, force: true });
const { resolve } = createRequire(import.meta.url);
const run = (script, ...args) => {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};
run(resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json");
run("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn");
chmodSync("dist/cli/main.js", 0o755);
