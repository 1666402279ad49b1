import type { Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { expectNoFaults, hasBrowser, settled, until, useConsole, useServer } from "./console.ts";

const grid = (page: Page) => page.getByRole("grid");
const filterOf = (page: Page): string => new URL(page.url()).searchParams.get("q") ?? "";

/** Takes an option of the completion by keys. For a moment after it opens it takes none, so that nobody takes one by chance. */
async function choose(page: Page, word: string): Promise<void> {
  await page.getByRole("option").first().waitFor();
  const chosen = page.getByRole("option", { selected: true });
  await expect
    .poll(async () => {
      await page.keyboard.press("ArrowDown");
      return (await chosen.allInnerTexts()).some((text) => text.startsWith(word));
    })
    .toBe(true);
  await page.keyboard.press("Enter");
}

/** What the page says of how many rows there are, once they are counted. */
async function totalOf(page: Page): Promise<string> {
  const total = page.getByRole("main").getByRole("status").first();
  await expect.poll(() => total.innerText(), { timeout: 30_000 }).not.toContain("…");
  return total.innerText();
}

describe.skipIf(!hasBrowser)("asking", () => {
  const console = useConsole();
  const server = useServer(() => inject("demoLake"));

  it("writes a filter with completion, shows it as chips, and undoes it with the back button", async () => {
    const watched = await console.open(`${server.url()}/conversations`);
    const { page } = watched;
    await settled(page);
    const before = await totalOf(page);
    await page.keyboard.press("/");
    await page.keyboard.type("verdi");
    await choose(page, "verdict");
    await page.keyboard.type(" = denied");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=verdict/);
    await settled(page);
    expect(filterOf(page)).toBe("verdict = denied");
    await page.getByRole("button", { name: /Condition verdict = denied/ }).waitFor();
    const verdicts = await grid(page).getByRole("gridcell").allInnerTexts();
    expect(verdicts.filter((text) => text === "allowed")).toEqual([]);
    await page.goBack();
    await settled(page);
    expect(filterOf(page)).toBe("");
    expect(await totalOf(page)).toBe(before);
    expectNoFaults(watched);
  });

  it("says what is wrong with a filter, mends it by a click, and never asks the server", async () => {
    const watched = await console.open(`${server.url()}/explore`);
    const { page } = watched;
    await settled(page);
    await page.keyboard.press("/");
    await page.keyboard.type("verdikt = denied ");
    await page.keyboard.press("Enter");
    const mistake = page.getByRole("alert").first();
    await mistake.waitFor();
    expect(await mistake.innerText()).toContain("verdikt");
    expect(filterOf(page)).toBe("");
    await mistake.getByRole("button").first().click();
    await page.waitForURL(/q=verdict/);
    expect(filterOf(page)).toBe("verdict = denied");
    expectNoFaults(watched);
  });

  it("works with a value: only this, not this, undone by back; copies nothing by itself", async () => {
    const watched = await console.open(`${server.url()}/conversations`);
    const { page } = watched;
    await settled(page);
    await grid(page).getByText("10.20.0.10").first().click();
    await page.getByRole("menuitem", { name: "Only this" }).click();
    await page.waitForURL(/q=/);
    expect(filterOf(page)).toMatch(/(client|server)\.ip = 10\.20\.0\.10/);
    await settled(page);
    await grid(page).getByText("10.20.0.10").first().click();
    await page.getByRole("menuitem", { name: /^Open/ }).click();
    await page.waitForURL(/\/entity\?.*id=10\.20\.0\.10/);
    await page.goBack();
    await page.goBack();
    expect(filterOf(page)).toBe("");
    expectNoFaults(watched);
  });

  it("chooses times: presets, words, the time before; a brush on the strip", async () => {
    const watched = await console.open(`${server.url()}/conversations`);
    const { page } = watched;
    await settled(page);
    const strip = page.getByRole("slider", { name: /Rows by time/ });
    const box = await strip.boundingBox();
    if (box === null) throw new Error("the strip has no place");
    await page.mouse.move(box.x + box.width * 0.25, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=/);
    const brushed = new URL(page.url()).searchParams;
    const length = Date.parse(brushed.get("to") ?? "") - Date.parse(brushed.get("from") ?? "");
    expect(length).toBeGreaterThan(30 * 60_000);
    await settled(page);
    await page.getByRole("button", { name: "The time before" }).first().click();
    await until(page, `new URLSearchParams(location.search).get("from") !== ${JSON.stringify(brushed.get("from"))}`);
    await settled(page);
    await page.keyboard.press("t");
    await page
      .getByRole("button", { name: /24 h to the newest flow/ })
      .last()
      .click();
    await until(page, "!location.search.includes('from=')");
    expectNoFaults(watched);
  });

  it("goes everywhere by keys, and lists them", async () => {
    const watched = await console.open(server.url());
    const { page } = watched;
    await settled(page);
    await page.keyboard.press("g");
    await page.keyboard.press("e");
    await page.waitForURL(/\/explore/);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Commands" }).waitFor();
    await page.keyboard.type("conversations");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/conversations/);
    await page.getByRole("heading", { name: "Conversations", level: 1 }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    expectNoFaults(watched);
  });
});
