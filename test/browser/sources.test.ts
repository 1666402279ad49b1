import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { flowLines, START } from "../aws-lines.ts";
import { expectNoFaults, hasBrowser, settled, useConsole, useServer } from "./console.ts";

const BROKEN = `2 123456789012 eni-0a1b2c3d 10.0.0.1 10.0.1.1 43210 99999 6 10 1000 ${START} ${START + 60} ACCEPT OK`;

/** Drops a file on the page, as a hand would. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const file = `new File([${JSON.stringify(text)}], ${JSON.stringify(name)}, { type: "text/plain" })`;
  const data = await page.evaluateHandle(
    `(() => { const data = new DataTransfer(); data.items.add(${file}); return data; })()`,
  );
  await page.dispatchEvent("body", "dragover", { dataTransfer: data });
  await page.getByText("Drop flow logs here").waitFor();
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
}

describe.skipIf(!hasBrowser)("a fresh instance", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-fresh-"));
  const console = useConsole();
  const server = useServer(() => join(folder, "lake"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("leads to the first logs from every page, and never to an empty graph", async () => {
    const watched = await console.open(server.url());
    const { page } = watched;
    for (const path of ["/", "/explore", "/conversations", "/map", "/path", "/entity?kind=address&id=10.0.0.1"]) {
      await page.goto(`${server.url()}${path}`);
      await page.getByRole("heading", { name: "This lake is empty" }).waitFor();
      await settled(page);
      expect(await page.locator("main canvas, main svg[role=img], main [role=grid]").count(), path).toBe(0);
      await page.getByRole("button", { name: "Choose log files" }).waitFor();
      await page.getByRole("button", { name: "Make the demo world" }).waitFor();
    }
    expectNoFaults(watched);
  });

  it("takes a file that is dropped, tells of it, shows what could not be read, and answers", async () => {
    const watched = await console.open(`${server.url()}/sources`);
    const { page } = watched;
    await settled(page);
    await drop(page, "first.log", `${flowLines(0, 40)}${BROKEN}\n`);
    const report = page.getByRole("region", { name: "Upload" });
    await report.getByText(/^Read 41 records of 1 file/).waitFor();
    expect(await report.innerText()).toContain("1 malformed");
    await page.getByRole("heading", { name: /^Could not be read: 1 record/ }).waitFor();
    await page.getByRole("group", { name: "Reasons" }).getByRole("button").click();
    await page.getByRole("cell", { name: BROKEN }).waitFor();
    const place = page.getByRole("row").filter({ hasText: BROKEN }).getByRole("cell").first();
    expect(await place.innerText()).toMatch(/first\.log\s*:41$/);
    await page.getByRole("link", { name: "Conversations", exact: true }).click();
    await page.getByRole("grid", { name: "Conversations" }).waitFor();
    await settled(page);
    expect(await page.getByRole("grid").innerText()).toContain("10.0.1.1");
    expectNoFaults(watched);
  });

  it("says so when it has all of a file already", async () => {
    const watched = await console.open(`${server.url()}/sources`);
    const { page } = watched;
    await settled(page);
    await drop(page, "again.log", `${flowLines(0, 40)}${BROKEN}\n`);
    const report = page.getByRole("region", { name: "Upload" });
    await report.getByText("Nothing new: the lake has all of this already").waitFor();
    await report.getByRole("button", { name: "Close the report" }).click();
    await report.waitFor({ state: "detached" });
    expect(await report.count()).toBe(0);
    expectNoFaults(watched);
  });
});
