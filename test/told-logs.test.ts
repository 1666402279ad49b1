import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { LogsJson } from "../src/api/contract/index.ts";
import { openCatalog } from "../src/catalog/index.ts";
import { FakeArm } from "./clouds/fake-arm.ts";
import { startAws } from "./clouds/fake-aws.ts";
import { atEnd } from "./clouds/opened.ts";
import { awsText, defaultFields, fl, nsgId, object, writeFiles } from "./graded-logs.ts";
import { estateResources, estateSubscriptions } from "./migration-estate.ts";
import { migrationFiles } from "./migration-world.ts";
import { runWeir, type WeirRun } from "./weir-run.ts";

/** What control planes say of flow logs is kept by `weir add aws|azure`, and what logs can answer goes by it. */
const LONG_MS = 120_000;
const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "weir-told-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lakeOf(
  name: string,
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): { data: string; logs: string; weir: (...args: string[]) => Promise<WeirRun> } {
  const [data, logs] = [join(folder, name), join(folder, `${name}-logs`)];
  writeFiles(logs, files);
  return { data, logs, weir: (...args) => runWeir([...args, "--data", data], env) };
}

const format = defaultFields.map((field) => `\${${field}}`).join(" ");
const flowLog = (id: string, vpc: string, change: object = {}): object => ({
  FlowLogId: id,
  ResourceId: vpc,
  TrafficType: "ALL",
  FlowLogStatus: "ACTIVE",
  DeliverLogsStatus: "SUCCESS",
  LogDestinationType: "s3",
  LogDestination: "arn:aws:s3:::org-logs/flows",
  MaxAggregationInterval: 60,
  LogFormat: format,
  CreationTime: new Date("2026-01-01T00:00:00Z"),
  ...change,
});

it(
  "AWS: traffic types, formats and failures are told; a question says what a flow log cannot show; a look a day later finds what is gone",
  async () => {
    const aws = await startAws({ ec2: { regions: ["eu-west-1"] } });
    atEnd(() => aws.close());
    const [denied, quiet] = [awsText(defaultFields, [{ action: "REJECT" }]), awsText(defaultFields, [{}])];
    const files = { [object(fl("1"))]: denied, [object(fl("2"))]: quiet };
    const { data, logs, weir } = lakeOf("aws", files, aws.environment);
    const account = "123456789012";
    const own = [
      flowLog(fl("1"), "vpc-0aaaaaaaaaaaaaaa1", { TrafficType: "REJECT" }),
      flowLog(fl("2"), "vpc-0aaaaaaaaaaaaaaa2"),
      flowLog(fl("3"), "vpc-0aaaaaaaaaaaaaaa3", {
        DeliverLogsStatus: "FAILED",
        DeliverLogsErrorMessage: "Access error",
      }),
    ];
    aws.ec2.add({ account, region: "eu-west-1", flowLogs: own });
    await weir("ingest", logs, "--final");
    const inferred = await weir("query", `flow_log_id = ${fl("2")} and action = deny`, "--by", "src.ip");
    expect(inferred.stdout).toContain("(inferred from records)");

    const added = await weir("add", "aws", "--force");
    expect(added.stdout).toContain("What was told of 3 flow logs is kept");
    const { flow_logs: graded, silent } = JSON.parse((await weir("doctor", "--logs", "--json")).stdout) as LogsJson;
    expect(graded.map(({ flow_log: id, kinds, told }) => [id, kinds, told?.by, told?.traffic])).toEqual([
      [fl("1"), { allowed: "none", denied: "full", basis: "told" }, "DescribeFlowLogs", "reject"],
      [fl("2"), { allowed: "full", denied: "full", basis: "told" }, "DescribeFlowLogs", "all"],
    ]);
    expect(silent).toMatchObject([
      { flow_log: fl("3"), delivery_error: "Access error", destination: "s3://org-logs/flows/" },
    ]);

    const asked = await weir("query", `flow_log_id = ${fl("1")} and action = allow`, "--by", "src.ip");
    expect(asked.stdout).toContain(`Allowed traffic is not written by flow log ${fl("1")}, told by DescribeFlowLogs`);
    expect((await weir("query", `flow_log_id = ${fl("2")} and action = deny`, "--by", "src.ip")).stdout).not.toContain(
      "not written by",
    );
    const better = await weir("doctor", "--logs", "--better", "cli", "--flow-log", fl("1"));
    expect(better.stdout).toContain("--log-destination 'arn:aws:s3:::org-logs/flows'");

    // A day later: one was deleted, and made anew for the same network.
    const catalog = openCatalog(join(data, "catalog.db"), { mode: "write" });
    const last = catalog.told.lastLook("aws");
    catalog.told.keepLook("aws", last?.request ?? "", (last?.atMs ?? 0) - 2 * DAY_MS);
    catalog.close();
    own.splice(0, 1, flowLog(fl("4"), "vpc-0aaaaaaaaaaaaaaa1"));
    const judged = JSON.parse((await weir("doctor", "org-logs-flows", "--json")).stdout) as {
      checks: { code: string; level: string; finding: string }[];
    };
    const found = (code: string): { level: string; finding: string } | undefined =>
      judged.checks.find((check) => check.code === code);
    expect(found("delivery-failed")).toMatchObject({ level: "bad" });
    expect(found("flow-log-replaced")?.finding).toContain(`flow log ${fl("1")} of vpc-0aaaaaaaaaaaaaaa1 is gone`);
    expect(found("flow-log-replaced")?.finding).toContain(`${fl("4")}, which began`);
    // Of credentials there is nothing in the catalog.
    expect(readFileSync(join(data, "catalog.db")).includes(aws.environment["AWS_SECRET_ACCESS_KEY"] ?? "?")).toBe(
      false,
    );
  },
  LONG_MS,
);

