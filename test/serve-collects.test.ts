import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CalendarJson, MalformedJson, ObjectsJson, SourceJson, SourcesJson } from "../src/api/contract/index.ts";
import { strayFiles } from "./lake-files.ts";
import { childrenOf, gone, killHard, startWeir } from "./process-tree.ts";
import { eventually, Listener, serve, type Served } from "./served.ts";
import { logLines } from "./weir-process.ts";
import { ingest } from "./weir.ts";

/** `weir serve` reads watched folders, derives, and says how it goes. */
const folder = mkdtempSync(join(tmpdir(), "weir-serve-"));
const lake = join(folder, "lake");
const watched = join(folder, "watched");
const missing = join(folder, "missing");
let served: Served;

beforeAll(async () => {
  mkdirSync(lake);
  mkdirSync(watched);
  writeFileSync(
    join(lake, "weir.yaml"),
    [
      "sources:",
      `  - { name: good, folder: ${watched}, every: 1s }`,
      `  - { name: bad, folder: ${missing}, every: 1s }`,
    ].join("\n"),
  );
  served = await serve(lake);
});
afterAll(async () => {
  killHard(served.running, "tree");
  await served.running.ended;
  rmSync(folder, { recursive: true, force: true });
});

const sources = async (): Promise<SourcesJson> => served.get<SourcesJson>("/sources");
const source = async (name: string): Promise<SourceJson> => {
  const found = (await sources()).sources.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no source ${name}`);
  return found;
};

describe("an empty lake", () => {
  it("is made, and says that there is nothing to show yet", async () => {
    expect(await served.get("/session")).toMatchObject({ lake: { has_flows: false, ready: false, is_demo: false } });
    expect(await served.get("/coverage/calendar")).toMatchObject({ flow_logs: [] });
    expect(await served.get("/sources/objects")).toEqual({ objects: [], next: null });
  });
});

describe("a watched folder", () => {
  it("is read as files come, and conversations are made of them; a source that fails holds nothing back", async () => {
    const listener = new Listener(served.url);
    writeFileSync(join(watched, "a.log"), `${logLines.join("\n")}\n`);
    await eventually(
      () => source("good"),
      ({ records }) => records.total === 8,
    );
    expect(await source("good")).toMatchObject({
      kind: "folder",
      uri: watched,
      state: "ok",
      last_error: null,
      objects: { read: 1, failed: 0, total: 1 },
      records: { flows: 4, nodata: 1, skipdata: 1, malformed: 2 },
      newest_flow: "2026-03-03T12:00:00.000Z",
    });
    expect(await source("bad")).toMatchObject({ state: "failing", objects: { total: 0 } });
    expect((await source("bad")).last_error).toContain("missing");
    await eventually(sources, ({ derivation }) => derivation.derived_hours > 0 && derivation.dirty_hours === 0);
    const asked = JSON.stringify({ dataset: "conversations", measures: ["conversations"] });
    const answer = await served.send("/query", asked, { "content-type": "application/json" });
    expect(await answer.json()).toMatchObject({ rows: [{ conversations: 4 }] });
    const told = listener.events.map(({ type, source: name = "", state = "" }) => `${type} ${name} ${state}`.trim());
    listener.stop();
    expect(told).toEqual(expect.arrayContaining(["lake", "collect good done", "derive  done"]));
  });

  it("is read on where a file has grown, and what is no log is left out and told", async () => {
    appendFileSync(join(watched, "a.log"), `${logLines[0]?.replace("443", "8443")}\n`);
    writeFileSync(join(watched, "notes.txt"), "these are no flow logs\n");
    await eventually(
      () => source("good"),
      ({ state, records, objects }) => state === "ok" && records.total === 9 && objects.skipped === 1,
    );
    expect(await source("good")).toMatchObject({ state: "ok", objects: { read: 1, skipped: 1 } });
    const { problems } = await sources();
    expect(problems).toMatchObject([{ object: join(watched, "notes.txt"), code: "not-a-flow-log" }]);
  });

  it("that appears later is read from then on", async () => {
    mkdirSync(missing);
    writeFileSync(join(missing, "b.log"), `${logLines[1]}\n`);
    await eventually(
      () => source("bad"),
      ({ state, records }) => state === "ok" && records.total === 1,
    );
    expect(await source("bad")).toMatchObject({ last_error: null });
  });

  it("shares what the command reads: one object, whoever came first", async () => {
    expect(ingest(lake, watched).objects).toMatchObject({ read: 0, unchanged: 1 });
    expect((await sources()).sources.map(({ name }) => name)).toEqual(["good", "bad"]);
  });
});

describe("what can be asked", () => {
  it("objects by part of their name and state, page by page", async () => {
    const all = await served.get<ObjectsJson>("/sources/objects?limit=2");
    expect(all.objects).toHaveLength(2);
    const rest = await served.get<ObjectsJson>(`/sources/objects?limit=2&cursor=${all.next}`);
    expect([rest.objects.length, rest.next]).toEqual([1, null]);
    const found = await served.get<ObjectsJson>("/sources/objects?text=NOTES&status=skipped");
    expect(found.objects).toMatchObject([{ key: join(watched, "notes.txt"), code: "not-a-flow-log" }]);
    const { id } = await source("bad");
    const ofBad = await served.get<ObjectsJson>(`/sources/objects?source=${id}`);
    expect(ofBad.objects.map(({ key }) => key)).toEqual([join(missing, "b.log")]);
  });

  it("malformed records, with their text", async () => {
    const { malformed_by_reason: reasons } = await sources();
    expect(Object.values(reasons).reduce((sum, count) => sum + count, 0)).toBe(2);
    const { records, kept, counted } = await served.get<MalformedJson>("/malformed");
    expect([kept, counted]).toEqual([2, 2]);
    expect(records.map(({ position }) => position).sort((a, b) => a - b)).toEqual([7, 8]);
    expect(records.find(({ position }) => position === 7)?.text).toBe(logLines[6]);
    const [reason = ""] = Object.keys(reasons);
    const one = await served.get<MalformedJson>(`/malformed?reason=${reason}`);
    expect(new Set(one.records.map((each) => each.reason))).toEqual(new Set([reason]));
    expect(await served.get("/malformed?reason=nonsense")).toMatchObject({ code: "unknown-reason", status: 400 });
  });

  it("the calendar: what each flow log wrote, and what the cloud lost", async () => {
    const { flow_logs: logs, cell_s: seconds } = await served.get<CalendarJson>("/coverage/calendar");
    expect(seconds).toBe(3600);
    expect(logs).toHaveLength(1);
    expect(logs[0]).toMatchObject({ provider: "aws", interfaces: 1, kinds: { allowed: "full", denied: "full" } });
    expect(logs[0]?.cells).toMatchObject([
      { from: "2026-03-03T12:00:00.000Z", allowed: 5, denied: 1, gap_s: 60, gap_at_s: 0, cause: "skipdata" },
    ]);
  });

  it("nothing that is not described", async () => {
    expect(await served.get("/sources/objects?status=frobnicated")).toMatchObject({ code: "bad-request" });
    expect(await served.get("/malformed?limit=100000000")).toMatchObject({ code: "bad-request" });
    expect(await served.get("/coverage/calendar?from=later")).toMatchObject({ code: "not-a-time" });
  });
});

/**
 * What an end has left. Empty spill folders of queries stay for an hour: whether their process lives cannot be seen from another
 * container, and one that is just starting is ended in the middle of it.
 */
const leftIn = (dataDir: string): string[] => strayFiles(dataDir).filter((name) => !/^tmp\/\d+-[^/]+$/.test(name));

describe("the end", () => {
  it("is in order on SIGINT", async () => {
    const other = await serve(join(folder, "other"), "--watch", watched);
    const children = childrenOf(other.running.pid);
    expect(children.length).toBeGreaterThan(1);
    const listener = new Listener(other.url);
    expect(await other.stop()).toBe(0);
    listener.stop();
    await gone(children);
    expect(leftIn(join(folder, "other"))).toEqual([]);
  });

  it("by SIGKILL leaves no process behind, and a lake that recovers", async () => {
    const big = join(folder, "big");
    mkdirSync(big);
    const line = `${logLines[0]}\n`;
    for (let at = 0; at < 8; at++) writeFileSync(join(big, `${at}.log`), `${line.repeat(50_000)}${at} x\n`);
    const path = join(folder, "killed");
    const other = await serve(path, "--watch", big);
    await eventually(
      () => other.get<SourcesJson>("/sources"),
      ({ sources: [first] }) => first?.state === "collecting",
    );
    const children = childrenOf(other.running.pid);
    const all = [...children, ...children.flatMap(childrenOf)];
    killHard(other.running, "parent");
    await other.running.ended;
    await gone(all);
    const report = ingest(path, big);
    expect(report.objects.failed).toBe(0);
    expect(leftIn(path)).toEqual([]);
    const again = await serve(path, "--watch", big);
    const found = await eventually(
      () => again.get<SourcesJson>("/sources"),
      ({ sources: [first] }) => first?.state === "ok",
    );
    expect(found.sources[0]?.records).toMatchObject({ total: 8 * 50_001, flows: 400_000, malformed: 8 });
    expect(await again.stop()).toBe(0);
  });
});

describe("a wrong start", () => {
  const start = async (...args: string[]): Promise<{ code: number | null; stderr: string }> =>
    startWeir(["serve", "--data", join(folder, "wrong"), ...args]).ended;

  it("says file, line and key", async () => {
    const file = join(folder, "wrong.yaml");
    writeFileSync(file, "sources:\n  - name: a\n    foldr: /a\n");
    const { code, stderr } = await start("--config", file);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${file}:3`)]);
    expect(stderr).toContain("Did you mean folder?");
    expect((await start("--config", join(folder, "none.yaml"))).code).toBe(2);
  });

  it("says that the port is taken, and that the folder is no lake", async () => {
    const { port } = new URL(served.url);
    const taken = await start("--port", port);
    expect([taken.code, taken.stderr]).toEqual([3, expect.stringContaining("another program listens there already")]);
    const foreign = await startWeir(["serve", "--port", "0", "--data", watched]).ended;
    expect([foreign.code, foreign.stderr]).toEqual([3, expect.stringContaining("holds something else")]);
  });
});
