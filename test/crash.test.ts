import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCatalog } from "../src/catalog/index.ts";
import { takeWriter } from "../src/store/lake/writer-lock.ts";
import { flowLines } from "./aws-lines.ts";
import { stagedFiles, strayFiles, unlistedFiles } from "./lake-files.ts";
import { derivedRowsOf, rowsOf } from "./lake-rows.ts";
import { childrenOf, gone, killHard, pause, startWeir, until, type Running } from "./process-tree.ts";
import { ingest } from "./weir.ts";

/** Kills during ingest; others follow during compaction. */
const KILLS = 12;
/** Lakes that are tormented at the same time. */
const LANES = 2;

const folder = mkdtempSync(join(tmpdir(), "weir-crash-"));
const logs = join(folder, "logs");
let undisturbed: readonly string[] = [];
let counts: object;
let runMs = 0;

const objectName = (key: string): string => relative(logs, key);
const lakeRows = async (dataDir: string): Promise<string[]> => [
  ...(await rowsOf(dataDir, "position", objectName)),
  ...(await derivedRowsOf(dataDir)),
];

function totals(dataDir: string): object {
  const catalog = openCatalog(join(dataDir, "catalog.db"), { mode: "read" });
  const { objects, records, flowsByType, reasons } = catalog.objectTotals();
  catalog.close();
  return { objects, records, flowsByType, reasons };
}

