import { rmSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPlace } from "../weir-process.ts";
import { barriers, expectNoFaults, hasBrowser, settled, useConsole, useServer, type WatchedPage } from "./console.ts";

const PASSWORD = "correct horse battery";
const NEXT_PASSWORD = "another staple battery";

/** What Chromium writes of an answer 401: takes away the ones that a test made, and says how many they were. */
function takeRefusals({ faults }: WatchedPage): number {
  const isRefusal = (fault: string): boolean =>
    fault === "error: Failed to load resource: the server responded with a status of 401 (Unauthorized)";
  const others = faults.filter((fault) => !isRefusal(fault));
  return faults.splice(0, faults.length, ...others).length - others.length;
}

async function signIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByRole("heading", { name: "Sign in to Weir" }).waitFor();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

describe.skipIf(!hasBrowser)("signing in", () => {
  const { folder, lake, weir } = newPlace();
  const run = (args: readonly string[], input = ""): void => {
    const { status, stderr } = weir(args, { input });
    expect(status, stderr).toBe(0);
  };
  beforeAll(() => {
    if (!hasBrowser) return;
    run(["ingest", "logs"]);
    for (const role of ["viewer", "analyst", "admin"])
      run(["user", "add", `the-${role}`, "--role", role, "--password-stdin"], `${PASSWORD}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const console = useConsole();
  const server = useServer(() => lake, "--auth", "password");

  it("says that a password is wrong, and not whether there is such a user", async () => {
    const watched = await console.open(server.url());
    const { page } = watched;
    const told: string[] = [];
    for (const name of ["the-admin", "nobody"]) {
      await signIn(page, name, "wrong horse battery");
      const alert = page.getByRole("alert");
      await alert.waitFor();
      await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
      told.push(await alert.innerText());
      expect(await page.getByLabel("Password").inputValue()).toBe("");
    }
    expect(told[0]).toMatch(/password/i);
    expect(told[1]).toBe(told[0]);
    expect(await barriers(page)).toEqual([]);
    expect(takeRefusals(watched)).toBe(2);
    expectNoFaults(watched);
  });

  it.each(["viewer", "analyst"])("lets the %s look, and neither bring logs in nor manage people", async (role) => {
    const watched = await console.open(`${server.url()}/sources`);
    const { page } = watched;
    await signIn(page, `the-${role}`);
    await page.getByRole("heading", { name: "Sources", level: 1 }).waitFor();
    await settled(page);
    expect(await page.getByRole("button", { name: "Add log files" }).count()).toBe(0);
    await page.goto(`${server.url()}/account?tab=users`);
    await page.getByRole("heading", { name: "Account", level: 1 }).waitFor();
    await settled(page);
    expect(await page.getByRole("tab").count()).toBe(0);
    expect(await page.getByRole("heading", { name: "Users" }).count()).toBe(0);
    // What the page does not offer, the server does not do either.
    const statuses = await page.evaluate(`Promise.all(["users", "audit"].map(
      async (path) => (await fetch("/api/v1/" + path)).status))`);
    expect(statuses).toEqual([403, 403]);
    expect(watched.faults.splice(0).every((fault) => fault.includes("403"))).toBe(true);
    await page.goto(`${server.url()}/conversations`);
    await settled(page);
    await page.getByRole("grid").getByText("10.0.1.1").first().waitFor();
    await page.getByRole("button", { name: `Account: the-${role}` }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to Weir" }).waitFor();
    expectNoFaults(watched);
  });

  it("lets the admin bring logs in, and see users and the audit log", async () => {
    const watched = await console.open(`${server.url()}/sources`);
    const { page } = watched;
    await signIn(page, "the-admin");
    await page.getByRole("button", { name: "Add log files" }).waitFor();
    await page.getByRole("button", { name: "Account: the-admin" }).click();
    await page.getByRole("menuitem", { name: "Users" }).click();
    const role = page.getByRole("combobox", { name: "Role of the-viewer" });
    await role.waitFor();
    expect(await role.inputValue()).toBe("viewer");
    await page.getByRole("tab", { name: "Audit log" }).click();
    await page.getByRole("combobox", { name: "What was done" }).selectOption({ label: "Sign-ins" });
    await page.getByRole("row").filter({ hasText: "the-admin" }).first().waitFor();
    await settled(page);
    expect(await barriers(page)).toEqual([]);
    expectNoFaults(watched);
  });

  it("leads a session that has ended to the sign-in page, and from there back to the same view", async () => {
    const watched = await console.open(`${server.url()}/conversations?q=server.port+%3D+443`);
    const { page } = watched;
    await signIn(page, "the-analyst");
    await page.getByRole("grid").getByText("10.0.1.1").first().waitFor();
    const address = page.url();
    run(["user", "password", "the-analyst", "--password-stdin"], `${NEXT_PASSWORD}\n`);
    await page.keyboard.press("r");
    await page.getByText("Your session is over. Sign in to go on where you were.").waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("the-analyst");
    expect(page.url()).toBe(address);
    await signIn(page, "the-analyst", NEXT_PASSWORD);
    await page.getByRole("grid").getByText("10.0.1.1").first().waitFor();
    expect(page.url()).toBe(address);
    expect(takeRefusals(watched)).toBeGreaterThan(0);
    expectNoFaults(watched);
  });
});
