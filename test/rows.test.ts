import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compactStore, countAllRows, deriveStore, listRows } from "../src/app/index.ts";
import { openCatalog } from "../src/catalog/index.ts";
import { foldClasses } from "../src/model/folds.ts";
import { recover } from "../src/store/lake/recovery.ts";
import { flowLine } from "./aws-lines.ts";
import { newPlace } from "./weir-process.ts";
import { ingest } from "./weir.ts";

const { folder, weir } = newPlace();
const lake = join(folder, "demo");
const all = { from: "2000-01-01", to: "2100-01-01" };
const nowMs = Date.now();

beforeAll(() => {
  weir(["demo", "--hours", "2", "--data", "demo"]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Asked = Omit<Parameters<typeof listRows>[1], "nowMs">;

/** All pages, each of another length. */
async function allPages(asked: Asked, between: (page: number) => Promise<void> = async () => undefined) {
  const rows: (readonly unknown[])[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const limit = 1 + ((pages * 1597 + 831) % 5000);
    const page = await listRows(lake, {
      ...asked,
      nowMs,
      limit,
      totals: false,
      ...(cursor !== undefined && { cursor }),
    });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...page.rows);
    cursor = page.next ?? undefined;
    await between(pages++);
  } while (cursor !== undefined);
  return { rows, pages };
}

const keyColumns = {
  conversations: ["start_time", "conversation_id"],
  flows: ["time", "object_id", "position", "sub_position"],
};

const whole = (cell: unknown): bigint => BigInt((cell as string | number | null) ?? 0);

function sorted(rows: readonly (readonly unknown[])[], order: "newest" | "oldest"): (readonly unknown[])[] {
  // Times are RFC 3339 with or without a fraction; the other parts of the key are whole numbers.
  const micros = (cell: unknown): number => Date.parse(String(cell));
  const compare = (a: readonly unknown[], b: readonly unknown[]): number => {
    const byTime = micros(a[0]) - micros(b[0]);
    if (byTime !== 0) return byTime;
    for (let at = 1; at < a.length; at++) {
      const [one, other] = [whole(a[at]), whole(b[at])];
      if (one !== other) return one < other ? -1 : 1;
    }
    return 0;
  };
  return rows.toSorted((a, b) => (order === "oldest" ? compare(a, b) : compare(b, a)));
}

it("lists what is counted in a time that begins and ends within an hour", async () => {
  const newest = await newestMinute();
  for (const [from, to] of [
    [-900, 0],
    [-1500, -600],
    [-4500, -3000],
  ] as const) {
    const at = (seconds: number): string => new Date(newest + seconds * 1000).toISOString();
    const asked = { from: at(from), to: at(to), dataset: "conversations", nowMs } as const;
    const { total } = await countAllRows(lake, asked);
    expect(total).toBeGreaterThan(0);
    const { rows } = await listRows(lake, { ...asked, limit: 5000, totals: false });
    expect(rows).toHaveLength(Math.min(5000, total));
  }
});

/** The full minute behind the newest flow, milliseconds. */
async function newestMinute(): Promise<number> {
  const { rows } = await listRows(lake, {
    ...all,
    dataset: "flows",
    columns: ["time"],
    nowMs,
    limit: 1,
    totals: false,
  });
  return Math.ceil((Date.parse(String(rows[0]?.[0])) + 1) / 60_000) * 60_000;
}

it.each([
  ["conversations", "newest", ""],
  ["conversations", "oldest", "ip = 10.20.0.0/16"],
  ["flows", "oldest", ""],
  ["flows", "newest", "action = deny or dst_port = 443"],
] as const)(
  "pages of %s, %s first, with filter “%s”, give every row once and in order",
  async (dataset, order, filter) => {
    const asked = { ...all, dataset, order, columns: keyColumns[dataset], ...(filter !== "" && { filter }) };
    const { rows, pages } = await allPages(asked);
    const { total } = await countAllRows(lake, { ...all, dataset, nowMs, ...(filter !== "" && { filter }) });
    expect(pages).toBeGreaterThan(2);
    expect(rows).toHaveLength(total);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(total);
    expect(rows).toEqual(sorted(rows, order));
  },
);

it.each(["conversations", "flows"] as const)(
  "a list of %s goes on in the state that it was begun in, whatever is read, derived and compacted meanwhile",
  async (dataset) => {
    const asked = { ...all, dataset, columns: keyColumns[dataset] };
    const before = await allPages(asked);
    const during = await allPages(asked, async (page) => {
      if (page > 0) return;
      const log = join(folder, `late-${dataset}-${page}.log`);
      // Of the demo's own hours, so that they are derived anew; and of another time.
      const own = flowLine(page).replaceAll(/ 17\d{8}/g, ` ${Math.floor(Date.now() / 1000) - 3600}`);
      writeFileSync(log, `${own}\n${flowLine(page + 100)}\n`);
      ingest(lake, log);
      await deriveStore(lake, { rebuild: true });
      await compactStore(lake, Date.now());
    });
    expect(during.rows).toEqual(before.rows);
    const after = await allPages(asked);
    expect(after.rows.length).toBeGreaterThan(before.rows.length);
  },
  120_000,
);

it("counts what is folded away, so that shown and folded are everything", async () => {
  const asked = { ...all, dataset: "conversations" as const, nowMs };
  const everything = await countAllRows(lake, asked);
  const folded = Object.values(everything.classes).reduce((sum, count) => sum + count, 0);
  expect(folded).toBeGreaterThan(0);
  const shown = await countAllRows(lake, { ...asked, fold: [...foldClasses] });
  expect(shown.total + folded).toBe(everything.total);
  expect(shown.classes).toEqual(everything.classes);
  for (const counts of [everything, shown]) {
    const inCells = counts.cells.flatMap(({ verdicts }) => Object.values(verdicts));
    expect(inCells.reduce((sum, count) => sum + count, 0)).toBe(counts.total);
  }
  const { rows } = await allPages({ ...all, dataset: "conversations", fold: [...foldClasses], columns: ["class"] });
  expect(rows).toHaveLength(shown.total);
  expect(new Set(rows.flat())).toEqual(new Set(["normal"]));
  const one = await listRows(lake, { ...asked, fold: ["internet_noise"], limit: 5 });
  expect(one.totals?.total).toBe(everything.total - (everything.classes.internet_noise ?? 0));
});

it("takes for noise what strangers try in vain, and nobody who has a name", async () => {
  const asked = { ...all, dataset: "conversations" as const, nowMs };
  const noise = async (): Promise<number> => (await countAllRows(lake, asked)).classes.internet_noise ?? 0;
  const before = await noise();
  const columns = ["client_ip", "verdict", "state", "server_ip"];
  const [unfolded, folded] = await Promise.all(
    [[], ["internet_noise"] as const].map(async (fold) => (await allPages({ ...asked, fold, columns })).rows),
  );
  const kept = countsOf(folded ?? []);
  const hidden = (unfolded ?? []).filter((row) => {
    const key = JSON.stringify(row);
    const left = kept.get(key) ?? 0;
    kept.set(key, left - 1);
    return left <= 0;
  });
  expect(hidden).toHaveLength(before);
  for (const [client, verdict, state] of hidden) {
    expect(String(client)).not.toMatch(/^10\./);
    expect(verdict === "denied" || verdict === "dropped" || state === "attempted").toBe(true);
  }
  const [stranger] = hidden[0] ?? [];
  const own = hidden.filter(([client]) => client === stranger).length;
  writeFileSync(join(folder, "partner.csv"), `cidr,name,role\n${String(stranger)}/32,partner,\n`);
  weir(["names", "add", "partner.csv", "--data", "demo"]);
  expect(await noise()).toBe(before - own);
});

function countsOf(rows: readonly (readonly unknown[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(JSON.stringify(row), (counts.get(JSON.stringify(row)) ?? 0) + 1);
  return counts;
}

it("refuses cursors that were changed, and those of another question", async () => {
  const asked = { ...all, dataset: "conversations" as const, nowMs, limit: 10, totals: false };
  const { next } = await listRows(lake, asked);
  const cursor = next ?? "";
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const changed = [
    text.replace(/~(\d+)~([^~]*)$/, (_, id: string, seal: string) => `~${BigInt(id) + 1n}~${seal}`),
    text.replace(/^\d+/, "0"),
    text.slice(0, -1),
    "1~2~3",
    "",
  ].map((body) => Buffer.from(body, "latin1").toString("base64url"));
  for (const forged of [...changed, "ø", "../../etc/passwd", "A".repeat(500)])
    await expect(listRows(lake, { ...asked, cursor: forged })).rejects.toMatchObject({ code: "bad-cursor" });
  for (const other of [
    { filter: "verdict = denied" },
    { order: "oldest" as const },
    { dataset: "flows" as const },
    { fold: ["stray"] as const },
    { from: "2001-01-01" },
    { scope: { accounts: ["112233445566"] } },
  ])
    await expect(listRows(lake, { ...asked, ...other, cursor })).rejects.toMatchObject({ code: "bad-cursor" });
  expect((await listRows(lake, { ...asked, limit: 3, cursor })).rows).toHaveLength(3);
});

it("says that the lake changed when the files of a list are gone", async () => {
  const asked = { ...all, dataset: "conversations" as const, nowMs, limit: 10, totals: false };
  const { next } = await listRows(lake, asked);
  await deriveStore(lake, { rebuild: true });
  expect((await listRows(lake, { ...asked, cursor: next ?? "" })).rows).toHaveLength(10);
  const catalog = openCatalog(join(lake, "catalog.db"), { mode: "write" });
  recover(lake, catalog, Date.now() + 1, 0);
  catalog.close();
  await expect(listRows(lake, { ...asked, cursor: next ?? "" })).rejects.toMatchObject({
    code: "lake-changed",
    next: "Ask for the first page again.",
  });
});

it("refuses to fold flows, and columns that there are not", async () => {
  const asked = { ...all, nowMs };
  await expect(listRows(lake, { ...asked, dataset: "flows", fold: ["stray"] })).rejects.toMatchObject({
    code: "fold-of-flows",
  });
  await expect(listRows(lake, { ...asked, dataset: "flows", columns: ["src_ipp"] })).rejects.toMatchObject({
    code: "unknown-column",
    next: expect.stringContaining("src_ip") as string,
  });
});
