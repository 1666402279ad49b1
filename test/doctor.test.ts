import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newPlace } from "./weir-process.ts";

/** `weir doctor` on a lake of whole logs, and on one in which nothing is as it should be. */
const START = Date.UTC(2026, 2, 3, 12) / 1000;
const HEAD =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status vpc-id flow-direction tcp-flags";

interface Check {
  readonly code: string;
  readonly level: string;
  readonly finding: string;
  readonly details: readonly string[];
}

interface Trust {
  readonly level: string;
  readonly checks: readonly Check[];
}

const path = (flowLog: string): string => `123456789012_vpcflowlogs_eu-west-1_${flowLog}_20260303T1200Z_0a1b2c3d.log`;

function flow(
  eni: string,
  from: string,
  to: string,
  minute: number,
  more: { vpc?: string; action?: string; direction?: string; shift?: number } = {},
): string {
  const { vpc = "vpc-0aaaaaaaaaaaaaaa1", action = "ACCEPT", direction = "egress", shift = 0 } = more;
  const start = START + minute * 60 + shift;
  return `5 123456789012 ${eni} ${from} ${to} ${40_000 + minute} 443 6 5 500 ${start} ${start + 20} ${action} OK ${vpc} ${direction} 3`;
}

const [A, B] = ["eni-0aaaaaaaaaaaaaaaa", "eni-0bbbbbbbbbbbbbbbb"];
const minutes = Array.from({ length: 60 }, (_, at) => at);
const both = (minute: number): string[] => [
  flow(A, "10.0.0.1", "10.0.0.2", minute),
  flow(B, "10.0.0.1", "10.0.0.2", minute, { direction: "ingress" }),
];