it(
  "Azure, two subscriptions: what is behind an NSG and what covers it is told, not guessed; also by exported JSON",
  async () => {
    const arm = await FakeArm.start();
    atEnd(() => arm.close());
    arm.subscriptions.push(...estateSubscriptions);
    arm.resources.push(...estateResources);
    const { logs, weir } = lakeOf("azure", migrationFiles, arm.environment);
    await weir("ingest", logs, "--final");
    const added = await weir("add", "azure", "--endpoint", arm.url, "--yes");
    expect(added.stdout).toContain("2 subscriptions, 4 networks, 7 flow logs");
    expect(added.stdout).toContain("virtualnetworks/bare  nothing of the virtual network is logged");
    expect(added.stdout).not.toContain("/subscriptions/");

    const expected = [
      { flow_log: nsgId("alone"), state: "none", basis: "told", told: { interfaces: 1, uncovered: 1 } },
      { flow_log: nsgId("both"), state: "partly", basis: "told", told: { interfaces: 3, uncovered: 1 } },
      { flow_log: nsgId("quiet"), state: "whole", basis: "told", told: { interfaces: 0, uncovered: 0 } },
      { flow_log: nsgId("stopped"), state: "whole", basis: "told", told: { interfaces: 1, uncovered: 0 } },
    ];
    const migration = async (run: typeof weir): Promise<unknown[]> => {
      const { flow_logs: all } = JSON.parse((await run("doctor", "--migration", "--json")).stdout) as NonNullable<
        LogsJson["migration"]
      >;
      return all.map(({ flow_log: id, state, basis, told }) => ({
        flow_log: id,
        state,
        basis,
        told: told && { interfaces: told.interfaces, uncovered: told.uncovered.length },
      }));
    };
    expect(await migration(weir)).toEqual(expected);
    // Those of its networks that have a VNet flow log already need none, and a network needs one only.
    const better = (await weir("doctor", "--logs", "--better", "bicep")).stdout;
    expect(better.match(/targetResourceId: .*/g)).toEqual([expect.stringContaining("virtualnetworks/old")]);
    expect((await weir("doctor", "--logs", "--json")).stdout).toContain('"by":"Azure Resource Graph"');

    // The same answers, exported: what was told is as old as the file.
    const other = lakeOf("export", migrationFiles, arm.environment);
    await other.weir("ingest", other.logs, "--final");
    const file = join(folder, "graph.json");
    writeFileSync(file, JSON.stringify({ data: estateResources }));
    const json = await other.weir("add", "azure", "--from-json", file, "--yes");
    expect(json.stdout).toContain("What was told of 7 flow logs is kept: weir doctor --logs goes by it.\n");
    expect(await migration(other.weir)).toEqual(expected);
  },
  LONG_MS,
);
