import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askWhy, loadDemoNames, writeDemo, type PathAnswer } from "../src/app/index.ts";
import { ingest, main } from "./weir.ts";

/** `weir why` on what really happened in one demo world, and on lakes in which some of its logs are missing. */
const folder = mkdtempSync(join(tmpdir(), "weir-why-"));
const logs = join(folder, "logs");
const lake = join(folder, "lake");

interface Line {
  readonly client_ip: string;
  readonly server_ip: string;
  readonly server_port: number;
  readonly protocol: number;
  readonly start: number;
  readonly incident: string | null;
  readonly translated: boolean;
}

interface Truth {
  readonly endMs: number;
  readonly incidents: readonly { id: string; fromMs: number; toMs: number; entities: { flowLogs: string[] } }[];
  readonly world: { hosts: { name: string; ip: string }[]; networks: { name: string; flowLog: string }[] };
}

let truth: Truth;
let lines: Line[];

beforeAll(async () => {
  await writeDemo(logs, { seed: 11, hours: 6, scale: 1, endMs: Date.parse("2026-03-04T15:00Z") }, () => undefined);
  truth = JSON.parse(readFileSync(join(logs, "truth.json"), "utf8")) as Truth;
  lines = readFileSync(join(logs, "truth-conversations.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  await loadDemoNames(lake, logs);
  ingest(lake, join(logs, "s3"), join(logs, "azure"), "--final");
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ip = (name: string): string => truth.world.hosts.find((host) => host.name === name)!.ip;
const flowLogOf = (network: string): string => truth.world.networks.find(({ name }) => name === network)!.flowLog;
const incident = (id: string): Truth["incidents"][number] => truth.incidents.find((each) => each.id === id)!;
const text = (ms: number): string => new Date(ms).toISOString();

async function why(
  client: string,
  server: string,
  time: { from?: string; to?: string } = {},
  dir = lake,
): Promise<PathAnswer> {
  return askWhy(dir, { client, server, ...time, nowMs: truth.endMs });
}

/** The pair of an incident's first conversation, asked about its service; and how many conversations the pair really had there. */
async function story(id: string): Promise<{ answer: PathAnswer; conversations: number }> {
  const first = lines.find((line) => line.incident === id)!;
  const same = lines.filter(
    (line) =>
      !line.translated &&
      line.client_ip === first.client_ip &&
      line.server_ip === first.server_ip &&
      line.server_port === first.server_port,
  );
  return {
    answer: await why(first.client_ip, `${first.server_ip}:${first.server_port}`),
    conversations: same.length,
  };
}

const count = ({ outcomes }: PathAnswer): number => outcomes.reduce((sum, { conversations }) => sum + conversations, 0);

describe("the stories of a world", () => {
  const since = /since \d{4}-\d\d-\d\d \d\d:\d\d, last (\d{4}-\d\d-\d\d )?\d\d:\d\d/;
  it.each([
    [
      "nacl-return-path",
      "denied",
      /^The request passed and its answer was denied at the server's side: a network ACL has no rule for the way back/,
    ],
    [
      "nsg-wrong-subnet",
      "denied",
      /^Denied at the server's side by rule UserRule_deny-retired-lab: \d+ attempts in \d+ conversations/,
    ],
    [
      "closed-port",
      "closed_port",
      /^Allowed at both sides and refused by the host: .* reset, nothing listens on 9100\/tcp: \d+ attempts/,
    ],
    [
      "silent-host",
      "unanswered",
      /^Allowed at both sides and never answered: the host is silent .*\d+ attempts in \d+ conversations/,
    ],
    [
      "s3-through-nat",
      "allowed",
      /^Allowed at the client's side \(the other is not logged\), through a NAT \(nat\): \d+ conversations?/,
    ],
    ["payment-zone-violation", "allowed", /^Allowed at both sides: \d+ conversations/],
    ["ssh-brute-force", "allowed", /: 421 conversations since .*; the longest lasted 58 min and carried 1\d\.\d MB\.$/],
    ["lateral-movement", "allowed", /^Allowed at both sides: \d+ conversations?/],
    ["password-spray", "allowed", /^Allowed at both sides: 3 conversations/],
    ["beacon", "allowed", /^Allowed at the client's side .*through a NAT/],
    ["slow-exfiltration", "allowed", /^Allowed at the client's side .*through a NAT/],
    ["idle-websocket", "allowed", /: 1 conversation since/],
    ["cross-az-chatter", "allowed", /^Allowed at both sides: \d+ conversations?/],
  ])("%s", async (id, verdict, sentence) => {
    const { answer, conversations } = await story(id);
    expect(answer.sentence).toMatch(sentence);
    expect(answer.verdict).toBe(verdict);
    expect(count(answer), answer.sentence).toBe(conversations);
    if (conversations > 1) expect(answer.sentence).toMatch(since);
    expect(answer.records.length).toBeGreaterThan(0);
    for (const record of answer.records)
      expect([record.object, record.position > 0]).toEqual([expect.stringMatching(/\.(gz|json)$/), true]);
  });

  it("counts every try: four packets in a refused or unanswered connection", async () => {
    for (const id of ["nacl-return-path", "nsg-wrong-subnet", "silent-host"]) {
      const { answer, conversations } = await story(id);
      expect(answer.sentence).toContain(`${4 * conversations} attempts in ${conversations} conversation`);
    }
  });

  it("tells what each side says of request and answer", async () => {
    expect((await story("nacl-return-path")).answer.sides).toEqual({
      client: { request: "allowed", answer: "none" },
      way: { request: "observed", answer: "none" },
      server: { request: "allowed", answer: "denied" },
    });
    expect((await story("nsg-wrong-subnet")).answer.sides.server).toEqual({ request: "denied", answer: "none" });
    expect((await story("closed-port")).answer.sides.client).toEqual({ request: "allowed", answer: "reset" });
    expect((await story("payment-zone-violation")).answer.sides.way).toEqual({
      request: "observed",
      answer: "observed",
    });
  });

  it("sums up a scan: all its ports, and what was open", async () => {
    const outside = lines.find((line) => line.incident === "vertical-scan")!;
    const scan = await why(outside.client_ip, outside.server_ip);
    expect(scan.sentence).toMatch(/^Denied at the server's side .*: 1,000 attempts to 1,000 ports \(1, 2, 3, …\)/);
    const own = lines.find((line) => line.incident === "vulnerability-scan")!;
    const scanner = await why(own.client_ip, own.server_ip);
    expect(scanner.verdict).toBe("mixed");
    expect(scanner.sentence).toMatch(
      /^Denied at the server's side .* on \d+ services \(21\/tcp, .*\. Allowed at both sides on .*; name a port/,
    );
  });

  it("refuses a verdict on what nobody logs, and says what is known", async () => {
    const sweep = lines.find((line) => line.incident === "horizontal-sweep")!;
    const { verdict, sentence } = await why(sweep.client_ip, `${sweep.server_ip}:445`);
    expect(verdict).toBe("unanswered");
    expect(sentence).toMatch(/not answered; where it ended cannot be said, because .* is not logged in this time/);
  });

  it("says that nothing was sent where both sides are logged whole, and not across a gap of a log", async () => {
    const gap = incident("log-gap");
    const after = { from: text(gap.toMs + 900_000), to: text(truth.endMs) };
    const quiet = await why("pay-spare", "cache:6379", after);
    expect(quiet.verdict).toBe("unseen");
    expect(quiet.sentence).toMatch(
      /both sides are logged whole: pay-spare sent nothing to cache 6379|sent nothing to cache port 6379/,
    );
    const across = await why("pay-spare", "cache:6379");
    expect(across.verdict).toBe("unknown");
    expect(across.sentence).toContain(`flow log ${gap.entities.flowLogs[0]} has no record of`);
    const [silent] = across.coverage.client.gaps;
    expect(Math.abs(silent!.from / 1000 - gap.fromMs)).toBeLessThan(600_000);
    expect(Math.abs(silent!.to / 1000 - gap.toMs)).toBeLessThan(600_000);
  });

  it("says that only the other end opens connections", async () => {
    const { verdict, sentence } = await why(ip("db-1"), ip("app-1"));
    expect(verdict).toBe("reverse");
    expect(sentence).toMatch(/^Only the other way round: \S+ opens connections to \S+ \(.*5432\/tcp/);
  });

  it("knows names, blocks, interfaces and networks", async () => {
    const byAddress = await why(ip("build-1"), `${ip("cache")}:6379`);
    const id = byAddress.coverage.client.observers[0]!;
    for (const [client, server] of [
      ["build-1", "cache:6379"],
      ["Build-1", "CACHE:6379/tcp"],
      [id, `${ip("cache")}/32:6379`],
    ] as const) {
      const answer = await why(client, server);
      expect([answer.verdict, count(answer)]).toEqual([byAddress.verdict, count(byAddress)]);
    }
    const block = await why("dev dev", `${ip("cache")}:6379`);
    expect(block.sentence).toMatch(/from 10\.30\.0\.10 and 10\.30\.0\.11 to/);
    await expect(why("cach", "10.0.0.1")).rejects.toMatchObject({ code: "unknown-end", next: "Did you mean cache?" });
    await expect(why("10.0.0.1", "10.0.0.2:70000")).rejects.toMatchObject({ code: "bad-target" });
  });
});

describe("the command", () => {
  const run = (...args: string[]): { status: number | null; stdout: string } =>
    spawnSync(process.execPath, [main, "why", ...args, "--data", lake], { encoding: "utf8" });

  it("exits with 1 unless it is as expected", () => {
    expect(run("bi-1-nic", "file-nic:445", "--expect", "denied").status).toBe(0);
    expect(run("bi-1-nic", "file-nic:445", "--expect", "allowed").status).toBe(1);
    expect(run("app-1", "cache:6379", "--expect", "denied").status).toBe(1);
  });

  it("draws both sides, and writes JSON with stable keys", () => {
    const { stdout } = run("build-1", "cache:6379");
    expect(stdout).toMatch(/^ {2}build-1 ──✔──▶ ────── ──✔──▶ cache:6379 \(10\.20\.30\.12\)$/m);
    expect(stdout).toMatch(/^ +✘──$/m);
    expect(stdout).not.toContain("\u001b");
    const answer = JSON.parse(run("build-1", "cache:6379", "--json").stdout) as Record<string, unknown>;
    expect(Object.keys(answer)).toEqual([
      "verdict",
      "sentence",
      "client",
      "server",
      "port",
      "protocol",
      "range",
      "sides",
      "outcomes",
      "records",
      "coverage",
    ]);
    expect(JSON.stringify(answer)).not.toMatch(/"[a-z]+[A-Z]\w*":/);
  });
});

describe("lakes with missing logs", () => {
  /** The hour of the own scanner: all that is asked here happened in it, too. */
  const hour = (): { from: number; to: number } => {
    const { fromMs } = incident("vulnerability-scan");
    return { from: fromMs - 900_000, to: fromMs + 4_500_000 };
  };
  const inHour = (id: string): Line => {
    const { from, to } = hour();
    return lines.find((line) => line.incident === id && line.start > from + 600_000 && line.start < to - 900_000)!;
  };

  /** A lake of that hour's AWS logs, each flow log's lines as `keep` leaves them; null leaves a flow log out. */
  async function lakeOf(name: string, keep: (flowLog: string, lines: string[]) => string[] | null): Promise<string> {
    const [from, to] = [join(logs, "s3"), join(folder, `${name}-logs`, "s3")];
    for (const file of readdirSync(from, { recursive: true, encoding: "utf8" })) {
      const [, flowLog, stamp] = /_(fl-[0-9a-f]+)_(\d{8}T\d{4}Z)_.*\.gz$/.exec(file) ?? [];
      if (flowLog === undefined || stamp === undefined) continue;
      const time = Date.parse(stamp.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z/, "$1-$2-$3T$4:$5Z"));
      if (time < hour().from || time > hour().to) continue;
      const [head = "", ...rest] = gunzipSync(readFileSync(join(from, file)))
        .toString("utf8")
        .trimEnd()
        .split("\n");
      const kept = keep(flowLog, rest);
      if (kept === null) continue;
      mkdirSync(join(to, file, ".."), { recursive: true });
      writeFileSync(join(to, file), gzipSync(`${[head, ...kept].join("\n")}\n`, { level: 1 }));
    }
    const dir = join(folder, name);
    await loadDemoNames(dir, logs);
    ingest(dir, to, "--final", "--workers", "1");
    return dir;
  }

  it("says nothing about a side without a log", async () => {
    const prod = flowLogOf("prod");
    const dir = await lakeOf("one-sided", (flowLog, all) => (flowLog === prod ? null : all));
    const first = inHour("nacl-return-path");
    const asked = await why(first.client_ip, `${first.server_ip}:6379`, {}, dir);
    expect(asked.sentence).toMatch(
      /not answered; where it ended cannot be said, because 10\.20\.30\.12 is not logged in this time/,
    );
    expect(asked.sides.server.request).toBe("unlogged");
    const silent = await why(ip("dev-1"), `${ip("db-1")}:9999`, {}, dir);
    expect([silent.verdict, silent.sentence]).toEqual([
      "unknown",
      expect.stringMatching(/^No record of it, and no verdict: .* is not logged/),
    ]);
  }, 30_000);

  it("does not take a refusal that is not logged for a loss on the way", async () => {
    const prod = flowLogOf("prod");
    const dir = await lakeOf("accepts", (flowLog, all) =>
      flowLog === prod ? all.filter((line) => !line.includes(" REJECT ")) : null,
    );
    const refused = inHour("vulnerability-scan");
    const { verdict, sentence } = await why(refused.client_ip, `${refused.server_ip}:${refused.server_port}`, {}, dir);
    expect(verdict).toBe("unknown");
    expect(sentence).toContain(`flow log ${prod} has no refused record, so it may log accepted traffic only`);
  }, 30_000);

  it("does not take silence of a log of refusals for silence of the host", async () => {
    const prod = flowLogOf("prod");
    const dir = await lakeOf("refusals", (flowLog, all) =>
      flowLog === prod ? all.filter((line) => !line.includes(" ACCEPT ")) : null,
    );
    const first = inHour("silent-host");
    const silent = await why(first.client_ip, `${first.server_ip}:8443`, {}, dir);
    expect(silent.verdict).toBe("unknown");
    expect(silent.sentence).toContain("has no accepted record, so it may log refusals only");
  }, 30_000);

  it("does not take silence of a log that lost records for anything", async () => {
    const prod = flowLogOf("prod");
    const dir = await lakeOf("lossy", (flowLog, all) =>
      flowLog === prod ? all.map((line) => line.replace(" NODATA", " SKIPDATA")) : null,
    );
    const unseen = await why("spare-1", "spare-2:1234", {}, dir);
    expect(unseen.verdict).toBe("unknown");
    expect(unseen.sentence).toMatch(/\(SKIPDATA\)/);
  }, 30_000);
});
