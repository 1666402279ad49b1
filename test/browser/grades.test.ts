import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fl, gradedFiles, vnetText, vnetTuple, writeFiles } from "../graded-logs.ts";
import { migrationFiles } from "../migration-world.ts";
import { ingest } from "../weir.ts";
import { barriers, expectNoFaults, hasBrowser, settled, themes, useConsole, useServer } from "./console.ts";

const EVIL = "<img src=x onerror=alert(1)>\u202egpj.exe";

describe.skipIf(!hasBrowser)("what logs can answer, on the Sources page", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-grades-page-"));
  const lake = join(folder, "lake");
  beforeAll(() => {
    const evil = vnetText("6", [vnetTuple(0, "D", 23)], { name: EVIL });
    writeFiles(join(folder, "logs"), { ...gradedFiles, ...migrationFiles, "evil.json": evil });
    ingest(lake, join(folder, "logs"), "--final");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const console = useConsole();
  const server = useServer(() => lake);

  it("shows why by pointer and by keyboard, and the text of a better flow log", async () => {
    const watched = await console.open(`${server.url()}/sources`);
    const { page } = watched;
    await settled(page);
    const table = page.getByRole("table", { name: "What each flow log can answer" });
    const row = table.getByRole("row").filter({ hasText: fl("d") });
    const opener = row.getByRole("button", { name: "no: tcp-flags is not in the format." });
    await opener.hover();
    await page.getByText("Without it, client and server are guessed from port numbers.").waitFor();
    await opener.focus();
    await page.keyboard.press("ArrowLeft");
    await page.getByText("Which way did it cross the interface?").waitFor();
    expect(await page.evaluate("document.activeElement?.getAttribute('aria-label')")).toBe(
      "no: flow-direction is not in the format.",
    );
    await row.getByRole("button", { name: fl("d") }).click();
    const words = page.getByRole("region", { name: `${fl("d")} in words` });
    await words.getByText('resource "aws_flow_log"').waitFor();
    await words.getByRole("button", { name: "Command line" }).click();
    expect(await words.locator("pre").innerText()).toContain("aws ec2 create-flow-logs");
    expect(new URL(page.url()).searchParams.get("log")).toBe(fl("d"));
    expectNoFaults(watched);
  });

  it("lists NSG flow logs without a successor, and how both kinds compare", async () => {
    const watched = await console.open(`${server.url()}/sources`);
    const { page } = watched;
    await settled(page);
    await page.getByText(/NSG flow logs go away on 2027-09-30/).waitFor();
    await page.getByText("4 connections the same, 5 not explained").click();
    await page.getByText(/Handled by the Azure platform/).waitFor();
    expect(await page.getByText("Not explained: 1 connection").count()).toBe(5);
    expectNoFaults(watched);
  });

  it.each(themes)("keeps nobody out (%s), and shows hostile names as text", async (theme) => {
    const watched = await console.open(`${server.url()}/sources?log=${fl("d")}`, { theme, width: 1024 });
    const { page } = watched;
    await settled(page);
    await page.getByText("4 connections the same, 5 not explained").click();
    // In the calendar, and in the table of what can be answered.
    expect(await page.getByRole("button", { name: /\\u202e/i }).count()).toBe(2);
    expect(await barriers(page)).toEqual([]);
    expectNoFaults(watched);
  });
});
