import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { afterAll, beforeEach, expect, it } from "vitest";
import { startAws } from "./clouds/fake-aws.ts";
import { FakeArm } from "./clouds/fake-arm.ts";
import { atEnd } from "./clouds/opened.ts";
import { runWeir, type WeirRun } from "./weir-run.ts";

const LONG_MS = 60_000;
const own = "123456789012";
const other = "210987654321";

const folder = mkdtempSync(join(tmpdir(), "weir-estate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let data = "";
let lakes = 0;
beforeEach(() => {
  data = join(folder, `lake-${++lakes}`);
});

function weir(args: readonly string[], env: Readonly<Record<string, string>>): Promise<WeirRun> {
  return runWeir(["add", ...args, "--data", data], env);
}

/** How often words stand in what was printed, wherever lines break. */
const occurrences = (text: string, word: string): number => text.replaceAll(/\s+/g, " ").split(word).length - 1;

it(
  "AWS without rights: each cause once, the rights, and no success",
  async () => {
    const aws = await startAws({ ec2: { regions: ["eu-central-1", "us-east-1", "ap-southeast-2"] } });
    atEnd(() => aws.close());
    for (const action of ["ec2:DescribeFlowLogs", "ec2:DescribeVpcs"]) aws.ec2.deny({ action });
    const refused = await weir(["aws", "--yes"], aws.environment);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain("nothing of AWS could be asked");
    expect(occurrences(refused.stdout, "is not allowed")).toBe(1);
    const calls =
      "ec2:DescribeFlowLogs, ec2:DescribeVpcs in own account, ap-southeast-2, eu-central-1, us-east-1, 7 times";
    expect(occurrences(refused.stdout, calls)).toBe(1);
    expect(refused.stdout).toContain('"ec2:DescribeNetworkInterfaces"');
    expect(existsSync(join(data, "weir.yaml"))).toBe(false);
    const json = await weir(["aws", "--json"], aws.environment);
    expect(json.status).toBe(3);
    expect((JSON.parse(json.stdout) as { problems: unknown[] }).problems.length).toBeGreaterThan(5);
  },
  LONG_MS,
);

it(
  "an organisation of which some may be asked: its places are proposed, and what is missing is told once",
  async () => {
    const accounts = [own, other, "333333333333", "444444444444"].map((id) => ({ id, name: `team ${id}` }));
    const aws = await startAws({ organization: { managementAccount: own, accounts } });
    atEnd(() => aws.close());
    aws.sts.createRole({ arn: `arn:aws:iam::${other}:role/weir-reader` });
    aws.ec2.add({
      account: other,
      region: "eu-central-1",
      vpcs: [{ VpcId: "vpc-1", OwnerId: other, CidrBlock: "10.0.0.0/16" }],
      flowLogs: [
        {
          FlowLogId: "fl-1",
          ResourceId: "vpc-1",
          TrafficType: "ALL",
          FlowLogStatus: "ACTIVE",
          LogDestinationType: "cloud-watch-logs",
          LogGroupName: "flows",
        },
      ],
    });
    // The region of the first question is not the one of the log group.
    const found = await weir(
      ["aws", "--org", "--role", "weir-reader", "--region", "us-east-1", "--yes"],
      aws.environment,
    );
    expect(found.stderr).toBe("");
    expect(found.status).toBe(0);
    expect(occurrences(found.stdout, "sts:AssumeRole is not allowed")).toBe(1);
    expect(found.stdout).toContain("arn:aws:iam::*:role/weir-reader");
    expect(parse(readFileSync(join(data, "weir.yaml"), "utf8"), { schema: "failsafe" })).toEqual({
      sources: [
        {
          name: `flows-${other}-eu-central-1`,
          url: "cloudwatch://eu-central-1/flows",
          role_arn: `arn:aws:iam::${other}:role/weir-reader`,
        },
      ],
    });
  },
  LONG_MS,
);

it(
  "Azure without a role sees nothing, which is no empty estate; what is seen is named for what lies there",
  async () => {
    const arm = await FakeArm.start();
    atEnd(() => arm.close());
    // Requests to the identity's endpoint and the control plane stay on this machine.
    const place = ["azure", "--endpoint", arm.url];
    const refused = await weir([...place, "--yes"], arm.environment);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain("no subscription of Azure can be seen");
    expect(refused.stdout).toContain("--role Reader");

    const subscription = "11111111-2222-3333-4444-555555555555";
    const group = `/subscriptions/${subscription}/resourceGroups/net/providers`;
    arm.subscriptions.push({ id: subscription, name: "production" });
    for (const [name, target] of [
      ["old", "networkSecurityGroups/web"],
      ["new", "virtualNetworks/hub"],
    ] as const)
      arm.resources.push({
        id: `${group}/Microsoft.Network/networkWatchers/w/flowLogs/${name}`,
        name,
        type: "microsoft.network/networkwatchers/flowlogs",
        location: "westeurope",
        subscriptionId: subscription,
        resourceGroup: "net",
        properties: {
          targetResourceId: `${group}/Microsoft.Network/${target}`,
          storageId: `${group}/Microsoft.Storage/storageAccounts/nwlogs`,
          enabled: true,
          provisioningState: "Succeeded",
        },
      });
    expect((await weir([...place, "--yes"], arm.environment)).status).toBe(0);
    expect(parse(readFileSync(join(data, "weir.yaml"), "utf8"), { schema: "failsafe" })).toEqual({
      sources: [
        { name: "nwlogs-vnet", url: "azblob://nwlogs/insights-logs-flowlogflowevent" },
        { name: "nwlogs-nsg", url: "azblob://nwlogs/insights-logs-networksecuritygroupflowevent" },
      ],
    });
  },
  LONG_MS,
);
