import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { askQuery } from "../src/app/index.ts";
import { ingest } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-counters-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MOST = 2n ** 64n - 1n;
const START = Date.UTC(2026, 2, 3, 12) / 1000;

function record(source: string, target: string, ports: string, action: string): string {
  return `2 123456789012 eni-0a1b2c3d ${source} ${target} ${ports} 6 ${MOST} ${MOST} ${START} ${START + 60} ${action} OK`;
}

it("derives an hour whose counters add up to more than 64 bits hold", async () => {
  const logs = join(folder, "logs");
  mkdirSync(logs);
  const lines = [
    record("10.0.0.1", "10.0.1.1", "43210 443", "ACCEPT"),
    record("10.0.0.1", "10.0.1.1", "43210 443", "ACCEPT"),
    record("10.0.1.1", "10.0.0.1", "443 43210", "ACCEPT"),
    record("10.0.0.2", "10.0.1.1", "43211 443", "REJECT"),
    record("10.0.0.2", "10.0.1.1", "43212 443", "REJECT"),
  ];
  writeFileSync(join(logs, "a.log"), `${lines.join("\n")}\n`);
  const lake = join(folder, "lake");
  expect(ingest(lake, "--final", logs).records.flows).toBe(5);
  const asked = { from: "2026-03-03", to: "2026-03-04", nowMs: Date.UTC(2026, 2, 5) };
  const { rows } = await askQuery(lake, { ...asked, by: ["client_ip"], measures: ["bytes", "denied"] });
  // What does not fit counts as the most that does; nothing wraps around.
  expect(
    rows.map(([client, bytes, denied]) => [
      client,
      BigInt(bytes as string | bigint),
      BigInt(denied as string | bigint),
    ]),
  ).toEqual([
    ["10.0.0.1", 2n * MOST, 0n],
    ["10.0.0.2", 0n, 2n],
  ]);
});
