import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, expect, it } from "vitest";
import { flowLines } from "./aws-lines.ts";
import { rowsOf } from "./lake-rows.ts";
import { ingest, type IngestReport } from "./weir.ts";

const root = mkdtempSync(join(tmpdir(), "weir-copies-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let lake: string;
let logs: string;
let number = 0;
beforeEach(() => {
  lake = join(root, String(number), "lake");
  logs = join(root, String(number++), "logs");
  mkdirSync(logs, { recursive: true });
});

const read = (): IngestReport => ingest(lake, "--no-derive", "--workers", "1", logs);

/** The flows of lines from one number up to another, and no others, are in the lake. */
async function mustHave(from: number, to: number): Promise<void> {
  const fresh = `${lake}-fresh-${number++}`;
  const whole = join(root, `whole-${number}.log`);
  writeFileSync(whole, flowLines(from, to));
  ingest(fresh, "--no-derive", "--workers", "1", whole);
  const flows = async (dataDir: string): Promise<string[]> => rowsOf(dataDir, "0");
  expect(await flows(lake)).toEqual(await flows(fresh));
}

it("logs that rotate over several names have all of their records after each run", async () => {
  const log = join(logs, "a.log");
  let end = 0;
  for (const lines of [30, 5, 7, 9]) {
    for (const [older, newer] of [
      [`${log}.2`, `${log}.3`],
      [`${log}.1`, `${log}.2`],
      [log, `${log}.1`],
    ] as const)
      if (existsSync(older)) renameSync(older, newer);
    writeFileSync(log, flowLines(end, end + lines));
    end += lines;
    expect(read().objects.failed).toBe(0);
    await mustHave(0, end);
  }
});

it("an object loses what it held when it becomes a copy of another, and is read when that one is no longer the same", async () => {
  const [copy, other] = ["a.log.gz", "b.log.gz"].map((name) => join(logs, name)) as [string, string];
  const whole = gzipSync(flowLines(0, 300));
  writeFileSync(copy, whole.subarray(0, 600));
  writeFileSync(other, whole);
  expect(read().records.flows).toBeGreaterThan(300);
  writeFileSync(copy, whole);
  expect(read().objects).toMatchObject({ read: 0, unchanged: 2 });
  await mustHave(0, 300);
  writeFileSync(copy, gzipSync(flowLines(300, 310)));
  read();
  await mustHave(0, 310);
  // Now the one whose rows they were holds others: the copy has to be read.
  writeFileSync(copy, whole);
  writeFileSync(other, gzipSync(flowLines(300, 305)));
  read();
  await mustHave(0, 305);
});
