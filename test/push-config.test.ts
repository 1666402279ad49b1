import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SourceDoctorJson, SourceJson, SourcesJson } from "../src/api/contract/index.ts";
import { flowLine } from "./aws-lines.ts";
import { killHard } from "./process-tree.ts";
import { numbersIn } from "./pushed.ts";
import { eventually, serve, type Served } from "./served.ts";
import { main } from "./weir-process.ts";

/** Sources that others push to come, go and change under a server that runs. */
const folder = mkdtempSync(join(tmpdir(), "weir-push-config-"));
const dataDir = join(folder, "lake");
const keyFile = join(folder, "key");
const KEYS = ["the-first-key-of-these-tests", "the-second-key-of-these-tests"] as const;
const unset = "  - { name: unset, push: any, access_key: env:WEIR_TEST_KEY_THAT_NOBODY_SETS }";
const edge = (more = ""): string => `  - { name: edge, push: any, access_key: "file:${keyFile}"${more} }`;
let served: Served;

function configure(...sources: string[]): void {
  writeFileSync(
    join(dataDir, "weir.yaml"),
    sources.length === 0 ? "sources: []\n" : `sources:\n${sources.join("\n")}\n`,
  );
}

interface Judged {
  readonly status: number | null;
  readonly faults: string[];
  readonly text: string;
}

/** What the command and the server find: `code level` of what is not well. The command knows it a second later. */
async function judged(name: string): Promise<Judged> {
  return eventually(
    () => bothJudge(name),
    ({ faults, told }) => faults.join() === told.join(),
  );
}

async function bothJudge(name: string): Promise<Judged & { readonly told: string[] }> {
  const { status, stdout } = spawnSync(process.execPath, [main, "doctor", name, "--data", dataDir, "--json"], {
    encoding: "utf8",
  });
  const faultsOf = ({ checks }: Pick<SourceDoctorJson, "checks">): string[] =>
    checks.filter(({ level }) => level !== "ok").map(({ code, level }) => `${code} ${level}`);
  const faults = faultsOf(JSON.parse(stdout) as SourceDoctorJson);
  const told = faultsOf(await served.get<SourceDoctorJson>(`/sources/doctor?source=${name}`));
  return { status, faults, text: stdout, told };
}

beforeAll(async () => {
  mkdirSync(dataDir);
  writeFileSync(keyFile, KEYS[0]);
  configure(unset);
  served = await serve(dataDir);
});
afterAll(async () => {
  killHard(served.running, "tree");
  await served.running.ended;
  rmSync(folder, { recursive: true, force: true });
});

