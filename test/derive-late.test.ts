import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { derivedRowsOf, rowsOf } from "./lake-rows.ts";
import { startWeir } from "./process-tree.ts";
import { ingest, main } from "./weir.ts";

/** What becomes of conversations when things come late, change, go away or happen at once. */
const folder = mkdtempSync(join(tmpdir(), "weir-late-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let places = 0;
const newFolder = (): string => {
  const path = join(folder, `place-${places++}`);
  mkdirSync(path);
  return path;
};

async function weir(lake: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await startWeir([...args, "--data", lake], "", [main]).ended;
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}
const sql = async (lake: string, query: string): Promise<Record<string, unknown>[]> =>
  JSON.parse(await weir(lake, "sql", query, "--json")) as Record<string, unknown>[];
const totals = async (lake: string): Promise<Record<string, unknown> | undefined> =>
  (
    await sql(
      lake,
      "SELECT sum(client_bytes + server_bytes)::DOUBLE AS bytes, sum(starts)::DOUBLE AS starts, count(DISTINCT conversation_id) AS chains FROM conversations",
    )
  )[0];

const NOON = Date.UTC(2026, 2, 3, 12) / 1000;
const header =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags\n";

interface Line {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  /** Seconds after noon. */
  readonly at: number;
  readonly seconds?: number;
  readonly flags?: number;
  readonly eni?: string;
}

function lineOf({ from, to, bytes, at, seconds = 30, flags = 0, eni = "eni-0a1b2c3d" }: Line): string {
  const [[src, sport], [dst, dport]] = [from.split(":"), to.split(":")];
  return `3 123456789012 ${eni} ${src} ${dst} ${sport} ${dport} 6 1 ${bytes} ${NOON + at} ${NOON + at + seconds} ACCEPT OK ${flags}\n`;
}
const fileOf = (lines: readonly Line[]): string => header + lines.map(lineOf).join("");

const [a, b, c] = ["10.0.1.1:40000", "10.0.2.2:5432", "10.0.1.1:40001"] as const;
const HOUR = 3600;

describe("an hour", () => {
  it("that loses all of its flows leaves the next one with what the hour before it left", async () => {
    const [logs, lake, fresh] = [newFolder(), newFolder(), newFolder()];
    const write = (name: string, lines: readonly Line[]): string => {
      const path = join(logs, name);
      writeFileSync(path, fileOf(lines));
      return path;
    };
    const first = write("1.log", [{ from: a, to: b, bytes: 100, at: 60, flags: 2 }]);
    const middle = write("2.log", [{ from: c, to: b, bytes: 100, at: HOUR + 60, flags: 2 }]);
    const last = write("3.log", [{ from: a, to: b, bytes: 100, at: 2 * HOUR + 60 }]);
    ingest(lake, first, middle, last, "--final");
    expect(await totals(lake)).toEqual({ bytes: 300, starts: 2, chains: 2 });
    write("2.log", []);
    ingest(lake, middle, "--final");
    expect(await totals(lake)).toEqual({ bytes: 200, starts: 1, chains: 1 });
    ingest(fresh, first, last, "--final");
    expect(await derivedRowsOf(lake)).toEqual(await derivedRowsOf(fresh));
  });

  it("far from the others stands alone; a lake without flows has nothing to do", async () => {
    const [logs, lake] = [newFolder(), newFolder()];
    ingest(lake, "--final", logs);
    expect(JSON.parse(await weir(lake, "store", "derive", "--json"))).toMatchObject({ hours: 0, conversations: 0 });
    const years = 300 * 24 * HOUR;
    writeFileSync(
      join(logs, "far.log"),
      fileOf([0, -years].map((at) => ({ from: a, to: b, bytes: 100, at, flags: 2 }))),
    );
    ingest(lake, logs, "--final");
    expect(await totals(lake)).toEqual({ bytes: 200, starts: 2, chains: 2 });
    await weir(lake, "store", "derive", "--rebuild");
    expect(await totals(lake)).toEqual({ bytes: 200, starts: 2, chains: 2 });
  });
});

describe("hours whose flows were deleted", () => {
  it("keep what was made of them, whatever comes late, and it is told", async () => {
    const [logs, lake] = [newFolder(), newFolder()];
    const early: Line[] = [
      { from: a, to: b, bytes: 100, at: 60, flags: 2 },
      { from: a, to: b, bytes: 100, at: HOUR - 20, seconds: 60 },
      { from: a, to: b, bytes: 100, at: 3 * HOUR },
    ];
    writeFileSync(join(logs, "early.log"), fileOf(early));
    ingest(lake, logs, "--final", "--no-derive");
    // Rows are deleted only after something was made of them.
    const age = Math.floor(Date.now() / 1000) - NOON - HOUR - 1;
    await weir(lake, "store", "expire", "--older-than", `${age}s`, "--table", "flows");
    expect(await sql(lake, "SELECT count(*) AS n FROM flows")).toEqual([{ n: 1 }]);
    const frozen = await derivedRowsOf(lake);
    expect(await totals(lake)).toEqual({ bytes: 300, starts: 1, chains: 1 });
    const time = (seconds: number): string => new Date((NOON + seconds) * 1000).toISOString();
    const why = await weir(
      lake,
      "why",
      c.replace(/:.*/, ""),
      b.replace(/:.*/, ":443"),
      "--from",
      time(0),
      "--to",
      time(HOUR),
    );
    expect(why).toContain("No record of it, and no verdict: retention has removed the flows before");
    expect(why).toContain("their conversations are kept");
    expect(why).toContain("its flows were removed by retention");

    await weir(lake, "store", "derive", "--rebuild");
    expect(await derivedRowsOf(lake)).toEqual(frozen);
    writeFileSync(join(logs, "late.log"), fileOf([{ from: c, to: b, bytes: 7, at: 120, flags: 2 }]));
    ingest(lake, logs, "--final");
    expect(await derivedRowsOf(lake)).toEqual(frozen);
    expect(await sql(lake, "SELECT count(*) AS n FROM flows")).toEqual([{ n: 2 }]);
    expect(JSON.parse(await weir(lake, "status", "--json"))).toMatchObject({
      derivation: { dirty_hours: 0, late_hours: 1 },
    });
    expect(JSON.parse(await weir(lake, "store", "derive", "--json"))).toMatchObject({ hours: 0, late_hours: 1 });
    expect(await weir(lake, "status")).toContain("1 of those without records that came late");

    // An hour that nothing was ever made of is no frozen one, however old it is; and the frozen ones after it stand.
    writeFileSync(join(logs, "older.log"), fileOf([{ from: c, to: b, bytes: 9, at: -48 * HOUR, flags: 2 }]));
    ingest(lake, logs, "--final");
    const rows = await derivedRowsOf(lake);
    expect(rows).toEqual(expect.arrayContaining(frozen));
    expect(await totals(lake)).toEqual({ bytes: 309, starts: 2, chains: 2 });
  });
});

describe("names that tell of a NAT gateway", () => {
  it("make conversations anew when they come, and again when they go", async () => {
    const [logs, lake] = [newFolder(), newFolder()];
    const [nat, web, web2] = ["10.0.0.220:2001", "203.0.113.5:443", "198.51.100.9:443"];
    const lines: Line[] = [
      { from: a, to: web, bytes: 100, at: 60, eni: "eni-0000000a" },
      { from: c, to: web2, bytes: 100, at: 60, eni: "eni-0000000a" },
      { from: nat, to: web, bytes: 100, at: 60, eni: "eni-0000000b" },
      { from: "10.0.0.220:2002", to: web2, bytes: 100, at: HOUR + 60, eni: "eni-0000000b" },
    ];
    writeFileSync(join(logs, "nat.log"), fileOf(lines));
    ingest(lake, join(logs, "nat.log"), "--final");
    const before = await derivedRowsOf(lake);
    expect(await totals(lake)).toMatchObject({ bytes: 400 });
    const known = join(logs, "interfaces.json");
    const described = {
      NetworkInterfaceId: "eni-0000000b",
      InterfaceType: "nat_gateway",
      PrivateIpAddress: "10.0.0.220",
    };
    writeFileSync(known, JSON.stringify({ NetworkInterfaces: [described] }));
    await weir(lake, "names", "learn", known);
    // Two with flows, and the one before that reads the first minutes of the first.
    expect(JSON.parse(await weir(lake, "status", "--json"))).toMatchObject({ derivation: { dirty_hours: 3 } });
    expect(JSON.parse(await weir(lake, "store", "derive", "--json"))).toMatchObject({ hours: 3 });
    expect(
      await sql(
        lake,
        "SELECT class, sum(client_bytes)::DOUBLE AS bytes, count(*) AS n FROM conversations GROUP BY 1 ORDER BY 1",
      ),
    ).toEqual([
      // Also in the second hour: that somebody talks to that server is known from the first.
      { class: "normal", bytes: 200, n: 2 },
      { class: "translated", bytes: 0, n: 2 },
    ]);
    // Names that change nothing here change nothing.
    writeFileSync(join(logs, "names.yaml"), "- cidr: 10.0.0.0/8\n  name: corp\n");
    await weir(lake, "names", "add", join(logs, "names.yaml"));
    expect(JSON.parse(await weir(lake, "status", "--json"))).toMatchObject({ derivation: { dirty_hours: 0 } });
    await weir(lake, "names", "remove", known);
    await weir(lake, "store", "derive");
    expect(await derivedRowsOf(lake)).toEqual(before);
  });
});

describe("several processes", () => {
  it("that derive at once, while logs come in, end with what one would have made", async () => {
    const [logs, lake, fresh] = [newFolder(), newFolder(), newFolder()];
    for (let file = 0; file < 6; file++)
      writeFileSync(
        join(logs, `${file}.log`),
        fileOf(
          Array.from({ length: 40 }, (_, at): Line => {
            const flags = at % 2 === 0 ? 2 : 0;
            return { from: `10.0.1.${at}:${40_000 + file}`, to: b, bytes: 50 + at, at: file * 1500 + at, flags };
          }),
        ),
      );
    ingest(lake, join(logs, "0.log"), join(logs, "1.log"), "--final");
    await Promise.all([
      weir(lake, "store", "derive", "--rebuild"),
      weir(lake, "ingest", logs, "--final"),
      weir(lake, "store", "derive", "--rebuild"),
      weir(lake, "store", "compact"),
    ]);
    await weir(lake, "store", "derive");
    ingest(fresh, logs, "--final");
    expect(await derivedRowsOf(lake)).toEqual(await derivedRowsOf(fresh));
  });
});

describe("random logs", () => {
  const line = fc.record({
    from: fc.nat({ max: 5 }).map((port) => `10.0.1.1:${40_000 + port}`),
    to: fc.constantFrom(b, "10.0.2.3:443"),
    bytes: fc.integer({ min: 40, max: 9000 }),
    at: fc.integer({ min: 0, max: 5 * HOUR }),
    seconds: fc.constantFrom(0, 30, 500),
    flags: fc.constantFrom(0, 0, 2, 1, 3),
    eni: fc.constantFrom("eni-0000000a", "eni-0000000b"),
  });
  const cuts = fc.record({
    lines: fc.array(fc.tuple(line, fc.nat({ max: 3 }), fc.nat()), { minLength: 5, maxLength: 60 }),
    twice: fc.nat({ max: 3 }),
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
  });

  it(
    "give the same conversations in whatever objects they stand, whenever those come, and also twice",
    async () => {
      await fc.assert(
        fc.asyncProperty(cuts, async ({ lines, twice, order }) => {
          const [logs, once, cut] = [newFolder(), newFolder(), newFolder()];
          writeFileSync(join(logs, "all.log"), fileOf(lines.map(([each]) => each)));
          ingest(once, join(logs, "all.log"), "--final");
          const parts = [0, 1, 2, 3].map((part) => {
            const path = join(logs, `part-${part}.log`);
            const mine = lines.filter(([, to]) => to === part).sort((x, y) => x[2] - y[2]);
            writeFileSync(path, fileOf(mine.map(([each]) => each)));
            return path;
          });
          for (const part of order) ingest(cut, parts[part] ?? "", "--final");
          ingest(cut, parts[twice] ?? "", "--final", "--reread");
          expect(await derivedRowsOf(cut)).toEqual(await derivedRowsOf(once));
          expect((await rowsOf(cut, "0")).length).toBe((await rowsOf(once, "0")).length);
        }),
        { numRuns: Number(process.env["WEIR_RUNS"] ?? 2) },
      );
    },
    120_000 * Number(process.env["WEIR_RUNS"] ?? 2),
  );
});
