import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { rowsOf } from "./lake-rows.ts";
import { ingest } from "./weir.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-reread-"));
const file = join(folder, "group.log");
const lake = join(folder, "lake");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = Date.UTC(2026, 2, 3, 12) / 1000;
const lines = [1, 2, 3].map((host) => `10.0.0.${host} 10.0.1.1 443 6 ${START} ${START + 60} ACCEPT`);

it("reads unchanged objects again in place of what was read before", async () => {
  writeFileSync(file, `${lines.join("\n")}\n`);
  const names = ["dstaddr", "srcaddr", "srcport", "protocol", "start", "end", "action"];
  const wrong = ingest(lake, file, "--final", "--log-format", names.map((name) => `\${${name}}`).join(" "));
  expect(wrong.records).toMatchObject({ total: 3, flows: 3 });
  const right = ["--log-format", "${srcaddr} ${dstaddr} ${dstport} ${protocol} ${start} ${end} ${action}"];
  expect(ingest(lake, file, ...right).objects).toMatchObject({ read: 0, unchanged: 1 });
  expect(ingest(lake, file, "--reread", ...right).objects).toMatchObject({ read: 1, unchanged: 0 });
  const fresh = join(folder, "fresh");
  ingest(fresh, file, "--final", ...right);
  expect(await rowsOf(lake)).toEqual(await rowsOf(fresh));
  expect(await rowsOf(lake)).toHaveLength(3);
});

it("takes an object that was only touched for unchanged", () => {
  const azure = join(folder, "PT1H.json");
  writeFileSync(azure, '{"records":[]}');
  const other = join(folder, "other");
  ingest(other, azure);
  utimesSync(azure, 1_700_000_000, 1_700_000_000);
  expect(ingest(other, azure).objects).toEqual({ read: 0, unchanged: 1, grown: 0, skipped: 0, failed: 0 });
});
