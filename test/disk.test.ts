import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { flowLines } from "./aws-lines.ts";
import { strayFiles } from "./lake-files.ts";
import { rowsOf } from "./lake-rows.ts";
import { startWeir, type Ended } from "./process-tree.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-disk-"));
const disk = join(folder, "disk");
const lake = join(disk, "lake");
const logs = join(folder, "logs");
const rows = (dataDir: string): Promise<string[]> => rowsOf(dataDir, "position", (key) => basename(key));
const mount = (...args: string[]): boolean => spawnSync("mount", args).status === 0;
const unmount = (): unknown => spawnSync("umount", ["-l", disk]);

mkdirSync(disk);
const mayMount = mount("-t", "tmpfs", "-o", "size=1m", "weir-test", disk);
if (mayMount) unmount();
else if (process.env["WEIR_REQUIRE_INTEGRATION"] === "1")
  throw new Error("tests of full and read-only disks need to mount a tmpfs");
else console.warn("SKIPPED: tests of full and read-only disks, because this user may not mount a tmpfs");

beforeAll(() => {
  mkdirSync(logs);
  for (let number = 0; number < 40; number++)
    writeFileSync(join(logs, `${number}.log`), flowLines(number * 500, number * 500 + 500));
});
afterEach(unmount);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<Ended> => startWeir([...args, "--data", lake]).ended;

/** An error for people: what, where, what next, exit code 3, no stack. */
function mustTell({ code, stderr }: Ended, words: RegExp): void {
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(words);
  expect(stderr).toContain("  next  ");
  expect(stderr).toContain(disk);
  expect(stderr).not.toContain("worker");
  expect(stderr).not.toMatch(/unexpected error|^\s+at .*:\d+:\d+\)?$/m);
}

it.skipIf(!mayMount)("tells of a full disk, keeps what was committed, and goes on when there is room", async () => {
  expect(mount("-t", "tmpfs", "-o", "size=64m", "weir-test", disk)).toBe(true);
  expect((await run("ingest", logs, "--workers", "2")).code).toBe(0);
  const { blocks, bfree, bsize } = statfsSync(disk);
  const undisturbed = await rows(lake);
  unmount();
  // From a disk that is full at once to one that is full in the end.
  for (const share of [0.02, 0.3, 0.6, 0.95]) {
    const bytes = Math.ceil((blocks - bfree) * bsize * share);
    expect(mount("-t", "tmpfs", "-o", `size=${bytes}`, "weir-test", disk)).toBe(true);
    mustTell(
      await run("ingest", logs, "--workers", "2"),
      /No space left|ENOSPC|disk is full|could not be written to disk/,
    );
    expect(mount("-o", "remount,size=64m", disk)).toBe(true);
    const second = await run("ingest", logs, "--workers", "2");
    expect(second.code, second.stderr).toBe(0);
    expect(await rows(lake)).toEqual(undisturbed);
    expect(strayFiles(lake)).toEqual([]);
    unmount();
  }
});

it.skipIf(!mayMount)("tells of a data folder that cannot be written, and leaves the lake whole", async () => {
  expect(mount("-t", "tmpfs", "-o", "size=64m", "weir-test", disk)).toBe(true);
  const one = join(logs, "1.log");
  expect((await run("ingest", one)).code).toBe(0);
  expect(mount("-o", "remount,ro", disk)).toBe(true);
  // Even reading needs a place for locks and spill files.
  for (const args of [["ingest", logs], ["status"], ["sql", "SELECT 1"], ["store", "compact"]])
    mustTell(await run(...args), /cannot be (written|opened)/);
  expect(mount("-o", "remount,rw", disk)).toBe(true);
  expect((await run("ingest", one)).stdout).toContain("1 unchanged");
  expect((await rows(lake)).length).toBe(500);
  expect(strayFiles(lake)).toEqual([]);
});

it.skipIf(!mayMount)("tells when there is no lake and none can be made", async () => {
  expect(mount("-t", "tmpfs", "-o", "size=1m,ro", "weir-test", disk)).toBe(true);
  mustTell(await run("ingest", logs), /cannot be written/);
  expect(existsSync(lake)).toBe(false);
});
