import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { WeirError } from "#base/errors.js";
import { startServer } from "../http/servers.fake.ts";
import type { BatchOutcome, FetchedObject, LookRequest, RemoteObject, RemoteSource, SourceMemory } from "../remote.ts";
import { openCloudWatch } from "./cloudwatch-source.ts";
import { FakeLogs, type FakeEvent } from "./logs-service.fake.ts";

const MINUTE = 60_000;
const now = Math.floor(Date.now() / MINUTE) * MINUTE;

class Memory implements SourceMemory {
  readonly values = new Map<string, string>();
  get(name: string): string | undefined {
    return this.values.get(name);
  }
  set(name: string, value: string): void {
    this.values.set(name, value);
  }
  delete(name: string): void {
    this.values.delete(name);
  }
  entries(prefix: string): ReadonlyMap<string, string> {
    return new Map([...this.values].filter(([name]) => name.startsWith(prefix)));
  }
}

let logs: FakeLogs;
let folder: string;
let memory: Memory;

beforeEach(() => {
  logs = new FakeLogs();
  memory = new Memory();
  folder = mkdtempSync(join(tmpdir(), "weir-cloudwatch-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

async function open(group: string, more: { sinceMs?: number } = {}): Promise<RemoteSource> {
  const url = await startServer(logs.answer);
  for (const [name, value] of Object.entries({ AWS_ENDPOINT_URL_EC2: url, TEST_KEY: "AKIDTEST:secret" }))
    vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const source = await openCloudWatch(
    { url: `cloudwatch://eu-central-1/${group}`, endpoint: url, secret: "env:TEST_KEY", ...more },
    process.env,
  );
  onTestFinished(() => source.close());
  return source;
}

const eventAt = (timestamp: number, port: number, ingestionTime = timestamp + 6 * MINUTE): FakeEvent => ({
  stream: `eni-0123456789abcdef${port % 3}-all`,
  timestamp,
  ingestionTime,
  message: `2 123456789012 eni-0123456789abcdef${port % 3} 10.0.0.1 10.0.0.2 ${port} 443 6 1 60 ${timestamp / 1000} ${timestamp / 1000 + 60} ACCEPT OK`,
});

interface Looked {
  readonly objects: Map<string, RemoteObject>;
  readonly texts: Map<string, string>;
  readonly fetched: FetchedObject[];
}

/** Looks, fetches what it was not known to have this version of, and settles. */
async function look(
  source: RemoteSource,
  known: ReadonlyMap<string, RemoteObject> = new Map(),
  { outcome = { failed: [], open: [] }, ...more }: Partial<LookRequest> & { outcome?: BatchOutcome } = {},
): Promise<Looked> {
  const looked: Looked = { objects: new Map(), texts: new Map(), fetched: [] };
  const { signal } = new AbortController();
  let files = 0;
  for await (const { objects, settled } of source.look({ memory, signal, folder, ...more })) {
    for (const object of objects) {
      looked.objects.set(object.key, object);
      if (known.get(object.key)?.etag === object.etag) continue;
      const path = join(folder, `fetched-${++files}`);
      looked.fetched.push(await source.fetch({ object, path, signal }));
      looked.texts.set(object.key, readFileSync(path, "utf8"));
      rmSync(path);
    }
    await settled?.(outcome);
  }
  return looked;
}

const portsOf = (looked: Looked): number[] =>
  [...looked.texts.values()]
    .flatMap((text) => [...text.matchAll(/10\.0\.0\.2 (\d+) 443/g)].map(([, port]) => Number(port)))
    .sort((a, b) => a - b);

it("gives each minute as an object, of events in hand: nothing is asked for twice", async () => {
  logs.pageEvents = 7;
  logs.group("flow", now - 90 * MINUTE);
  logs.put(
    "flow",
    Array.from({ length: 60 }, (_, at) => eventAt(now - 60 * MINUTE + at * 20_000, at)),
  );
  const source = await open("flow");
  const first = await look(source);
  expect(portsOf(first)).toEqual(Array.from({ length: 60 }, (_, at) => at));
  expect(first.objects.size).toBe(20);
  expect([...first.objects.keys()][0]).toBe(`flow@${new Date(now - 60 * MINUTE).toISOString().slice(0, 16)}Z`);
  const asked = logs.count("FilterLogEvents");
  expect(source.requests.lists).toBe(logs.calls.length);
  const again = await look(source, first.objects);
  expect(again.fetched).toEqual([]);
  // The last minutes only, which are empty: two pages.
  expect(logs.count("FilterLogEvents") - asked).toBeLessThanOrEqual(2);
});

it("gives a minute that had late events as one that has grown at its end", async () => {
  logs.group("flow", now - 90 * MINUTE);
  logs.put("flow", [eventAt(now - 5 * MINUTE, 1), eventAt(now - 5 * MINUTE + 500, 2)]);
  const source = await open("flow");
  const first = await look(source);
  logs.put("flow", [eventAt(now - 5 * MINUTE + 200, 3, now + 10 * MINUTE)]);
  const second = await look(source, first.objects);
  const [[key, before] = ["", ""]] = [...first.texts];
  expect(second.texts.get(key)?.startsWith(before)).toBe(true);
  expect(portsOf(second)).toEqual([1, 2, 3]);
});

it("keeps its place only when all before it is in the lake", async () => {
  logs.group("flow", now - 90 * MINUTE);
  logs.put("flow", [eventAt(now - 80 * MINUTE, 1), eventAt(now - 20 * MINUTE, 2)]);
  const source = await open("flow");
  const { objects } = await look(source, new Map(), { outcome: { failed: [], open: ["busy"] } });
  expect(objects.size).toBe(2);
  expect(memory.values.size).toBe(0);
  expect((await look(source)).objects.size).toBe(2);
  expect(memory.values.size).toBe(1);
  expect((await look(source)).objects.size).toBe(0);
});

it("leaves what is older for the next look when its time is over, goes on there, and comes to the newest", async () => {
  logs.group("flow", now - 310 * MINUTE);
  for (let at = 1; at <= 30; at++) logs.put("flow", [eventAt(now - at * 10 * MINUTE, at)]);
  const source = await open("flow");
  expect(portsOf(await look(source, new Map(), { forMs: 0 }))).toEqual([30]);
  // What stayed open is read again, and nothing behind it is taken for read.
  await look(source, new Map(), { outcome: { failed: [], open: ["busy"] } });
  const found = [30];
  for (let looks = 1; !found.includes(1) && looks < 40; looks++)
    found.push(...portsOf(await look(source, new Map(), { forMs: 0 })));
  expect(found).toEqual(Array.from({ length: 30 }, (_, at) => 30 - at));
  // It goes on, and does not look back each time.
  expect(logs.count("FilterLogEvents")).toBeLessThan(200);
  logs.put("flow", [eventAt(now - 2 * MINUTE, 500)]);
  expect(portsOf(await look(source))).toContain(500);
});

it("fills a gap with whole minutes, and leaves its place where it is", async () => {
  logs.group("flow", now - 600 * MINUTE);
  logs.put(
    "flow",
    [10, 11, 12].map((second) => eventAt(now - 500 * MINUTE + second * 1000, second)),
  );
  const source = await open("flow");
  const window = { fromMs: now - 500 * MINUTE + 11_000, toMs: now - 500 * MINUTE + 12_000 };
  expect(portsOf(await look(source, new Map(), { window }))).toEqual([10, 11, 12]);
  expect(memory.values.size).toBe(0);
});

it("reads a minute anew that an earlier run had claimed", async () => {
  logs.group("flow");
  logs.put("flow", [eventAt(now - 30 * MINUTE, 5)]);
  const source = await open("flow");
  const { objects } = await look(source);
  const [object] = objects.values();
  if (object === undefined) throw new Error("nothing was found");
  const path = join(folder, "again");
  const { signal } = new AbortController();
  const fetched = await source.fetch({ object, path, signal });
  expect(fetched).toMatchObject({ size: object.size, start: 0 });
  expect(readFileSync(path, "utf8")).toContain("10.0.0.2 5 443");
  const gone = { ...object, key: object.key.replace(/@.*/, "@2020-01-01T00:00Z") };
  await expect(source.fetch({ object: gone, path, signal })).rejects.toMatchObject({ code: "deleted-at-source" });
});

it("reads all groups whose names begin so, one that fails beside the others, and finds a slash that was lost", async () => {
  for (const name of ["/vpc/a", "/vpc/b", "/other"]) logs.group(name);
  logs.put("/vpc/a", [eventAt(now - 30 * MINUTE, 1)]);
  logs.put("/vpc/b", [eventAt(now - 30 * MINUTE, 2)]);
  const both = await look(await open("/vpc/*"));
  expect(portsOf(both)).toEqual([1, 2]);
  expect((await look(await open("vpc/a"), new Map(), { memory: new Memory() })).objects.size).toBe(1);
  memory = new Memory();
  logs.onCall = (operation) =>
    operation === "FilterLogEvents" && logs.calls.at(-1)?.input["logGroupName"] === "/vpc/a"
      ? {
          status: 400,
          type: "AccessDeniedException",
          message:
            "User: arn:aws:iam::123456789012:user/r is not authorized to perform: logs:FilterLogEvents on resource: arn:aws:logs:eu-central-1:123456789012:log-group:/vpc/a:log-stream: because no identity-based policy allows the logs:FilterLogEvents action",
        }
      : undefined;
  await expect(look(await open("/vpc/*"))).rejects.toMatchObject({ code: "source-denied" });
  expect([...memory.values.keys()]).toEqual(["read /vpc/b"]);
});

it("says in words what stands in the way", async () => {
  const told = async (group: string): Promise<WeirError> => {
    const error = await look(await open(group)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof WeirError)) throw new Error("nothing stood in the way");
    return error;
  };
  expect(await told("missing")).toMatchObject({
    code: "source-log-group",
    message: expect.stringContaining("no such log group") as string,
  });
  logs.group("flow");
  logs.onCall = (operation) =>
    operation === "FilterLogEvents" ? { status: 400, type: "AccessDeniedException", message: "" } : undefined;
  expect(await told("flow")).toMatchObject({
    code: "source-denied",
    message: expect.stringContaining("logs:FilterLogEvents") as string,
  });
});

it("tells what flow logs there are, and goes on without that right", async () => {
  logs.group("flow", now - 90 * MINUTE, 14);
  logs.put(
    "flow",
    Array.from({ length: 30 }, (_, at) => eventAt(now - 30 * MINUTE + at * MINUTE, at)),
  );
  logs.flowLogs.push(
    { id: "fl-1", logGroup: "flow", format: "${version} ${interface-id} ${srcaddr}" },
    { id: "fl-2", logGroup: "flow", format: "${srcaddr} ${dstaddr}", trafficType: "REJECT" },
  );
  const source = await open("flow");
  const { signal } = new AbortController();
  const probe = await source.probe(signal);
  expect(probe.flowLogs).toMatchObject([
    { id: "fl-1", account: "123456789012", region: "eu-central-1", logType: "aws_vpc" },
    { id: "fl-2", format: "${srcaddr} ${dstaddr}" },
  ]);
  expect(probe.oldestMs).toBe(now - 30 * MINUTE);
  expect(probe.newestMs).toBe(now - MINUTE);
  expect(probe.objectsPerDay).toBeGreaterThan(600);
  expect(probe.remarks).toEqual(["fl-2 writes REJECT traffic only."]);
  expect(probe.notes.join("\n")).toMatch(/keeps events for 14 days[\s\S]*2 formats/);
  const { fetched } = await look(source);
  expect(fetched[0]?.hints).toEqual({
    region: "eu-central-1",
    accountId: "123456789012",
    layouts: ["${version} ${interface-id} ${srcaddr}", "${srcaddr} ${dstaddr}"],
  });
  logs.onCall = (operation) =>
    operation === "DescribeFlowLogs"
      ? { status: 403, type: "UnauthorizedOperation", message: "You are not authorized to perform this operation." }
      : undefined;
  memory = new Memory();
  const other = await open("flow");
  expect((await other.probe(signal)).remarks.join("\n")).toMatch(/ec2:DescribeFlowLogs is not allowed/);
  expect((await look(other)).objects.size).toBe(30);
});

it("reads nothing older than it is told, and nothing of a group without events", async () => {
  logs.group("flow");
  logs.group("empty");
  logs.put("flow", [eventAt(now - 300 * MINUTE, 1), eventAt(now - 30 * MINUTE, 2)]);
  expect(portsOf(await look(await open("flow", { sinceMs: now - 60 * MINUTE })))).toEqual([2]);
  expect((await look(await open("empty"))).objects.size).toBe(0);
});
