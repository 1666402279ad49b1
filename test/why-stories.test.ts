import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadDemoNames, type PathAnswer } from "../src/app/index.ts";
import { TrueWorld } from "./true-world.ts";
import { ingest, main } from "./weir.ts";

/** `weir why` on what really happened in one demo world. */
const world = new TrueWorld();
const lake = join(world.folder, "lake");

beforeAll(async () => {
  await world.write();
  await loadDemoNames(lake, world.logs);
  ingest(lake, join(world.logs, "s3"), join(world.logs, "azure"), "--final");
}, 60_000);
afterAll(() => rmSync(world.folder, { recursive: true, force: true }));

const text = (ms: number): string => new Date(ms).toISOString();
const ip = (name: string): string => world.ip(name);
const why = (client: string, server: string, time: { from?: string; to?: string } = {}): Promise<PathAnswer> =>
  world.why(lake, client, server, time);

/** The pair of an incident's first conversation, asked about its service; and how many conversations the pair really had there. */
async function story(id: string): Promise<{ answer: PathAnswer; conversations: number }> {
  const first = world.line(id);
  const same = world.lines.filter(
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
    const outside = world.line("vertical-scan");
    const scan = await why(outside.client_ip, outside.server_ip);
    expect(scan.sentence).toMatch(/^Denied at the server's side .*: 1,000 attempts to 1,000 ports \(1, 2, 3, …\)/);
    const own = world.line("vulnerability-scan");
    const scanner = await why(own.client_ip, own.server_ip);
    expect(scanner.verdict).toBe("mixed");
    expect(scanner.sentence).toMatch(
      /^Denied at the server's side .* on \d+ services \(21\/tcp, .*\. Allowed at both sides on .*; name a port/,
    );
  });

  it("refuses a verdict on what nobody logs, and says what is known", async () => {
    const sweep = world.line("horizontal-sweep");
    const { verdict, sentence } = await why(sweep.client_ip, `${sweep.server_ip}:445`);
    expect(verdict).toBe("unanswered");
    expect(sentence).toMatch(/not answered; where it ended cannot be said, because .* is not logged in this time/);
  });

  it("says that nothing was sent where both sides are logged whole, and not across a gap of a log", async () => {
    const gap = world.incident("log-gap");
    const after = { from: text(gap.toMs + 900_000), to: text(world.truth.endMs) };
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
      "cases",
      "losses",
      "outcomes",
      "main",
      "records",
      "coverage",
    ]);
    expect(JSON.stringify(answer)).not.toMatch(/"[a-z]+[A-Z]\w*":/);
  });
});
