/** The page in a real browser: when something is painted, when everything is there, how it scrolls, how much script it loads. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { tenObjects } from "./ingest.mjs";
import { median } from "./measure.mjs";
import { chromiumPath, serve } from "./server.mjs";
import * as bench from "./workbench.mjs";

const { add, n, MILLION, rounds, quick } = bench;
/** Nothing is loading, and no answer is old. */
const IS_SETTLED = `document.querySelector('[aria-busy="true"]') === null && !/Loading .* …/.test(document.body.innerText)`;
const SCROLL_MS = 5000;

/** Playwright's own waiting evaluates text in the page, which its security policy forbids. */
async function until(page, expression) {
  while ((await page.evaluate(expression)) !== true) await page.waitForTimeout(20);
}

export async function benchPage() {
  initialScript();
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
  try {
    const demo = await bench.madeOnce("lake-demo", (folder) => bench.runWeir("demo", "--data", folder));
    await overview(browser, demo, "the demo", 0.8);
    const v2 = await tenObjects();
    const lake = bench.workPath("page-lake");
    await bench.ingest(v2.folder, lake);
    await overview(browser, lake, `${n(v2.truth.records / MILLION, 1)} M records`, 1.5);
    await scrolling(browser, lake);
  } finally {
    await browser.close();
  }
}

/** What the document itself asks for, gzipped: the entry and what it imports statically. */
function initialScript() {
  const html = readFileSync("dist/web/index.html", "utf8");
  const names = new Set([...html.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)].map(([, name]) => name));
  const all = readdirSync("dist/web/assets").filter((name) => name.endsWith(".js"));
  const size = (list) =>
    list.reduce((sum, name) => sum + gzipSync(readFileSync(join("dist/web/assets", name))).length, 0);
  const initial = size([...names]);
  add(
    "initial script, gzipped",
    `${n(initial / 1000, 0)} kB`,
    `all of it ${n(size(all) / 1000, 0)} kB`,
    `${n(initial / 1000, 0)} kB`,
    "≤ 350 kB",
    initial <= 350_000,
  );
}

/** Overview opened by somebody who has nothing of it in the cache; the server was asked before, as it is in use. */
async function overview(browser, lake, what, target) {
  const server = await serve(lake);
  try {
    const painted = [];
    const complete = [];
    for (let round = 0; round <= rounds; round++) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      const started = performance.now();
      await page.goto(server.url);
      await until(page, `${IS_SETTLED} && document.querySelector("canvas") !== null`);
      // The first one starts the processes that answer.
      if (round > 0) {
        complete.push((performance.now() - started) / 1000);
        painted.push(
          (await page.evaluate(`performance.getEntriesByName("first-contentful-paint")[0].startTime`)) / 1000,
        );
      }
      await context.close();
    }
    const seconds = median(painted);
    add(
      `Overview, first contentful paint, ${what}`,
      `${n(seconds)} s`,
      `everything is there after ${n(median(complete))} s`,
      `${n(seconds)} s`,
      `≤ ${target} s`,
      seconds <= target,
    );
  } finally {
    await server.stop();
  }
}

/** Turns the wheel over the table of conversations for some seconds. */
async function scrolling(browser, lake) {
  const server = await serve(lake);
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.url}/conversations`);
    await until(page, IS_SETTLED);
    const box = await page.getByRole("grid").first().boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.evaluate(
      `(() => { window.frames_seen = 0; const count = () => { window.frames_seen++; requestAnimationFrame(count); }; requestAnimationFrame(count); })()`,
    );
    const started = performance.now();
    while (performance.now() - started < SCROLL_MS) {
      await page.mouse.wheel(0, 600);
      await page.waitForTimeout(30);
    }
    const frames = (await page.evaluate("window.frames_seen")) / ((performance.now() - started) / 1000);
    const rows = quick ? "a tenth" : "5 M flows";
    add(
      "scrolling the table of conversations",
      `${n(frames, 0)} frames/s`,
      `over ${rows}, pages of it loaded meanwhile`,
      `${n(frames, 0)}/s`,
      "≥ 50/s",
      frames >= 50,
    );
  } finally {
    await server.stop();
  }
}
