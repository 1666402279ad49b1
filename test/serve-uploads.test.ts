import { connect } from "node:net";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { IngestReportJson, ObjectsJson, Problem, SourcesJson } from "../src/api/contract/index.ts";
import { killHard, startWeir } from "./process-tree.ts";
import { eventually, Listener, serve, type Served } from "./served.ts";
import { logLines } from "./weir-process.ts";

/** Files that are sent to `weir serve`, and the demo that is made from the page. */
const folder = mkdtempSync(join(tmpdir(), "weir-uploads-"));
const lake = join(folder, "lake");
const logs = join(folder, "logs");
const BYTES = { "content-type": "application/octet-stream" };
const MOST = 3_000_000;
let served: Served;
let files: string[];

beforeAll(async () => {
  await startWeir(["demo", "--write", logs, "--hours", "1"]).ended;
  files = readdirSync(logs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /log\.gz$|PT1H\.json$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
  writeFileSync(join(folder, "weir.yaml"), `limits: { upload_size: ${MOST} }\n`);
  served = await serve(lake, "--config", join(folder, "weir.yaml"));
});
afterAll(async () => {
  killHard(served.running, "tree");
  await served.running.ended;
  rmSync(folder, { recursive: true, force: true });
});

async function send(name: string, bytes: Uint8Array | string): Promise<IngestReportJson & Problem> {
  const answer = await served.send(
    `/ingest?name=${encodeURIComponent(name)}`,
    bytes as NonNullable<RequestInit["body"]>,
    BYTES,
  );
  return (await answer.json()) as IngestReportJson & Problem;
}

const flows = async (): Promise<number> =>
  (await served.get<SourcesJson>("/sources")).tables.find(({ table }) => table === "flows")?.rows ?? 0;
/** Nothing of an upload is left on disk. */
const spooled = (): string[] => readdirSync(join(lake, "tmp")).filter((name) => /^\d+-upload-/.test(name));

describe("a file of each kind", () => {
  const kinds = [
    ["aws_vpc", /vpcflowlogs_/],
    ["azure_nsg", /networksecuritygroup/i],
    ["azure_vnet", /insights-logs-flowlogflowevent/],
  ] as const;
  it.each(kinds)("%s is read, and known when it comes again", async (type, pattern) => {
    const path = files.find((each) => pattern.test(each)) ?? "";
    const first = await send(path, readFileSync(path));
    expect(first.objects).toMatchObject({ read: 1, failed: 0, skipped: 0 });
    expect(first.flows_by_type[type], JSON.stringify(first.flows_by_type)).toBeGreaterThan(0);
    const count = await flows();
    expect((await send(path, readFileSync(path))).objects).toMatchObject({ read: 0, unchanged: 1 });
    expect((await send("another name", readFileSync(path))).objects).toMatchObject({ read: 0, unchanged: 1 });
    expect(await flows()).toBe(count);
    expect(spooled()).toEqual([]);
  });

  it("that has grown is read on; another one of the same name is another one", async () => {
    const before = await flows();
    const text = (...lines: (string | undefined)[]): string => `${lines.join("\n")}\n`;
    expect((await send("day/flows.log", text(logLines[0]))).records.flows).toBe(1);
    const grown = await send("day/flows.log", text(logLines[0], logLines[1]));
    expect([grown.objects.grown, grown.records.flows]).toEqual([1, 1]);
    expect((await send("day/flows.log", text(logLines[2], logLines[3]))).objects.read).toBe(1);
    expect(await flows()).toBe(before + 4);
  });
});

describe("several files", () => {
  it("come in one form, with progress under its name", async () => {
    const listener = new Listener(served.url);
    const form = new FormData();
    const chosen = files.filter((path) => /vpcflowlogs_/.test(path)).slice(1, 4);
    for (const path of chosen) form.append("file", new Blob([readFileSync(path)]), path.replace(logs, ""));
    form.append("file", new Blob(["no log at all"]), "notes.txt");
    const answer = await served.send("/ingest?job=j-1", form);
    const report = (await answer.json()) as IngestReportJson;
    expect(report.objects).toMatchObject({ read: chosen.length, skipped: 1 });
    expect(report.problems).toMatchObject([{ code: "not-a-flow-log" }]);
    await eventually(
      () => Promise.resolve(listener.events),
      (events) => events.some(({ source, state }) => source === "upload:j-1" && state === "done"),
    );
    listener.stop();
  });
});

describe("a hostile sender", () => {
  it("has a name that is only text", async () => {
    for (const name of [
      "../../../etc/passwd",
      "/etc/cron.d/x",
      "a\u0000b\nc",
      "<script>alert(1)</script>",
      "x".repeat(1900),
    ])
      expect((await send(name, `${logLines[0]?.replace("443", String(5000 + name.length))}\n`)).objects.read).toBe(1);
    const { objects } = await served.get<ObjectsJson>("/sources/objects?limit=5");
    expect(objects.every(({ key }) => key.startsWith("upload:"))).toBe(true);
    expect(objects.map(({ key }) => key).join(" ")).toContain("<script>alert(1)</script>");
    expect((await send("y".repeat(3000), "x")).code).toBe("bad-request");
  });

  it("sends too much, whether it says so or not", async () => {
    const much = new Uint8Array(MOST + 1);
    expect(await send("much", much)).toMatchObject({ code: "too-large", status: 413 });
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(500_000)),
    });
    const init = { method: "POST", body: stream, headers: BYTES, duplex: "half" } as RequestInit;
    const answer = await fetch(`${served.url}/ingest?name=endless`, init).catch((error: unknown) => error);
    if (answer instanceof Response) expect(answer.status).toBe(413);
    await eventually(
      () => Promise.resolve(spooled()),
      (left) => left.length === 0,
    );
  });

  it("goes away halfway, and nothing is left of it", async () => {
    const before = await flows();
    const { port } = new URL(served.url);
    const socket = connect(Number(port), "127.0.0.1");
    const head = `POST /api/v1/ingest?name=half HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/octet-stream\r\ncontent-length: 1000000\r\n\r\n`;
    socket.write(head + `${logLines[0]}\n`.repeat(100));
    await eventually(
      () => Promise.resolve(spooled()),
      (left) => left.length === 1,
    );
    socket.destroy();
    await eventually(
      () => Promise.resolve(spooled()),
      (left) => left.length === 0,
    );
    expect(await flows()).toBe(before);
  });

  it("sends nothing, or a form that is none", async () => {
    expect(await send("empty", "")).toMatchObject({ code: "no-file", status: 400 });
    const broken = await served.send("/ingest", "no form", { "content-type": "multipart/form-data; boundary=x" });
    expect(await broken.json()).toMatchObject({ code: "bad-form", status: 400 });
  });

  it("is a page of another origin", async () => {
    const answer = await served.send("/ingest?name=x", `${logLines[0]}\n`, { ...BYTES, origin: "http://evil.example" });
    expect(answer.status).toBe(403);
  });
});

