/**
 * Takes docs/console.png: the console's first page over the demo world, in the system's Chromium. Run it after `npm run build`.
 * The clock of demo, server and page is held near one instant, so that the picture changes only when the page does.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const NOW = Date.parse("2026-03-03T12:00:20Z");
const FILE = "docs/console.png";
const main = resolve("dist/cli/main.js");
const chromiumPath = [process.env.WEIR_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && path !== "" && existsSync(path),
);
if (chromiumPath === undefined) throw new Error("no Chromium: install it, or set WEIR_CHROMIUM to its path");

/** Loaded into each process: its clock begins at NOW. */
const preload = `
  const skew = ${NOW} - Date.now();
  globalThis.Date = class extends Date {
    constructor(...parts) { parts.length === 0 ? super(Date.now()) : super(...parts); }
    static now() { return super.now() + skew; }
  };`;
const clock = ["--import", `data:text/javascript,${encodeURIComponent(preload)}`];

const folder = mkdtempSync(join(tmpdir(), "weir-picture-"));
const lake = join(folder, "weir-demo");
const made = spawnSync(process.execPath, [...clock, main, "demo", "--data", lake], { encoding: "utf8" });
if (made.status !== 0) throw new Error(`weir demo ended with ${made.status}: ${made.stderr}`);
const server = spawn(process.execPath, [...clock, main, "serve", "--data", lake, "--port", "0"], {
  stdio: ["ignore", "pipe", "ignore"],
});
const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
try {
  const url = await new Promise((found) => {
    let told = "";
    server.stdout.on("data", (chunk) => {
      told += chunk;
      const address = /http:\/\/[^\s]+/.exec(told)?.[0];
      if (address !== undefined) found(address);
    });
  });
  const page = await browser.newPage({
    viewport: { width: 1440, height: 1080 },
    colorScheme: "light",
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  await page.clock.install({ time: NOW });
  await page.goto(url);
  while (
    (await page.evaluate(
      `document.querySelector("canvas") !== null && document.querySelector('[aria-busy="true"]') === null && !/Loading .* …/.test(document.body.innerText)`,
    )) !== true
  )
    await page.waitForTimeout(50);
  await page.clock.runFor(1000);
  await page.screenshot({ path: FILE, animations: "disabled" });
  console.log(`wrote ${FILE}`);
} finally {
  await browser.close();
  server.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
