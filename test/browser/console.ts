import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { startServer, type Server } from "../server.ts";
import { chromiumPath } from "./chromium.ts";

export const themes = ["light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** A page that is watched: what it logs as an error, what it throws, and where its requests go. */
export interface WatchedPage {
  readonly page: Page;
  /** Faults so far; a test ends with none, or takes the ones that it made. */
  readonly faults: string[];
}

interface PageOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
}

/** The browser of a test file. */
export class Console {
  #browser: Browser | undefined;
  readonly #contexts: BrowserContext[] = [];

  async start(): Promise<void> {
    this.#browser = await chromium.launch({ executablePath: chromiumPath ?? "", args: ["--no-sandbox"] });
  }

  async stop(): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.#browser?.close();
  }

  /** A page in a context of its own, with the theme that the machine asks for. */
  async open(url: string, { theme = "light", width = 1440, height = 900 }: PageOptions = {}): Promise<WatchedPage> {
    if (this.#browser === undefined) throw new Error("the browser was not started");
    const context = await this.#browser.newContext({
      colorScheme: theme,
      viewport: { width, height },
      timezoneId: "UTC",
      acceptDownloads: true,
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    const faults: string[] = [];
    const { origin } = new URL(url);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning")
        faults.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`thrown: ${error.message}`));
    page.on("request", (request) => {
      const target = new URL(request.url());
      if (target.protocol.startsWith("http") && target.origin !== origin)
        faults.push(`left the origin: ${request.url()}`);
    });
    await page.goto(url);
    return { page, faults };
  }
}

/** Whether there is a browser; tests without one are skipped (test/browser/world.ts says so, and fails where it is required). */
export const hasBrowser = chromiumPath !== undefined;

/** The browser of the tests around it. */
export function useConsole(): Console {
  const console = new Console();
  beforeAll(() => console.start());
  afterAll(() => console.stop());
  return console;
}

/** A server over a lake for the tests around it. */
export function useServer(lake: () => string, ...args: string[]): { readonly url: () => string } {
  let server: Server | undefined;
  beforeAll(async () => {
    server = await startServer(lake(), ...args);
  });
  afterAll(() => server?.stop());
  return { url: () => server?.url ?? "" };
}

/** Nothing is loading, and no answer is old. */
const IS_SETTLED = `document.querySelector('[aria-busy="true"]') === null && !/Loading .* …/.test(document.body.innerText)`;

/** Waits until an expression holds. Playwright's own waiting evaluates text in the page, which its security policy forbids. */
export async function until(page: Page, expression: string, timeoutMs = 60_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while ((await page.evaluate(expression)) !== true) {
    if (performance.now() > end) throw new Error(`${expression} did not come true within ${timeoutMs / 1000} s`);
    await page.waitForTimeout(50);
  }
}

/** Waits until the page shows what it wants to show; a second look, because one answer can ask for the next. */
export async function settled(page: Page): Promise<void> {
  await until(page, IS_SETTLED);
  await page.waitForTimeout(400);
  await until(page, IS_SETTLED);
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** What keeps people out: serious and critical violations by axe-core, each with its first places. */
export async function barriers(page: Page): Promise<string[]> {
  // Evaluated by the debugger, past the page's content security policy.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as AxeResult;
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(
            ({ html, failureSummary }) => `${html.slice(0, 160)} (${failureSummary.split("\n").slice(0, 3).join(" ")})`,
          )
          .join(" | ")}`,
    );
}

const SCREENS = resolve("test-results/screens");

/** Writes a picture of the page, for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENS, { recursive: true });
  await page.screenshot({ path: join(SCREENS, `${name}.png`), fullPage: false, animations: "disabled" });
}

/** No fault so far. */
export function expectNoFaults({ faults }: WatchedPage): void {
  expect(faults).toEqual([]);
}
