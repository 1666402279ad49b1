import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Cell } from "#model/answer.js";
import { SandboxHost } from "./sandbox-host.ts";
import type { LakeFiles, Sandbox } from "./sandbox.ts";

const dataDir = mkdtempSync(join(tmpdir(), "weir-host-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const files: LakeFiles = { segments: () => [], objects: () => [] };
const limits = { timeoutMs: 10_000, maxRows: 1000 };
const block = { first: [0, 0, 0xffff, 1], last: [0, 0, 0xffff, 2] } as const;

async function ask(sandbox: Sandbox, sql: string): Promise<(readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = [];
  for await (const part of (await sandbox.query(sql, limits)).blocks()) rows.push(...part);
  return rows;
}

it("opens sandboxes that see nothing of each other, and stay locked", async () => {
  const host = await SandboxHost.open(dataDir, { memoryMb: 200, threads: 1 });
  try {
    const [one, two] = [await host.sandbox(files), await host.sandbox(files)];
    await one.offerBlocks("own_blocks", [block]);
    expect(await ask(one, "SELECT count(*)::INTEGER FROM own_blocks")).toEqual([[1]]);
    await expect(ask(two, "SELECT count(*) FROM own_blocks")).rejects.toMatchObject({ kind: "usage" });
    one.close();
    // The same name, with other content, in the next one.
    const three = await host.sandbox(files);
    await three.offerBlocks("own_blocks", []);
    expect(await ask(three, "SELECT count(*)::INTEGER FROM own_blocks")).toEqual([[0]]);
    for (const sandbox of [two, three]) {
      await expect(ask(sandbox, "SELECT * FROM read_csv('/etc/passwd')")).rejects.toMatchObject({ kind: "usage" });
      await expect(ask(sandbox, "SET threads = 1")).rejects.toMatchObject({ kind: "usage" });
      expect(await ask(sandbox, "SELECT ip('10.0.0.1')")).toEqual([["10.0.0.1"]]);
      sandbox.close();
    }
    expect(readdirSync(join(dataDir, "tmp"))).toHaveLength(1);
  } finally {
    host.close();
  }
  expect(readdirSync(join(dataDir, "tmp"))).toEqual([]);
});

it("goes on after a question that was interrupted", async () => {
  const host = await SandboxHost.open(dataDir, { memoryMb: 200, threads: 1 });
  try {
    const first = await host.sandbox(files);
    const long = ask(first, "SELECT count(*) FROM range(1000000000) a(i), range(1000) b(j) WHERE i * j = 7");
    setTimeout(() => first.interrupt(), 50);
    await expect(long).rejects.toBeInstanceOf(Error);
    first.close();
    const second = await host.sandbox(files);
    expect(await ask(second, "SELECT 1")).toEqual([[1]]);
    second.close();
  } finally {
    host.close();
  }
});
