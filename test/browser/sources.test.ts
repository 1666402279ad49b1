import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
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

describe.skipIf(!hasBrowser)("a source that others push to", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-pushed-"));
  const config = join(folder, "lake", "weir.yaml");
  const key = join(folder, "the key");
  const edge = `sources:\n  - { name: edge, push: any, access_key: "file:${key}" }\n`;
  mkdirSync(join(folder, "lake"));
  writeFileSync(key, "a-key-of-the-tests-and-of-nothing-else\n");
  writeFileSync(config, edge);
  const console = useConsole();
  const server = useServer(() => join(folder, "lake"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("says where to send, waits, and shows the first flows when the line for curl was typed as it stands", async () => {
    const watched = await console.open(`${server.url()}/sources`);
    const { page } = watched;
    const source = page.getByRole("region", { name: "Source edge" });
    await source.getByText("Waiting for the first delivery").waitFor();
    const lines = await source.locator("pre").allInnerTexts();
    expect(lines).toContain(`${server.url()}/api/v1/push/edge/firehose`);
    const line = lines.find((text) => text.startsWith("curl")) ?? "";
    expect(line).not.toContain("a-key-of-the-tests");
    writeFileSync(join(folder, "flows.log.gz"), gzipSync(flowLines(0, 40)));
    const { stdout } = spawnSync("sh", ["-c", line], { cwd: folder, encoding: "utf8" });
    expect(JSON.parse(stdout)).toMatchObject({ repeated: false });
    await source.getByText("40 flows in the lake").waitFor();
    expect(await source.getByRole("link", { name: "look at them" }).getAttribute("href")).toContain("/conversations");
    expectNoFaults(watched);
  });

  it("is said in the dialog that adds it, with its address and the key’s place", async () => {
    const watched = await console.open(`${server.url()}/sources`);
    const { page } = watched;
    await page.getByRole("button", { name: "Add a source" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /^Push/ }).click();
    await dialog.getByRole("textbox", { name: "Name" }).fill("fresh");
    await dialog.getByText(`${server.url()}/api/v1/push/fresh/firehose`, { exact: true }).waitFor();
    await dialog.getByText("Waiting until weir.yaml names it").waitFor();
    await dialog.getByRole("textbox", { name: "Name" }).fill("edge");
    await dialog.getByText("40 flows in the lake").waitFor();
    expect(await dialog.getByText("a-key-of-the-tests").count()).toBe(0);
    expectNoFaults(watched);
  });

  it("stays as it was when weir.yaml becomes wrong, and every page says so until it is mended", async () => {
    const watched = await console.open(`${server.url()}/sources`);
    const { page } = watched;
    await settled(page);
    writeFileSync(config, `${edge}retention:\n  flos: 3d\n`);
    const banner = page.getByRole("alert", { name: "The configuration is wrong" });
    await banner.waitFor();
    expect(await banner.innerText()).toMatch(/still in force[^]*weir\.yaml:4[^]*flos[^]*Did you mean flows\?/);
    writeFileSync(config, edge);
    await banner.waitFor({ state: "detached" });
    expectNoFaults(watched);
  });
});