describe("a lake of whole logs", () => {
  const { folder, weir } = newPlace();
  beforeAll(() => {
    rmSync(join(folder, "logs", "a.log"));
    const refused = flow(B, "10.0.0.9", "10.0.0.2", 5, { action: "REJECT", direction: "ingress" });
    writeFileSync(
      join(folder, "logs", path("fl-0123456789abcdef0")),
      [HEAD, ...minutes.flatMap(both), refused, ""].join("\n"),
    );
    weir(["ingest", "logs", "--final"]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("can be trusted, and says what was looked at", () => {
    const { status, stdout } = weir(["doctor", "--json"]);
    const { level, checks } = JSON.parse(stdout) as Trust;
    expect(status).toBe(0);
    expect(checks.map(({ code }) => code)).toEqual([
      "files",
      "objects",
      "malformed",
      "unknown_fields",
      "derived",
      "frozen",
      "disk",
      "flows",
      "gaps",
      "late_logs",
      "lost_records",
      "kinds",
      "one_sided",
      "unknown_side",
      "overlaps",
      "clocks",
      "borrowed_times",
      "future",
      "names",
    ]);
    expect(checks.filter((check) => check.level !== "ok").map(({ code }) => code)).toEqual(["names"]);
    expect(level).toBe("warn");
  });

  it("tells of records that have no time of their own", () => {
    writeFileSync(
      join(folder, "timeless.log"),
      "srcaddr dstaddr action\n10.0.0.1 10.0.0.2 ACCEPT\n10.0.0.1 10.0.0.3 ACCEPT\n",
    );
    weir(["ingest", "timeless.log", "--final", "--data", "timeless"]);
    const { checks } = JSON.parse(weir(["doctor", "--json", "--data", "timeless"]).stdout) as Trust;
    expect(checks.find(({ code }) => code === "borrowed_times")).toMatchObject({
      level: "warn",
      finding: "2 records without a time of their own",
    });
  });

  it("is bad when a file is gone, and says how to mend it", () => {
    const conversations = join(folder, "lake", "flows");
    const day = readdirSync(conversations)[0] ?? "";
    const file = readdirSync(join(conversations, day))[0] ?? "";
    rmSync(join(conversations, day, file));
    const { status, stdout } = weir(["doctor"]);
    expect(status).toBe(1);
    expect(stdout).toContain("bad   There is no flow of this time");
    expect(stdout).toContain("bad   1 file missing or damaged");
    expect(stdout).toContain("weir store check --repair");
  });
});

describe("a lake with all that can be wrong", () => {
  const { folder, weir } = newPlace();
  let checks: ReadonlyMap<string, Check>;
  let status: number | null;

  beforeAll(() => {
    rmSync(join(folder, "logs", "a.log"));
    const write = (flowLog: string, lines: readonly string[]): void =>
      writeFileSync(join(folder, "logs", path(flowLog)), [HEAD, ...lines, ""].join("\n"));
    // A gap of 20 minutes, lost records, a line that is none, and nothing refused.
    write("fl-0123456789abcdef0", [
      ...minutes
        .filter((minute) => minute < 20 || minute >= 40)
        .map((minute) => flow(A, "10.0.0.1", "10.0.0.2", minute)),
      `5 123456789012 ${A} - - - - - - - ${START} ${START + 60} - SKIPDATA vpc-0aaaaaaaaaaaaaaa1 - -`,
      "nonsense",
    ]);
    // The other end's clock is 30 s ahead; and the same address in another network.
    write("fl-0123456789abcdef1", [
      ...minutes.map((minute) =>
        flow(B, "10.0.0.1", "10.0.0.2", minute, { direction: "ingress", shift: 30, vpc: "vpc-0bbbbbbbbbbbbbbb2" }),
      ),
      flow("eni-0cccccccccccccccc", "10.0.0.1", "10.9.0.2", 3, { vpc: "vpc-0ccccccccccccccc3" }),
    ]);
    weir(["names", "add", "-", "--source", "old"], { input: "names:\n  - cidr: 172.30.0.1\n    name: gone\n" });
    weir(["ingest", "logs", "--final", "--no-derive"]);
    const before = JSON.parse(weir(["doctor", "--json"]).stdout) as Trust;
    expect(before.checks.find(({ code }) => code === "derived")).toMatchObject({ level: "bad" });
    weir(["store", "derive"]);
    const run = weir(["doctor", "--json"]);
    status = run.status;
    checks = new Map((JSON.parse(run.stdout) as Trust).checks.map((check) => [check.code, check]));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ["malformed", "warn", /^1 record of \d+ could not be read/, /: 1 record$/],
    [
      "gaps",
      "warn",
      /^1 gap in 1 flow log$/,
      /^fl-0123456789abcdef0: nothing from 2026-03-03 12:19 to 12:40 \(2\d min\)$/,
    ],
    ["lost_records", "warn", /^1 window with lost records/, /^fl-0123456789abcdef0: 1 window of 1 interface$/],
    [
      "kinds",
      "warn",
      /^2 flow logs without one kind/,
      /^fl-0123456789abcdef0: accepted only \(inferred: \d+ records, none of the other kind\)$/,
    ],
    ["one_sided", "warn", /^1 private network never logged/, /^10\.9\.0\.0\/24: 1 conversation of 1 address$/],
    [
      "overlaps",
      "bad",
      /^1 private address used in two networks$/,
      /^10\.0\.0\.1: vpc-0aaaaaaaaaaaaaaa1, vpc-0ccccccccccccccc3$/,
    ],
    ["clocks", "warn", /^1 pair of flow logs with clocks apart$/, /: 30\.0 s apart in \d+ conversations$/],
    ["names", "warn", /^1 of 1 names match no address/, /^gone \(172\.30\.0\.1\)$/],
  ])("%s", (code, level, finding, detail) => {
    const check = checks.get(code)!;
    expect([check.level, check.finding]).toEqual([level, expect.stringMatching(finding)]);
    expect(check.details[0]).toMatch(detail);
  });

  it("exits with 1 for what is bad", () => {
    expect(status).toBe(1);
    expect(weir(["doctor"]).stdout).toMatch(/^Answers are wrong or missing until the bad ones are mended\./m);
  });
});
