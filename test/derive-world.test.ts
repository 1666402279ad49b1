import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeDemoWorld } from "../src/demo/index.ts";
import { derivedRowsOf } from "./lake-rows.ts";
import { startWeir } from "./process-tree.ts";
import { ingest, main } from "./weir.ts";
import { differences, oursSql, untold, type Ours } from "./world-truth.ts";

/** Worlds of two clouds through the whole product, compared with what really happened in them. */
const folder = mkdtempSync(join(tmpdir(), "weir-world-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** More worlds, and longer ones, by hand: WEIR_SEEDS=11,12,13 WEIR_HOURS=8 npx vitest run test/derive-world.test.ts */
const seeds = (process.env["WEIR_SEEDS"] ?? "7,8,9").split(",").map(Number);
const hours = Number(process.env["WEIR_HOURS"] ?? 2);
/** Not on the hour, so that conversations of the world's beginning and end are cut off. */
const endMs = Date.parse("2026-03-03T13:24:00Z");

const logsOf = (seed: number): string => join(folder, `logs-${seed}`);
const lakeOf = (seed: number): string => join(folder, `lake-${seed}`);

async function weir(...args: string[]): Promise<{ code: number | null; stdout: string }> {
  const { code, stdout, stderr } = await startWeir(args, "", [main]).ended;
  if (code !== 0 && code !== 1) throw new Error(stderr);
  return { code, stdout };
}
const sql = async (lake: string, query: string): Promise<unknown[]> =>
  JSON.parse((await weir("sql", query, "--json", "--data", lake)).stdout) as unknown[];

describe.each(seeds)("the conversations of world %i", (seed) => {
  beforeAll(async () => {
    await writeDemoWorld(logsOf(seed), { seed, hours, scale: 0.6, endMs });
    ingest(lakeOf(seed), join(logsOf(seed), "s3"), join(logsOf(seed), "azure"), "--final");
  });

  it("are those that happened: each once, the right way round, with its start, bytes and verdicts", async () => {
    const ours = (await sql(lakeOf(seed), oursSql)) as Ours[];
    const { told, all, turned, ...rest } = differences(logsOf(seed), ours);
    expect(rest).toEqual({ missing: [], invented: [], starts: [], bytes: [], verdicts: [] });
    expect(turned.filter((text) => /by (explicit|flags)$/.test(text))).toEqual([]);
    expect(turned.length).toBeLessThanOrEqual((all - told) / 100);
    expect(all).toBeGreaterThan(2000);
    // Else the comparison leaves too much out.
    expect(untold(logsOf(seed)).length).toBeLessThan(all / 2000);
  });

  it("are in presence as they are, and rollups add up to them for every kind", async () => {
    const sums = "sum(starts), sum(records), sum(client_bytes), sum(server_bytes), sum(attempted_bytes)";
    const kinds = "protocol, server_port, verdict, class, state, providers, client_network_id, server_network_id";
    const total = (table: string): string =>
      `SELECT date_trunc('hour', time) AS time, ${kinds}, ${sums} FROM ${table} GROUP BY ALL`;
    for (const table of ["rollup_minute", "rollup_hour"])
      expect(
        await sql(
          lakeOf(seed),
          `SELECT * FROM ((${total("conversations")}) EXCEPT (${total(table)})) UNION ALL ((${total(table)}) EXCEPT (${total("conversations")}))`,
        ),
      ).toEqual([]);
    const ends = `SELECT time, client_realm AS realm, client_ip AS address, server_ip AS peer, 'client' AS role, * EXCLUDE (time) FROM conversations
      UNION ALL SELECT time, server_realm, server_ip, client_ip, 'server', * EXCLUDE (time) FROM conversations`;
    const expected = `SELECT time, realm, address, (1 << hour(time))::UINTEGER AS hours_seen, min(start_time), max(end_time), string_agg(DISTINCT role, '+' ORDER BY role), count(DISTINCT peer)::UBIGINT, sum(starts)::UBIGINT, sum(client_bytes + server_bytes)::UBIGINT FROM (${ends}) GROUP BY ALL`;
    const given =
      "SELECT time, realm, address, hours_seen, first_seen, last_seen, roles, peers::UBIGINT, starts::UBIGINT, bytes FROM presence";
    expect(await sql(lakeOf(seed), `(${expected}) EXCEPT (${given})`)).toEqual([]);
    expect(await sql(lakeOf(seed), `(${given}) EXCEPT (${expected})`)).toEqual([]);
  });
});

describe("the conversations of a world", () => {
  const [seed = 7] = seeds;

  it("are the same whatever comes first, in one go or in many, and when derived again", async () => {
    const expected = await derivedRowsOf(lakeOf(seed));
    const late = join(folder, "late");
    const objects = filesBelow(logsOf(seed)).filter((path) => path.includes("/s3/") || path.includes("/azure/"));
    const third = Math.ceil(objects.length / 3);
    // Last things first, and every tenth object latest of all.
    const order = objects.toReversed().filter((_, at) => at % 10 !== 0);
    ingest(late, ...order.slice(0, third), "--final");
    ingest(late, ...order.slice(third), "--final", "--no-derive");
    ingest(late, ...objects, "--final");
    expect(await derivedRowsOf(late)).toEqual(expected);
    await weir("store", "derive", "--rebuild", "--data", late);
    expect(await derivedRowsOf(late)).toEqual(expected);
    const { code } = await weir("store", "check", "--deep", "--data", late);
    expect(code).toBe(0);
  });
});

function filesBelow(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)],
  );
}
