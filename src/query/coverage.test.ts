import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AnswerCoverage } from "#model/answer.js";
import type { Query } from "#model/query.js";
import type { Row } from "../filter/evaluate.fake.ts";
import { answerQuery, type QueryAnswer } from "./answer-query.ts";
import { World, WORLD_START } from "./world.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-coverage-"));
const names = { blocks: [], ids: new Map<string, string>() };
const MINUTE = 60_000_000;
const at = (minute: number): number => WORLD_START + minute * MINUTE;
let world: World;

beforeAll(async () => {
  world = await World.open(folder, names);
});
afterAll(() => {
  world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What each hour knows of one interface; `seen`: the newest record up to it, in minutes; undefined: silent in this hour. */
function observer(id: string, flowLog: string | null, seen: readonly (number | undefined)[], more: Row = {}): Row[] {
  let last = 0;
  return seen.map((minute, hour) => {
    last = minute ?? last;
    return {
      time: at(hour * 60),
      observer_id: id,
      flow_log_id: flowLog,
      provider: "aws",
      first_seen: at(0),
      last_seen: at(last),
      window_s: 60,
      verdicts: "allowed+denied",
      records: minute === undefined ? 0n : 5n,
      account_id: "1",
      ...more,
    };
  });
}

async function coverageOf(...asked: Parameters<typeof answerOf>): Promise<AnswerCoverage> {
  return (await answerOf(...asked)).coverage;
}

async function answerOf(
  given: { observers: Row[]; coverage?: Row[]; observations?: Row[] },
  part: Partial<Query> = {},
  accounts?: string[],
): Promise<QueryAnswer> {
  await world.put([]);
  await world.insert("observers", given.observers);
  await world.insert("coverage", given.coverage ?? []);
  await world.insert("observations", given.observations ?? []);
  const query: Query = {
    dataset: "conversations",
    range: { from: at(0), to: at(240) },
    by: [],
    measures: ["bytes"],
    timeZone: "UTC",
    ...part,
  };
  const lake = {
    segments: (table: Parameters<World["segments"]>[0]) => world.segments(table),
    names,
    staleHours: [],
    nowMs: at(300) / 1000,
  };
  return answerQuery(query, accounts === undefined ? undefined : { accounts }, lake, world);
}

const steady = [75, 135, 195, 240];

it("is whole where every interface wrote in every hour", async () => {
  const coverage = await coverageOf({ observers: [...observer("a", "fl", steady), ...observer("b", "fl", steady)] });
  expect(coverage).toEqual({
    share: 1,
    interfaces: { expected: 2, seen: 2, basis: "logs" },
    kinds: { allowed: "full", denied: "full", basis: "records" },
    lagS: 0,
    gaps: [],
    moreGaps: 0,
    windows: { nodata: 0, skipdata: 0 },
  });
});

it("finds a flow log's silence, from its last record to the first after it", async () => {
  const observers = [...observer("a", "fl", [50, undefined, 190, 240]), ...observer("b", "other", steady)];
  const observations = [{ time: at(120), flow_log_id: "fl", start_time: at(130), end_time: at(131) }];
  const { gaps, share, interfaces } = await coverageOf({ observers, observations });
  expect(gaps).toEqual([{ flowLog: "fl", from: at(50), to: at(130), cause: "silent" }]);
  expect(share).toBeCloseTo(1 - 80 / 480);
  expect(interfaces).toMatchObject({ expected: 2, seen: 2 });
});

it("takes the cloud's word that nothing passed", async () => {
  const observers = observer("a", "fl", [50, undefined, 190, 240]);
  const quiet = Array.from({ length: 9 }, (_, step) => ({
    time: at(50 + step * 10),
    end_time: at(60 + step * 10),
    status: "nodata",
    flow_log_id: "fl",
    observer_id: "a",
  }));
  expect(await coverageOf({ observers, coverage: quiet })).toMatchObject({
    gaps: [],
    share: 1,
    windows: { nodata: 9 },
  });
  const { gaps } = await coverageOf({ observers, coverage: quiet.slice(0, 3) });
  expect(gaps).toEqual([{ flowLog: "fl", from: at(80), to: at(120), cause: "silent" }]);
});

it("looks for windows where flow logs were silent, and not between", async () => {
  world.ran.length = 0;
  const observers = observer("a", "fl", [20, 125, 140, 240]);
  const window = (minute: number): Row => ({
    time: at(minute),
    end_time: at(minute + 60),
    status: "nodata",
    flow_log_id: "fl",
    observer_id: "a",
  });
  const { gaps } = await coverageOf({ observers, coverage: [window(20), window(77), window(139)] });
  expect(gaps).toEqual([]);
  const asked = world.ran.find(({ reads }) => reads.some(({ view }) => view === "silent_windows"));
  const times = asked?.parameters.filter((value): value is bigint => typeof value === "bigint").map(Number);
  expect(times).toEqual([at(-40), at(75), at(80), at(195)]);
});

it("counts windows with lost records as gaps of their interface", async () => {
  const lost = [10, 11, 30].map((minute) => ({
    time: at(minute),
    end_time: at(minute + 1),
    status: "skipdata",
    flow_log_id: "fl",
    observer_id: "a",
  }));
  const { gaps, share, windows } = await coverageOf({ observers: observer("a", "fl", steady), coverage: lost });
  expect(gaps.map(({ from, to, observer: who, cause }) => [from, to, who, cause])).toEqual([
    [at(10), at(12), "a", "skipdata"],
    [at(30), at(31), "a", "skipdata"],
  ]);
  expect([share, windows.skipdata]).toEqual([1 - 3 / 240, 3]);
});

it("expects an interface only while it lived, and says how late the logs are", async () => {
  const observers = [
    ...observer("gone", "fl", [20, undefined, undefined, undefined]),
    ...observer("a", "fl", [75, 135, 180, undefined]),
  ];
  const range = { from: at(60), to: at(240) };
  expect(await coverageOf({ observers }, { range })).toMatchObject({
    interfaces: { expected: 1, seen: 1 },
    lagS: 3600,
    gaps: [],
  });
});

it("says which kinds are written: a flow log with one kind covers that alone", async () => {
  const observers = [...observer("a", "all", steady), ...observer("b", "rejects", steady, { verdicts: "denied" })];
  expect((await coverageOf({ observers })).kinds).toMatchObject({ allowed: "partial", denied: "full" });
  expect(
    (await coverageOf({ observers: observer("b", "rejects", steady, { verdicts: "denied" }) })).kinds,
  ).toMatchObject({
    allowed: "none",
    denied: "full",
  });
});

it("takes the interfaces of a flow log together, and a cloud's word for what it always writes", async () => {
  const observers = [
    ...observer("a", "fl", steady),
    ...observer("nothing-refused", "fl", steady, { verdicts: "allowed" }),
    ...observer("nic", "vnet", steady, { verdicts: "allowed", provider: "azure", log_type: "azure_vnet" }),
    ...observer("attachment", "gateway", steady, { verdicts: "allowed", log_type: "aws_tgw" }),
  ];
  expect((await coverageOf({ observers })).kinds).toMatchObject({ allowed: "full", denied: "full" });
});

it("knows the interfaces of a range that later hours have forgotten", async () => {
  const observers = [...observer("old", "fl", [50]), ...observer("new", "fl", [undefined, undefined, 190, 240])];
  expect(await coverageOf({ observers }, { range: { from: at(0), to: at(60) } })).toMatchObject({
    interfaces: { expected: 2, seen: 1 },
  });
});

it("is of the caller's accounts, and unknown where nothing is known", async () => {
  const observers = [...observer("a", "fl", steady), ...observer("b", "fl", steady, { account_id: "2" })];
  expect((await coverageOf({ observers }, {}, ["2"])).interfaces.expected).toBe(1);
  expect(await coverageOf({ observers }, {}, ["3"])).toMatchObject({
    share: null,
    interfaces: { expected: 0 },
    lagS: null,
  });
});

it("tells that a flow log stopped while others went on", async () => {
  const stopped = observer("a", "fl", [50, undefined, undefined, undefined]);
  const observers = [...stopped, ...observer("b", "other", steady)];
  const coverage = await coverageOf({ observers });
  expect(coverage.gaps).toEqual([{ flowLog: "fl", from: at(50), to: at(240), cause: "silent" }]);
  expect(coverage.share).toBeCloseTo(1 - 190 / 480);
  expect(coverage.interfaces).toMatchObject({ expected: 2, seen: 2 });
  // The same long after it stopped: its interface should write, and does not.
  const later = await coverageOf({ observers }, { range: { from: at(120), to: at(240) } });
  expect(later.gaps).toEqual([{ flowLog: "fl", from: at(120), to: at(240), cause: "silent" }]);
  expect(later.share).toBeCloseTo(1 / 2);
  expect(later.interfaces).toMatchObject({ expected: 2, seen: 1 });
});

it.each<[string, Row[]]>([
  ["another one writes of its interfaces", observer("a", "successor", steady)],
  ["nothing is newer", []],
  ["what others have may not be delivered of it yet", observer("b", "other", [70, 80])],
])("does not take a flow log for stopped where %s", async (_, others) => {
  const observers = [...observer("a", "fl", [50, undefined, undefined, undefined]), ...others];
  expect(await coverageOf({ observers })).toMatchObject({ gaps: [], share: 1 });
});

it("takes the cloud's word that nothing passed for a flow log that stopped, too", async () => {
  const observers = [...observer("a", "fl", [50, undefined]), ...observer("b", "other", steady)];
  const quiet = [{ time: at(50), end_time: at(240), status: "nodata", flow_log_id: "fl", observer_id: "a" }];
  expect(await coverageOf({ observers, coverage: quiet })).toMatchObject({ gaps: [], share: 1 });
});

it("says what is missing of the time that is compared with", async () => {
  const compared = { range: { from: at(120), to: at(240) }, compare: "previous" } as const;
  const notesOf = async (observers: Row[]): Promise<readonly string[]> =>
    (await answerOf({ observers }, compared)).notes;
  expect(await notesOf(observer("a", "fl", steady))).toEqual([]);
  expect(await notesOf(observer("a", "fl", [20, undefined, 190, 240]))).toEqual([
    "Of the time that is compared with 17 % is covered: 1 gap.",
  ]);
  expect(await notesOf(observer("a", "fl", steady, { first_seen: at(90) }))).toEqual([
    "Logs of the time that is compared with begin at 2026-03-29 01:30.",
  ]);
  const now = [undefined, undefined, 190, 240];
  expect(await notesOf(observer("a", "fl", now, { first_seen: at(125) }).slice(2))).toEqual([
    "Of the time that is compared with nothing is logged.",
  ]);
});
