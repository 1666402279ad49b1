import { expect, it } from "vitest";
import type { AccessTables, AuditEntry } from "#catalog/index.js";
import { AuditLog } from "./audit-log.ts";
import type { AccessMethod, AccessWriter } from "./access-writer.ts";

/** A catalog that can be locked. */
class Paper implements AccessWriter {
  readonly written: AuditEntry[] = [];
  readonly calls: string[] = [];
  isLocked = false;

  async run<M extends AccessMethod>(
    method: M,
    ...args: Parameters<AccessTables[M]>
  ): Promise<ReturnType<AccessTables[M]>> {
    await Promise.resolve();
    if (this.isLocked) throw new Error("locked");
    this.calls.push(method);
    if (method === "appendAudit") this.written.push(...(args[0] as AuditEntry[]));
    return { entries: this.written, next: null } as ReturnType<AccessTables[M]>;
  }
}

const entry = (target: string, detail: string | null = null): AuditEntry => ({
  atMs: 1,
  who: "anna",
  role: "admin",
  from: "127.0.0.1",
  action: "ask.query",
  target,
  result: "ok",
  detail,
  elapsedMs: 1,
});

it("writes in batches, in order, and all of it at the end", async () => {
  const paper = new Paper();
  const audit = new AuditLog(paper);
  for (let at = 0; at < 1234; at++) audit.add(entry(String(at)));
  await audit.close();
  expect(paper.written.map(({ target }) => target)).toEqual(Array.from({ length: 1234 }, (_, at) => String(at)));
  expect(paper.calls.length).toBeLessThan(8);
});

it("shows what was noted a moment ago", async () => {
  const audit = new AuditLog(new Paper());
  audit.add(entry("just now"));
  expect((await audit.list({ limit: 1 })).entries).toHaveLength(1);
});

it("loses nothing while the catalog is locked, and says so when it stays locked", async () => {
  const paper = new Paper();
  const audit = new AuditLog(paper);
  paper.isLocked = true;
  for (let at = 0; at < 700; at++) audit.add(entry(String(at)));
  await expect(audit.close()).rejects.toMatchObject({ code: "audit-lost", message: expect.stringContaining("700") });
  paper.isLocked = false;
  await audit.close();
  expect(paper.written).toHaveLength(700);
});

it("has no more done than it can note", async () => {
  const paper = new Paper();
  const audit = new AuditLog(paper);
  paper.isLocked = true;
  for (let at = 0; at < 10_000; at++) {
    audit.assertRoom();
    audit.add(entry(String(at)));
  }
  expect(() => audit.assertRoom()).toThrow(expect.objectContaining({ code: "audit-full" }));
  paper.isLocked = false;
  await audit.close();
  audit.assertRoom();
  expect(paper.written).toHaveLength(10_000);
});

it("cuts what is long", async () => {
  const paper = new Paper();
  const audit = new AuditLog(paper);
  audit.add(entry("x".repeat(100_000), "y".repeat(100_000)));
  await audit.close();
  expect(paper.written[0]?.target).toHaveLength(500);
  expect(paper.written[0]?.detail).toHaveLength(4000);
});
