import type { Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { expectNoFaults, hasBrowser, settled, until, useConsole, useServer } from "./console.ts";

const filterOf = (page: Page): string => new URL(page.url()).searchParams.get("q") ?? "";

describe.skipIf(!hasBrowser)("main journeys", () => {
  const console = useConsole();
  const server = useServer(() => inject("demoLake"));

  it("asks why one end does not reach another, and is told who denied the answer", async () => {
    const watched = await console.open(`${server.url()}/path`);
    const { page } = watched;
    await page.getByRole("combobox", { name: "From" }).fill("build-1");
    await page.getByRole("combobox", { name: "To", exact: true }).fill("cache:6379");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Ask why" }).click();
    await page.waitForURL(/client=build-1/);
    const sentence = page.getByText(/The request passed and its answer was denied at the server's side/).first();
    await sentence.waitFor();
    expect(await sentence.innerText()).toMatch(/network ACL/);
    const drawn = await page.getByRole("group", { name: "The path, drawn" }).innerText();
    expect(drawn).toMatch(/request\s+allowed/);
    expect(drawn).toMatch(/answer\s+denied/);
    await page.getByRole("cell", { name: "deny" }).first().waitFor();
    await page
      .getByRole("button", { name: /\.log\.gz:\d+$/ })
      .first()
      .click();
    await page
      .getByText(/ REJECT .*\beni-[0-9a-f]{17}\b/)
      .first()
      .waitFor();
    expectNoFaults(watched);
  });

  it("saves a view, opens it by its name from elsewhere, and deletes it", async () => {
    const watched = await console.open(`${server.url()}/explore?by=verdict&g=bars&q=server.port+%3D+443`);
    const { page } = watched;
    await settled(page);
    const { search } = new URL(page.url());
    await page.keyboard.press("v");
    const views = page.getByRole("dialog", { name: "Saved views" });
    await views.getByRole("textbox", { name: "Save this view as" }).fill("Web by verdict");
    await page.keyboard.press("Enter");
    await views.getByRole("link", { name: /^Web by verdict/ }).waitFor();
    await page.keyboard.press("Escape");
    await page.goto(`${server.url()}/sources`);
    await page.getByRole("heading", { name: "Sources", level: 1 }).waitFor();
    await settled(page);
    await page.keyboard.press("v");
    await views.getByRole("link", { name: /^Web by verdict/ }).click();
    await page.waitForURL(/\/explore\?/);
    await settled(page);
    expect(new URL(page.url()).search).toBe(search);
    await page.getByRole("button", { name: "Saved view: Web by verdict" }).click();
    await views.getByRole("button", { name: "Delete Web by verdict" }).click();
    await views.getByText("“Web by verdict” is deleted.").waitFor();
    expect(await views.getByRole("link", { name: /^Web by verdict/ }).count()).toBe(0);
    expectNoFaults(watched);
  });

  it("opens a part of the map, finds a box by a key, and goes on to conversations between the clouds", async () => {
    const watched = await console.open(`${server.url()}/map`);
    const { page } = watched;
    await settled(page);
    const subnet = page.getByRole("treeitem", { name: /^data subnet-/ });
    await subnet.press("Enter");
    await page.getByRole("treeitem", { name: /^cache 10\.20\.30\.12/ }).waitFor();
    expect(await subnet.getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("f");
    await page.keyboard.type("10.60.5.6");
    await page
      .getByRole("option", { name: /10\.60\.5\.6/ })
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    const found = page.getByRole("treeitem", { selected: true });
    await found.waitFor();
    expect(await found.innerText()).toContain("10.60.5.6");
    await page
      .getByRole("button", { name: /^AWS → Azure/ })
      .first()
      .click();
    await page.waitForURL(/\/conversations\?/);
    expect(filterOf(page)).toMatch(/client\.provider = aws.* and .*server\.provider = azure/);
    await settled(page);
    await page.getByRole("grid").getByRole("gridcell").first().waitFor();
    expectNoFaults(watched);
  });

  it("walks through conversations by keys, and unfolds what is folded away", async () => {
    const watched = await console.open(`${server.url()}/conversations`);
    const { page } = watched;
    await settled(page);
    const total = page.getByRole("main").getByRole("status").first();
    const folded = await total.innerText();
    const panel = page.getByRole("complementary", { name: "The row that is open" });
    const row = (): string | null => new URL(page.url()).searchParams.get("row");
    await page.getByRole("grid").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await panel.waitFor();
    await settled(page);
    const first = row();
    expect(first).not.toBeNull();
    await page.keyboard.press(".");
    await until(page, `new URLSearchParams(location.search).get("row") !== ${JSON.stringify(first)}`);
    await page.keyboard.press(",");
    await until(page, `new URLSearchParams(location.search).get("row") === ${JSON.stringify(first)}`);
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    expect(row()).toBeNull();
    const noise = page.getByRole("group", { name: "Folded away" }).getByRole("button", { name: /^internet noise/ });
    expect(await noise.getAttribute("aria-pressed")).toBe("false");
    await noise.click();
    await page.waitForURL(/unfold=/);
    await settled(page);
    expect(await noise.getAttribute("aria-pressed")).toBe("true");
    expect(await total.innerText()).not.toBe(folded);
    expectNoFaults(watched);
  });

  it("shows the time that is brushed on an address's graph", async () => {
    const watched = await console.open(`${server.url()}/entity?kind=address&id=10.30.0.12`);
    const { page } = watched;
    await settled(page);
    const graph = page.getByRole("slider", { name: /^Bytes a second/ });
    await graph.scrollIntoViewIfNeeded();
    const box = await graph.boundingBox();
    if (box === null) throw new Error("the graph has no place");
    await page.mouse.move(box.x + box.width * 0.85, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.95, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=/);
    const { searchParams } = new URL(page.url());
    expect(searchParams.get("id")).toBe("10.30.0.12");
    const hours = (Date.parse(searchParams.get("to") ?? "") - Date.parse(searchParams.get("from") ?? "")) / 3_600_000;
    expect(hours).toBeGreaterThan(0.4);
    expect(hours).toBeLessThan(5);
    await settled(page);
    await page.getByRole("heading", { name: "dev-1", level: 1 }).waitFor();
    expectNoFaults(watched);
  });
});
