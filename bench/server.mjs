/** A server over a lake, and a browser, for benchmarks of the API and the page. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { treeMemory } from "./measure.mjs";

const weir = resolve("dist/cli/main.js");

/** The system's Chromium. @throws when there is none: these figures need a browser */
export function chromiumPath() {
  const path = [
    process.env.WEIR_CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ].find((candidate) => candidate !== undefined && candidate !== "" && existsSync(candidate));
  if (path === undefined) throw new Error("no Chromium: install it, or set WEIR_CHROMIUM to its path");
  return path;
}

/** Starts `weir serve` on a free port. @returns its address, the memory of its processes, and what ends it */
export async function serve(lake) {
  const child = spawn(process.execPath, [weir, "serve", "--data", lake, "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let told = "";
  const url = await new Promise((found, failed) => {
    const hear = (chunk) => {
      told += chunk;
      const address = /http:\/\/[^\s]+/.exec(told)?.[0];
      if (address !== undefined) found(address);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => failed(new Error(`weir serve ended with ${code}: ${told}`)));
  });
  const stop = () =>
    new Promise((done) => {
      child.once("exit", done);
      child.kill("SIGTERM");
    });
  return { url, memory: () => treeMemory(child.pid).shared, stop };
}

/** Asks the API. @returns the answer and how long it took, milliseconds */
export async function post(url, path, body) {
  const started = performance.now();
  const response = await fetch(`${url}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return { answer, ms: performance.now() - started };
}
