import { join } from "node:path";
import { expect, it } from "vitest";
import { Database } from "../src/catalog/database.ts";
import { Browser, people, question, ServedLake } from "../src/api/security/visits.fake.ts";

const lake = ServedLake.forTests("--auth", "password");

it("answers while another process keeps the catalog locked, and notes all of it in the end", async () => {
  const browser = new Browser(lake);
  await browser.signIn(people.admin);
  expect(await browser.result("/query", { method: "POST", body: question })).toBe("200");

  const other = new Database(join(lake.dataDir, "catalog.db"), "write");
  other.exec("BEGIN IMMEDIATE");
  const times: number[] = [];
  for (let count = 0; count < 20; count++) {
    const started = Date.now();
    expect(await browser.result("/query", { method: "POST", body: { ...question, limit: count + 1 } })).toBe("200");
    times.push(Date.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // What must write waits for the lock, and nobody else waits with it.
  const second = new Browser(lake);
  const signingIn = second.signIn(people.viewer);
  const started = Date.now();
  expect((await browser.session()).user?.name).toBe(people.admin);
  expect(Date.now() - started).toBeLessThan(3000);
  expect(Math.max(...times)).toBeLessThan(10_000);
  other.exec("COMMIT");
  expect((await signingIn).status).toBe(200);
  expect(await second.result("/query", { method: "POST", body: { ...question, limit: 99 } })).toBe("200");

  expect(await lake.stop()).toBe(0);
  const noted = other.all("SELECT who FROM audit WHERE action = 'ask.query'").map((row) => row["who"]);
  other.close();
  expect(noted.filter((who) => who === people.admin)).toHaveLength(21);
  expect(noted.filter((who) => who === people.viewer)).toHaveLength(1);
});
