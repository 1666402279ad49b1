import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logsSchema, type LogsJson } from "../src/api/contract/index.ts";
import {
  awsText,
  defaultFields,
  fl,
  gradedFiles,
  guid,
  nsgId,
  nsgText,
  object,
  START,
  vnetText,
  vnetTuple,
  writeFiles,
} from "./graded-logs.ts";
import { startServer } from "./server.ts";
import { ingest } from "./weir.ts";
import { newPlace } from "./weir-process.ts";

/** `weir doctor --logs` over logs of every kind and make. */
type Logs = Pick<LogsJson, "flow_logs" | "questions" | "range">;
type Grade = LogsJson["flow_logs"][number]["grades"][number];

const { folder, lake, weir } = newPlace();
let answer: Logs;
beforeAll(() => {
  rmSync(join(folder, "logs", "a.log"));
  writeFiles(join(folder, "logs"), gradedFiles);
  ingest(lake, join(folder, "logs"), "--final");
  answer = JSON.parse(weir(["doctor", "--logs", "--json"]).stdout) as Logs;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function logOf(id: string): LogsJson["flow_logs"][number] {
  const found = answer.flow_logs.find(({ flow_log: flowLog }) => flowLog === id);
  if (found === undefined) throw new Error(`${id} was not graded`);
  return found;
}

function gradeOf(id: string, question: string): Grade {
  const found = logOf(id).grades.find((each) => each.question === question);
  if (found === undefined) throw new Error(`${id} has no grade for ${question}`);
  return found;
}

describe("grades", () => {
  // flow log, question, grade, what is missing
  const cases: readonly (readonly [string, string, Grade["grade"], ...missing: string[]])[] = [
    [fl("f"), "direction", "yes"],
    ["", "direction", "partly", "flow-direction"],
    [fl("d"), "direction", "no", "flow-direction"],
    [fl("f"), "opener", "yes"],
    [guid("4"), "opener", "partly", "record type B"],
    [fl("d"), "opener", "no", "tcp-flags"],
    [fl("f"), "pods", "yes"],
    [fl("3"), "pods", "partly", "pkt-dstaddr"],
    [fl("d"), "pods", "no", "pkt-srcaddr", "pkt-dstaddr"],
    ["projects/42/whole", "pods", "yes"],
    ["projects/42/bare", "pods", "partly", "metadata include-all"],
    [fl("f"), "nat", "yes"],
    [fl("4"), "nat", "partly", "traffic-path"],
    [fl("3"), "nat", "partly", "pkt-dstaddr"],
    [fl("a"), "nat", "no"],
    [nsgId("one"), "rule", "yes"],
    [fl("f"), "rule", "partly"],
    [fl("d"), "rule", "no", "reject-reason"],
    [fl("b"), "rule", "no", "packets-lost-no-route", "packets-lost-blackhole"],
    [fl("f"), "verdicts", "yes"],
    [fl("1"), "verdicts", "partly", "traffic type ALL"],
    [fl("2"), "verdicts", "partly", "traffic type ALL"],
    [guid("2"), "verdicts", "partly", "record types B, C, E and D"],
    [fl("a"), "verdicts", "no"],
    ["projects/42/whole", "verdicts", "no"],
    [fl("f"), "bytes", "yes"],
    [guid("1"), "bytes", "yes"],
    [nsgId("two"), "bytes", "partly", "VNet flow log"],
    [fl("3"), "bytes", "partly", "packets"],
    [nsgId("one"), "bytes", "no", "VNet flow log"],
    [fl("5"), "bytes", "no", "bytes"],
    [guid("3"), "bytes", "no", "record types C and E"],
    [fl("f"), "minutes", "yes"],
    [fl("d"), "minutes", "partly", "max aggregation interval 60"],
    [fl("4"), "minutes", "partly", "start"],
    ["projects/42/bare", "minutes", "partly", "aggregation interval"],
    [fl("5"), "minutes", "no", "start", "end"],
    [fl("f"), "place", "yes"],
    [fl("3"), "place", "partly", "subnet-id"],
    [fl("d"), "place", "no", "vpc-id", "subnet-id", "instance-id", "az-id"],
    [nsgId("two"), "place", "no", "VNet flow log"],
    [fl("f"), "losses", "yes"],
    [fl("5"), "losses", "no", "log-status"],
    [guid("1"), "losses", "no"],
    [fl("f"), "encryption", "yes"],
    [fl("4"), "encryption", "partly"],
    [fl("d"), "encryption", "no", "encryption-status"],
    [fl("f"), "interface", "yes"],
    [fl("6"), "interface", "partly", "resource-id"],
    [fl("5"), "interface", "no", "interface-id"],
  ];
  it.each(cases)("%s %s: %s", (id, question, grade, ...missing) => {
    const found = gradeOf(id, question);
    expect([found.grade, found.missing]).toEqual([grade, missing]);
    expect(found.finding).toMatch(/^[^\n]+\.$/);
  });

  it("have a case of each, but for what no log can be", () => {
    const seen = (question: string): string[] =>
      [...new Set(cases.filter(([, asked]) => asked === question).map(([, , grade]) => grade))].toSorted();
    // A log has the field for losses, or it has not.
    const fewer: Readonly<Record<string, string[]>> = { losses: ["no", "yes"] };
    for (const { id } of answer.questions) expect([id, seen(id)]).toEqual([id, fewer[id] ?? ["no", "partly", "yes"]]);
  });

  it("say that a kind is inferred, and when the log's name says the same", () => {
    expect(logOf(fl("1")).kinds).toEqual({ allowed: "none", denied: "full", basis: "records" });
    expect(logOf(guid("2"))).toMatchObject({
      name: "DENIED-ONLY",
      kinds: { allowed: "none", denied: "full", basis: "name" },
    });
    expect(gradeOf(fl("1"), "verdicts").finding).toContain("inferred: none of 2 records is accepted");
    expect(logOf(nsgId("one")).kinds).toEqual({ allowed: "full", denied: "full", basis: "cloud" });
    expect(logOf(fl("a")).kinds).toBeNull();
  });

  it("are those of the calendar and of answers about kinds, which come from the same place", () => {
    const told = JSON.parse(weir(["query", "--measure", "conversations", "--json"]).stdout) as {
      coverage: { kinds: object };
    };
    expect(told.coverage.kinds).toEqual({ allowed: "partial", denied: "partial", basis: "records" });
  });

  it("do not depend on the order in which files are read", () => {
    const names = Object.keys(gradedFiles);
    const inOrder = (order: readonly string[]): Logs => {
      const data = mkdtempSync(join(tmpdir(), "weir-grades-"));
      const half = Math.ceil(order.length / 2);
      for (const part of [order.slice(0, half), order.slice(half)])
        ingest(data, ...part.map((name) => join(folder, "logs", name)), "--final", "--no-derive");
      const run = weir(["doctor", "--logs", "--json", "--data", data]);
      rmSync(data, { recursive: true });
      return JSON.parse(run.stdout) as Logs;
    };
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (order) => {
        // The end of the newest flow is known only when conversations are.
        expect({ ...inOrder(order), range: answer.range }).toEqual(answer);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });
});

describe("the command", () => {
  it("prints flow logs that are alike once, with what each lacks and why", () => {
    const { status, stdout } = weir(["doctor", "--logs"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      / {2}no {6}Opener {6}tcp-flags is not in the format\.\n +Without it, client and server are guessed/,
    );
    expect(stdout.match(/Only the subscription is there/g)).toHaveLength(2);
    expect(stdout).toContain("2 NSG flow logs, 2 without a whole successor: weir doctor --migration");
  });

  it("takes one flow log by its id or the last part of it", () => {
    const ids = (asked: string): string[] =>
      (JSON.parse(weir(["doctor", "--flow-log", asked, "--json"]).stdout) as Logs).flow_logs.map((log) => log.flow_log);
    expect(ids(fl("d"))).toEqual([fl("d")]);
    expect(ids("two")).toEqual([nsgId("two")]);
  });

  it("prints nothing but the text of better flow logs, and says what it leaves out", () => {
    const { stdout, stderr } = weir(["doctor", "--better", "bicep"]);
    expect(stdout).toMatch(/^\/\/ In the place of the NSG flow log/);
    expect(stdout.match(/^resource /gm)).toHaveLength(5);
    expect(stderr).toMatch(/flow logs left out, as Bicep knows Azure only/);
    const unknown = weir(["doctor", "--better", "terraform", "--flow-log", "nosuch"]);
    expect([unknown.status, unknown.stdout]).toEqual([2, ""]);
    expect(unknown.stderr).toContain("Flow logs that did: ");
    expect(unknown.stderr).toContain(fl("f"));
    expect(weir(["doctor", "--flow-log", "twoo"]).stderr).toContain("Did you mean TWO?");
    expect(weir(["doctor", "--better", "terraform", "--flow-log", guid("1")]).stderr).toContain(
      "no flow log of these could",
    );
  });

  it("answers the API the same", async () => {
    const server = await startServer(lake);
    try {
      const told = logsSchema.parse(await (await fetch(`${server.url}/api/v1/logs`)).json());
      expect(told.flow_logs).toEqual(answer.flow_logs);
      expect(told.migration?.flow_logs.map(({ state }) => state)).toEqual(["none", "none"]);
      const none = await fetch(`${server.url}/api/v1/logs?from=2020-01-01&to=2020-01-02`);
      expect(logsSchema.parse(await none.json())).toMatchObject({ flow_logs: [], migration: null });
    } finally {
      await server.stop();
    }
  });
});

describe("a better flow log", () => {
  // What an attacker may write where a log names a resource.
  const evil = "x'; touch pwned; echo '$(touch pwned)`touch pwned`\n\u2028touch pwned #${path.cwd} %{ if true }\"\\";

  /** Runs text in a shell whose clouds' commands only tell their arguments. @returns arguments of each call */
  function calls(text: string): string[][] {
    const home = mkdtempSync(join(tmpdir(), "weir-shell-"));
    const bin = join(home, "bin");
    mkdirSync(bin);
    for (const tool of ["aws", "az", "gcloud"]) {
      writeFileSync(
        join(bin, tool),
        `#!/bin/sh\nprintf '%s\\0' "$@" >> "${home}/told"\nprintf '\\0' >> "${home}/told"\n`,
      );
      chmodSync(join(bin, tool), 0o755);
    }
    const run = spawnSync("sh", ["-eu", "-c", `${text}\ncat "${home}/told"; ls >&2`], {
      cwd: home,
      env: { PATH: `${bin}:/usr/bin:/bin` },
      encoding: "utf8",
    });
    rmSync(home, { recursive: true });
    expect(run.stderr).toBe("bin\ntold\n");
    return run.stdout
      .split("\0\0")
      .filter((call) => call !== "")
      .map((call) => call.split("\0"));
  }

  it("in AWS has the fields that the old one lacks, in the shell that runs it", () => {
    const [call = []] = calls(logOf(fl("d")).better?.cli ?? "");
    expect(call.slice(0, 2)).toEqual(["ec2", "create-flow-logs"]);
    const format = call[call.indexOf("--log-format") + 1] ?? "";
    const fields = format.split(" ").map((field) => field.replace(/^\$\{(.*)\}$/, "$1"));
    const missing = logOf(fl("d")).grades.flatMap((each) => each.missing);
    expect(fields).toEqual(expect.arrayContaining(missing.filter((each) => !each.startsWith("max "))));
    expect(fields).toEqual(expect.arrayContaining(defaultFields));
    expect(new Set(fields).size).toBe(fields.length);
    expect(call).toEqual(expect.arrayContaining(["--max-aggregation-interval", "60", "--traffic-type", "ALL"]));
    expect(call[call.indexOf("--resource-ids") + 1]).toBe("vpc-YOURS");
  });

  it("graded again, answers all that a flow log of AWS can", () => {
    const format = /--log-format '([^']*)'/.exec(logOf(fl("d")).better?.cli ?? "")?.[1] ?? "";
    const fields = format.split(" ").map((field) => field.slice(2, -1));
    const other = newPlace();
    rmSync(join(other.folder, "logs", "a.log"));
    writeFiles(join(other.folder, "logs"), { [object(fl("e"))]: awsText(fields, [{}, { action: "REJECT" }]) });
    ingest(other.lake, join(other.folder, "logs"), "--final");
    const [log] = (JSON.parse(other.weir(["doctor", "--logs", "--json"]).stdout) as Logs).flow_logs;
    rmSync(other.folder, { recursive: true });
    expect(log?.grades.filter(({ can_mend: canMend }) => canMend).map(({ question }) => question)).toEqual([]);
  });

  it("of hostile names is one command, and no comment ends early", () => {
    const other = newPlace();
    rmSync(join(other.folder, "logs", "a.log"));
    writeFiles(join(other.folder, "logs"), {
      "nsg.json": nsgText(`/subscriptions/a/resourceGroups/b/${evil}`, 2, [
        `${START},10.1.0.4,10.1.1.5,35371,443,T,O,A,B,,,,`,
      ]),
      "vnet.json": vnetText("2", [vnetTuple(0, "D", 23)], { name: evil }).replace(
        /"targetResourceID":"[^"]*"/,
        `"targetResourceID":${JSON.stringify(`/subscriptions/a/virtualNetworks/${evil}`)}`,
      ),
    });
    ingest(other.lake, join(other.folder, "logs"), "--final");
    const { flow_logs: logs } = JSON.parse(other.weir(["doctor", "--logs", "--json"]).stdout) as Logs;
    expect(logs).toHaveLength(2);
    for (const { better } of logs) {
      const [call, ...more] = calls(better?.cli ?? "");
      expect(call?.slice(0, 4)).toEqual(["network", "watcher", "flow-log", "create"]);
      expect(more).toEqual([]);
      for (const text of Object.values(better ?? {}))
        for (const line of text?.split("\n") ?? []) {
          expect(line).not.toMatch(/^\s*touch/);
          // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
          expect(line).not.toMatch(/[\u0000-\u001f\u2028]/);
        }
      const code = (text: string | null | undefined): string => (text ?? "").replaceAll(/^(#|\/\/).*$/gm, "");
      expect(code(better?.terraform)).not.toMatch(/(?<!\$)\$\{|(?<!%)%\{ if/);
      expect(code(better?.bicep)).not.toMatch(/(?<!\\)\$\{/);
    }
    rmSync(other.folder, { recursive: true });
  });
});