describe("listening", () => {
  it("begins with the state of the lake, and who does not take anything costs nothing", async () => {
    const listener = new Listener(served.url);
    await eventually(
      () => Promise.resolve(listener.events),
      (events) => events.length > 0,
    );
    listener.stop();
    expect(listener.events[0]).toMatchObject({ type: "lake", newest_flow: expect.any(String) as string });
    const { port } = new URL(served.url);
    const deaf = connect(Number(port), "127.0.0.1");
    deaf.write(`GET /api/v1/events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
    deaf.pause();
    expect((await send("while-deaf.log", `${logLines[0]?.replace("443", "7777")}\n`)).objects.read).toBe(1);
    deaf.destroy();
  });
});

describe("the demo", () => {
  it("is made in an empty lake only, and said to be one", async () => {
    const json = { "content-type": "application/json" };
    const full = await served.send("/demo", "{}", json);
    expect([full.status, ((await full.json()) as Problem).code]).toEqual([409, "lake-not-empty"]);
    const other = await serve(join(folder, "demo-lake"));
    const made = await other.send("/demo", JSON.stringify({ hours: 1 }), json);
    expect(made.status).toBe(200);
    expect(((await made.json()) as IngestReportJson).records.flows).toBeGreaterThan(1000);
    const ready = await eventually(
      () => other.get<{ lake: { ready: boolean } }>("/session"),
      ({ lake: { ready } }) => ready,
    );
    expect(ready).toMatchObject({ lake: { has_flows: true, is_demo: true } });
    expect(await other.stop()).toBe(0);
  });
});