beforeAll(async () => {
  mkdirSync(logs);
  // Enough objects that both workers get some, and more than one turn each.
  for (let number = 0; number < 520; number++)
    writeFileSync(join(logs, `few-${number}.log`), flowLines(number * 3, number * 3 + 3));
  for (let number = 0; number < 6; number++)
    writeFileSync(join(logs, `many-${number}.log`), flowLines(10_000 * (number + 1), 10_000 * (number + 1) + 500));
  writeFileSync(join(logs, "zipped.log.gz"), gzipSync(flowLines(100_000, 100_500)));
  const azure = {
    time: "2026-03-03T12:00:00Z",
    category: "FlowLogFlowEvent",
    flowLogVersion: 4,
    macAddress: "00224871C205",
    flowRecords: {
      flows: [
        {
          aclID: "a",
          flowGroups: [{ rule: "r", flowTuples: ["1772539200000,10.0.0.6,10.0.0.7,35370,23,6,O,E,NX,3,200,4,300"] }],
        },
      ],
    },
  };
  writeFileSync(join(logs, "azure.json"), JSON.stringify({ records: [azure, azure, { ...azure, time: 7 }] }));
  writeFileSync(
    join(logs, "broken.log"),
    `${flowLines(200_000, 200_010)}2 not a record at all\n${flowLines(200_010, 200_020)}`,
  );
  const lake = join(folder, "undisturbed");
  const startedMs = performance.now();
  ingest(lake, logs, "--workers", "2");
  runMs = performance.now() - startedMs;
  undisturbed = await lakeRows(lake);
  counts = totals(lake);
  expect(strayFiles(lake)).toEqual([]);
  expect(undisturbed.length).toBeGreaterThan(5000);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Kill {
  /** What lay around afterwards. */
  readonly stray: readonly string[];
  /** Workers, which may outlive their parent for a moment: they are still there when the next run starts. */
  readonly workers: readonly number[];
}

/** Runs ingest and kills it when `moment` comes. */
async function killed(
  lake: string,
  who: "tree" | "parent",
  moment: (running: Running) => Promise<unknown>,
): Promise<Kill> {
  const running = startWeir(["ingest", "--json", "--data", lake, logs, "--workers", "2"]);
  await moment(running);
  const workers = childrenOf(running.pid);
  killHard(running, who);
  await running.ended;
  return { stray: strayFiles(lake), workers };
}

/** The next run ends as if nothing had been. */
async function mustRecover(lake: string): Promise<void> {
  const { code, stderr } = await startWeir(["ingest", "--json", "--data", lake, logs, "--workers", "2"]).ended;
  expect(code, stderr).toBe(0);
  expect(await lakeRows(lake)).toEqual(undisturbed);
  expect(totals(lake)).toEqual(counts);
}

/** The product's own check finds nothing, and leaves no file that the catalog does not list. */
async function mustBeClean(lake: string): Promise<void> {
  const { code, stdout, stderr } = await startWeir(["store", "check", "--grace", "0", "--data", lake]).ended;
  expect(code, stdout + stderr).toBe(0);
  expect(strayFiles(lake)).toEqual([]);
}

describe("SIGKILL during ingest", () => {
  it(`at ${KILLS} instants, of the whole tree or of the parent alone: the next run completes to the same rows`, async () => {
    let interrupted = 0;
    const lane = async (first: number): Promise<void> => {
      for (let kill = first; kill < KILLS; kill += LANES) {
        const lake = join(folder, `lake-${kill}`);
        const who = kill % 4 < 2 ? "tree" : "parent";
        const { stray, workers } = await killed(lake, who, () => pause((runMs * (kill + 0.5)) / KILLS));
        if (stray.length > 0) interrupted++;
        await mustRecover(lake);
        await gone(workers);
        await mustBeClean(lake);
        rmSync(lake, { recursive: true });
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, first) => lane(first)));
    // Else the kills came too early or too late to mean anything.
    expect(interrupted).toBeGreaterThan(KILLS / 3);
    // A slow machine with other tests on it needs minutes.
  }, 1_800_000);

  it.each(["tree", "parent"] as const)(
    "just when files stand in their place and no commit lists them (%s)",
    async (who) => {
      const lake = join(folder, `published-${who}`);
      const orphans: number[] = [];
      let caught = false;
      for (let attempt = 1; attempt <= 10 && !caught; attempt++) {
        rmSync(lake, { recursive: true, force: true });
        const { stray, workers } = await killed(lake, who, (running) =>
          until(running, () => unlistedFiles(lake).length > 0),
        );
        orphans.push(...workers);
        caught = stray.some((path) => path.startsWith("flows/"));
      }
      expect(caught).toBe(true);
      await mustRecover(lake);
      await gone(orphans);
      await mustBeClean(lake);
    },
  );

  it("just when files are staged, again and again, on one lake", async () => {
    const lake = join(folder, "staged");
    const orphans: number[] = [];
    for (let kill = 0; kill < 4; kill++)
      orphans.push(
        ...(
          await killed(lake, kill % 2 === 0 ? "tree" : "parent", (running) =>
            until(running, () => stagedFiles(lake).length > 0),
          )
        ).workers,
      );
    expect(stagedFiles(lake)).not.toEqual([]);
    await mustRecover(lake);
    await gone(orphans);
    await mustBeClean(lake);
  });

  it("leaves the files of another, living writer alone", async () => {
    const lake = join(folder, "neighbours");
    await killed(lake, "tree", (running) => until(running, () => stagedFiles(lake).length > 0));
    const neighbour = takeWriter(lake);
    const staged = join(lake, "staging", neighbour.id);
    const published = join(lake, "flows", "2026-03-03", `${neighbour.id}-00000000-0000-4000-8000-000000000001.parquet`);
    for (const path of [staged, join(lake, "flows", "2026-03-03")]) mkdirSync(path, { recursive: true });
    for (const path of [join(staged, `${neighbour.id}-2.parquet`), published]) writeFileSync(path, "mine");
    await mustRecover(lake);
    for (const path of [join(staged, `${neighbour.id}-2.parquet`), published])
      expect(readFileSync(path, "utf8")).toBe("mine");
    neighbour.release();
    await mustBeClean(lake);
  });
});

describe("SIGKILL during compaction", () => {
  it("leaves the rows as they were, and the next one completes", async () => {
    const lake = join(folder, "compacted");
    for (let part = 0; part < 4; part++)
      ingest(
        lake,
        ...[0, 1, 2, 3].map((number) => join(logs, `few-${part * 4 + number}.log`)),
        join(logs, `many-${part}.log`),
      );
    const before = await lakeRows(lake);
    const compact = (): Running => startWeir(["store", "compact", "--json", "--data", lake]);
    const moments = [
      async (running: Running) => until(running, () => stagedFiles(lake).length > 0),
      async (running: Running) => until(running, () => unlistedFiles(lake).length > 0),
      async () => pause(150),
      async () => pause(300),
    ];
    let interrupted = 0;
    for (const moment of moments) {
      const running = compact();
      await moment(running);
      killHard(running, "tree");
      if ((await running.ended).signal === "SIGKILL") interrupted++;
      expect(await lakeRows(lake)).toEqual(before);
      await mustBeClean(lake);
    }
    expect(interrupted).toBeGreaterThan(0);
    const { code, stderr } = await compact().ended;
    expect(code, stderr).toBe(0);
    expect(await lakeRows(lake)).toEqual(before);
    const check = await startWeir(["store", "check", "--deep", "--data", lake]).ended;
    expect(check.code, check.stdout).toBe(0);
  });
});
