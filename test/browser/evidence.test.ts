import { describe, expect, inject, it } from "vitest";
import { expectNoFaults, hasBrowser, settled, until, useConsole, useServer } from "./console.ts";

describe.skipIf(!hasBrowser)("from a picture to the records behind it", () => {
  const console = useConsole();
  const server = useServer(() => inject("demoLake"));

  it("goes from a sankey to a pair's conversations, to one of them, to the lines of its logs", async () => {
    const watched = await console.open(`${server.url()}/explore?by=client_provider,server_provider,service&g=sankey`);
    const { page } = watched;
    await settled(page);
    await page.getByRole("button", { name: /^AWS → unknown: / }).press("Enter");
    await page.getByRole("link", { name: "Conversations of this pair" }).click();
    await page.waitForURL(/\/conversations\?/);
    expect(new URL(page.url()).searchParams.get("q")).toBe("client.provider = aws and server.provider is unknown");
    await settled(page);
    await page.getByRole("grid").locator("[data-index='0']").getByRole("gridcell").first().click();
    const panel = page.getByRole("complementary", { name: "The row that is open" });
    await panel.getByRole("tab", { name: "Evidence" }).click();
    const record = panel.getByRole("article").first();
    await record.waitFor();
    await settled(page);
    const [client = "", rest = ""] = (await panel.getByRole("heading", { level: 2 }).innerText()).split(" → ");
    expect(client).not.toBe("");
    expect(rest).toMatch(/:\d+$/);
    // The line as the log has it, and where it stands.
    const line = record.locator("pre").first();
    expect(await line.getAttribute("aria-label")).toMatch(/^Record at line [\d,]+/);
    expect(await line.innerText()).toMatch(/(?=.*\beni-[0-9a-f]{17}\b)(?=.*\b(ACCEPT|REJECT)\b)/);
    expect(await record.innerText()).toMatch(/\.log\.gz · line [\d,]+/);
    expect(await record.innerText()).toMatch(/sha256 [0-9a-f]{12}…/);
    expect(await record.innerText()).toContain("original");
    expectNoFaults(watched);
  });

  it("keeps row and tab in the link", async () => {
    const watched = await console.open(`${server.url()}/conversations?q=verdict+%3D+denied`);
    const { page } = watched;
    await settled(page);
    await page.getByRole("grid").locator("[data-index='0']").getByRole("gridcell").first().click();
    const panel = page.getByRole("complementary", { name: "The row that is open" });
    await panel.getByRole("tab", { name: "Evidence" }).click();
    await panel.getByRole("article").first().waitFor();
    const title = await panel.getByRole("heading", { level: 2 }).innerText();
    await until(page, "location.search.includes('tab=evidence')");
    await page.reload();
    await settled(page);
    expect(await panel.getByRole("heading", { level: 2 }).innerText()).toBe(title);
    expect(await panel.getByRole("article").first().innerText()).toMatch(/· (line|record) [\d,]+/);
    expectNoFaults(watched);
  });
});
