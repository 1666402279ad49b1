import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nsgRecord, wrapped } from "../../src/decode/azure/azure-records.fake.ts";
import { newPlace } from "../weir-process.ts";
import { expectNoFaults, hasBrowser, settled, useConsole, useServer, type WatchedPage } from "./console.ts";

const START = Date.UTC(2026, 2, 1, 10) / 1000;
const rule = "<img src=x onerror=alert(1)>";
const clientName = '"><script>alert(2)</script>';
const serverName = "<svg onload=alert(3)>{{7*7}}";

/** Whatever would show that text of a log was taken for markup. */
async function expectText(watched: WatchedPage, dialogs: readonly string[]): Promise<void> {
  const { page } = watched;
  expect(await page.locator("img[src=x], svg[onload], body script:not([src])").count()).toBe(0);
  expect(dialogs).toEqual([]);
  expectNoFaults(watched);
}

function dialogsOf(page: Page): string[] {
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return dialogs;
}

describe.skipIf(!hasBrowser)("markup in rules, names and filters", () => {
  const { folder, lake, weir } = newPlace();
  beforeAll(() => {
    if (!hasBrowser) return;
    const tuple = (port: number): string => `${START + port - 3000},10.1.0.9,10.1.0.4,${port},443,T,I,D,B,,,,`;
    const log = wrapped(nsgRecord(2, [{ rule, tuples: [tuple(3001), tuple(3002), `${rule},not,a,tuple`] }]));
    writeFileSync(join(folder, "nsg.json"), log);
    const names = [
      { cidr: "10.1.0.9/32", name: clientName },
      { cidr: "10.1.0.4/32", name: serverName },
    ];
    writeFileSync(join(folder, "names.yaml"), JSON.stringify(names));
    for (const args of [
      ["names", "add", "names.yaml"],
      ["ingest", "nsg.json"],
    ]) {
      const { status, stderr } = weir(args);
      expect(status, stderr).toBe(0);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const console = useConsole();
  const server = useServer(() => lake);

  it("is text in the table of conversations, in a row's panel and in its records", async () => {
    const watched = await console.open(`${server.url()}/conversations`);
    const { page } = watched;
    const dialogs = dialogsOf(page);
    const grid = page.getByRole("grid");
    await grid.getByText(rule).first().waitFor();
    await grid.getByText(clientName).first().waitFor();
    await grid.getByText(serverName).first().waitFor();
    await grid.locator("[data-index='0']").getByRole("gridcell").first().click();
    const panel = page.getByRole("complementary", { name: "The row that is open" });
    await panel.getByRole("heading", { name: clientName }).waitFor();
    await panel.getByText(rule).first().waitFor();
    await panel.getByRole("tab", { name: "Evidence" }).click();
    await panel.getByRole("article").first().waitFor();
    await grid.getByText(rule).first().click();
    await page.getByRole("menuitem", { name: "Only this" }).click();
    await page.getByRole("button", { name: /^Condition .*onerror/ }).waitFor();
    await settled(page);
    expect(await grid.getByRole("gridcell", { name: rule }).count()).toBeGreaterThan(0);
    await expectText(watched, dialogs);
  });

  it.each([
    ["the path", "/path?client=10.1.0.9&server=10.1.0.4%3A443"],
    ["Explore", "/explore?by=client_ip,server_ip,rule_name&g=sankey&m=conversations"],
    ["a line of time", "/explore?by=rule_name&g=line&m=conversations"],
    ["an address", "/entity?kind=address&id=10.1.0.4"],
    ["the overview", "/"],
    ["the map", "/map"],
    ["the sources", "/sources?reason=fields"],
  ])("is text on the page of %s", async (_, path) => {
    const watched = await console.open(`${server.url()}${path}`);
    const dialogs = dialogsOf(watched.page);
    await settled(watched.page);
    const shown = await watched.page.locator("main").innerText();
    const wanted = path.startsWith("/map") || path.startsWith("/sources") ? "" : "<";
    expect(shown).toContain(wanted);
    await expectText(watched, dialogs);
  });

  it("is text where a link brings it: filter, time, names of ends", async () => {
    const text = encodeURIComponent(rule);
    const watched = await console.open(`${server.url()}/conversations?q=${text}&from=${text}`);
    const { page } = watched;
    const dialogs = dialogsOf(page);
    await page.getByRole("alert").first().waitFor();
    await expectText(watched, dialogs);
    await page.goto(`${server.url()}/path?client=${text}&server=${text}`);
    await page.getByRole("alert").getByText(rule).first().waitFor();
    expect(watched.faults.splice(0).every((fault) => /status of 4\d\d/.test(fault))).toBe(true);
    await expectText(watched, dialogs);
  });
});