async function push(name: string, key: string, body: string, id: string): Promise<{ status: number; again: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, "idempotency-key": id };
    const sent = request(`${served.url}/push/${name}`, { method: "POST", headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, again: answer.headers["retry-after"] ?? "" }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const source = async (name: string): Promise<SourceJson | undefined> =>
  (await served.get<SourcesJson>("/sources")).sources.find((each) => each.name === name);

it("a key that is not set holds back its source only: it says so everywhere, and who sends comes again", async () => {
  const found = await eventually(
    () => source("unset"),
    (each) => each?.error_code === "no-access-key",
  );
  expect(found).toMatchObject({ state: "failing", last_error: expect.stringContaining("it is not set") as string });
  expect(found?.next_step).toContain("openssl rand");
  const { status, again } = await push("unset", KEYS[0], flowLine(1), "x");
  expect([status, Number(again) > 0]).toEqual([503, true]);
  const told = spawnSync(process.execPath, [main, "sources", "--data", dataDir], { encoding: "utf8" }).stdout;
  expect(told).toMatch(/unset +failing/);
  expect(told).toContain("WEIR_TEST_KEY_THAT_NOBODY_SETS: it is not set, or empty");
  expect(told).toContain("openssl rand");
  expect(await judged("unset")).toMatchObject({ status: 1, faults: ["key bad", "delivered bad"] });
});

it("a configuration that becomes wrong is told by the API and the command line, and holds nothing up until it is mended", async () => {
  const error = async (): Promise<SourcesJson["config_error"]> =>
    (await served.get<SourcesJson>("/sources")).config_error;
  const ready = async (): Promise<string> => {
    const answer = await fetch(served.url.replace("/api/v1", "/readyz"));
    return ((await answer.json()) as { config: { state: string } }).config.state;
  };
  expect([await error(), await ready()]).toEqual([null, "read"]);
  configure(unset, "  - { name: far, url: s4://logs }", "  - { name: near, foldr: /a }");
  const found = await eventually(error, (told) => told !== null);
  expect(found?.place).toMatch(/weir\.yaml:3$/);
  expect(found?.message).toMatch(/line 3: sources\[1\]\.url: .*\n.*line 4: there is no key “foldr”/);
  expect(await ready()).toBe("wrong");
  expect((await source("unset"))?.state).toBe("failing");
  const { status, stderr } = spawnSync(process.execPath, [main, "sources", "--data", dataDir], { encoding: "utf8" });
  expect([status, stderr]).toEqual([2, expect.stringMatching(/weir\.yaml:3/) as string]);
  configure(unset);
  await eventually(error, (told) => told === null);
  expect(await ready()).toBe("read");
}, 60_000);

it("the doctor says whether deliveries come, which were refused, and how much may wait now", async () => {
  configure(unset, edge());
  await eventually(
    () => source("edge"),
    (found) => found?.push?.accepts === "any",
  );
  expect((await push("edge", KEYS[1], flowLine(0), "0")).status).toBe(401);
  await eventually(
    () => judged("edge"),
    ({ faults }) => faults.includes("wrong-key bad"),
  );
  const { text } = await judged("edge");
  expect(text).toContain("/api/v1/push/edge/firehose");
  expect(text).not.toContain(KEYS[0]);
  writeFileSync(join(dataDir, "weir.yaml"), `sources:\n${[unset, edge()].join("\n")}\nlimits: { push_waiting: 10 }\n`);
  await eventually(
    () => source("edge"),
    (found) => found?.push?.waiting_limit === 10,
  );
  expect((await push("edge", KEYS[0], flowLine(0), "0")).status).toBe(503);
  configure(unset, edge());
  await eventually(
    () => push("edge", KEYS[0], flowLine(0), "0"),
    ({ status }) => status === 200,
  );
  const { status, faults } = await eventually(
    () => judged("edge"),
    (found) => found.faults.length > 0 && !found.faults.some((fault) => fault.endsWith("bad")),
  );
  const told = spawnSync(process.execPath, [main, "sources", "--data", dataDir], { encoding: "utf8" }).stdout;
  expect(told).toMatch(/edge +(ok|collecting|waiting)/);
  // Whether it is read already, and found old, is not sure.
  expect([status, faults.slice(0, 2)]).toEqual([0, ["push-behind warn", "wrong-key warn"]]);
}, 60_000);

it("a new source is served, keys change with their file, and all that was answered while it changed is there once", async () => {
  configure(unset, edge());
  await eventually(
    () => push("edge", KEYS[0], flowLine(0), "0"),
    ({ status }) => status === 200,
  );
  let sent = 1;
  const over = new AbortController();
  let key: string = KEYS[0];
  // As who sends does it: the same again until it is taken, and now and then although it was.
  const sender = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const number = sent++;
      let status = 0;
      while (status !== 200) ({ status } = await push("edge", key, flowLine(number), String(number)));
      if (number % 3 === 0) await push("edge", key, flowLine(number), String(number));
    }
  };
  const senders = [sender(), sender(), sender()];
  const layout =
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";
  const isKnown = (accepted: number) => (): Promise<boolean> =>
    push("edge", KEYS[1], flowLine(0), "0").then(({ status }) => (status === 200) === (accepted === 200));
  // Another layout, another key, away, and there again.
  configure(unset, edge(`, log_format: "${layout}"`));
  const before = sent;
  await eventually(
    async () => sent,
    (now) => now > before + 50,
  );
  writeFileSync(keyFile, KEYS[1]);
  await eventually(isKnown(200), Boolean);
  key = KEYS[1];
  configure(unset);
  await eventually(isKnown(401), Boolean);
  configure(unset, edge());
  await eventually(isKnown(200), Boolean);
  over.abort();
  await Promise.all(senders);
  // What is left of a source that is gone is collected, too.
  configure(unset);
  const wanted = Array.from({ length: sent }, (_, number) => number);
  const found = await eventually(
    () => numbersIn({ dataDir }),
    (numbers) => numbers.length >= sent,
  );
  expect(found).toEqual(wanted);
  expect((await push("edge", KEYS[0], flowLine(0), "0")).status).not.toBe(200);
}, 120_000);

it("what was answered just before a crash is read, although its source is configured no more", async () => {
  writeFileSync(keyFile, KEYS[0]);
  configure(unset, edge());
  await eventually(
    () => push("edge", KEYS[0], flowLine(1_000_000), "the last"),
    ({ status }) => status === 200,
  );
  // Its spool file is open still: it is closed after some seconds.
  killHard(served.running, "tree");
  await served.running.ended;
  expect(readdirSync(join(dataDir, "push", "edge"))).toEqual([expect.stringMatching(/\.open$/)]);
  configure();
  served = await serve(dataDir);
  const found = await eventually(
    () => numbersIn({ dataDir }),
    (numbers) => numbers.includes(1_000_000),
  );
  expect(found.filter((number) => number === 1_000_000)).toHaveLength(1);
});
