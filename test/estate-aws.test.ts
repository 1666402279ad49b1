import { expect, it, onTestFinished, vi } from "vitest";
import { proposeSources, readAwsEstate, unlogged, type AwsEstateOptions, type Estate } from "../src/source/index.ts";
import { startAws, type FakeAws } from "./clouds/fake-aws.ts";
import { atEnd } from "./clouds/opened.ts";

const own = "123456789012";
const other = "210987654321";
const refusing = "333333333333";

async function start(options: Parameters<typeof startAws>[0] = {}): Promise<FakeAws> {
  const aws = await startAws(options);
  atEnd(() => aws.close());
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  return aws;
}

async function read(options: Partial<AwsEstateOptions> = {}): Promise<Estate> {
  const { signal } = new AbortController();
  return readAwsEstate({ settings: {}, env: process.env, signal, ...options });
}

const vpc = (VpcId: string, OwnerId: string, Name?: string) => ({
  VpcId,
  OwnerId,
  CidrBlock: "10.0.0.0/16",
  Tags: Name === undefined ? [] : [{ Key: "Name", Value: Name }],
});
const subnet = (SubnetId: string, VpcId: string) => ({ SubnetId, VpcId, CidrBlock: "10.0.1.0/24" });
const eni = (NetworkInterfaceId: string, SubnetId: string, VpcId: string) => ({ NetworkInterfaceId, SubnetId, VpcId });

it("reads the caller's own account in every enabled region: what is logged, where to, and what is not", async () => {
  const aws = await start();
  aws.ec2.add({
    account: own,
    region: "eu-central-1",
    vpcs: [vpc("vpc-logged", own, "production"), vpc("vpc-partly", own), vpc("vpc-dark", own, "forgotten")],
    subnets: [subnet("subnet-a", "vpc-partly"), subnet("subnet-b", "vpc-partly"), subnet("subnet-c", "vpc-dark")],
    networkInterfaces: [
      eni("eni-1", "subnet-a", "vpc-partly"),
      eni("eni-2", "subnet-b", "vpc-partly"),
      eni("eni-3", "subnet-b", "vpc-partly"),
      eni("eni-4", "subnet-c", "vpc-dark"),
    ],
    flowLogs: [
      {
        FlowLogId: "fl-bucket",
        ResourceId: "vpc-logged",
        TrafficType: "ALL",
        FlowLogStatus: "ACTIVE",
        DeliverLogsStatus: "FAILED",
        DeliverLogsErrorMessage: "Access error",
        LogDestinationType: "s3",
        LogDestination: "arn:aws:s3:::central-logs/flows/",
        LogFormat: "${version} ${srcaddr}",
        MaxAggregationInterval: 600,
        DestinationOptions: { FileFormat: "parquet", HiveCompatiblePartitions: true, PerHourPartition: false },
      },
      {
        FlowLogId: "fl-group",
        ResourceId: "subnet-a",
        TrafficType: "REJECT",
        FlowLogStatus: "ACTIVE",
        LogDestinationType: "cloud-watch-logs",
        LogGroupName: "/vpc/flow",
      },
      {
        FlowLogId: "fl-interface",
        ResourceId: "eni-2",
        TrafficType: "ALL",
        FlowLogStatus: "ACTIVE",
        LogDestinationType: "kinesis-data-firehose",
        LogDestination: `arn:aws:firehose:eu-central-1:${own}:deliverystream/flows`,
      },
    ],
  });
  const progress: string[] = [];
  const estate = await read({ onProgress: (done, all) => progress.push(`${done}/${all}`) });
  expect(progress.at(-1)).toBe("2/2");
  expect(estate.problems).toEqual([]);
  expect(estate.accounts).toEqual([{ provider: "aws", id: own, name: null, roleArn: null }]);
  expect(estate.flowLogs.map(({ id }) => id)).toEqual(["fl-bucket", "fl-group", "fl-interface"]);
  expect(estate.flowLogs[0]).toMatchObject({
    account: own,
    region: "eu-central-1",
    target: { kind: "network", id: "vpc-logged" },
    destination: { kind: "s3", bucket: "central-logs", prefix: "flows" },
    trafficType: "all",
    intervalSeconds: 600,
    objects: { format: "parquet", isHive: true, isHourly: false },
    deliveryError: "Access error",
  });
  expect(proposeSources(estate, { profile: "audit" }).map(({ name, settings }) => [name, settings])).toEqual([
    [`vpc-flow-${own}-eu-central-1`, { profile: "audit", url: "cloudwatch://eu-central-1//vpc/flow" }],
    ["central-logs-flows", { profile: "audit", url: "s3://central-logs/flows/" }],
  ]);
  expect(unlogged(estate).map(({ kind, resource, interfaces }) => [kind, resource, interfaces])).toEqual([
    ["not-logged", "vpc-dark", 1],
    ["reject-only", "subnet-a", 1],
    ["not-logged", "subnet-b", 1],
    ["delivery-failed", "fl-bucket", null],
    ["pushed", "fl-interface", null],
  ]);
});

it("reads all accounts of the organisation by a role in each; one that refuses is told and stops nobody", async () => {
  const accounts = [
    { id: own, name: "management" },
    ...Array.from({ length: 44 }, (_, at) => ({ id: String(400_000_000_000 + at), name: `team ${at}` })),
    { id: other, name: "workloads" },
    { id: refusing, name: "closed shop" },
    { id: "555555555555", name: "gone", status: "SUSPENDED" as const },
  ];
  const aws = await start({ organization: { managementAccount: own, accounts } });
  for (const { id } of accounts)
    if (id !== refusing) aws.sts.createRole({ arn: `arn:aws:iam::${id}:role/weir-reader`, externalId: "agreed" });
  aws.ec2.add({ account: own, region: "eu-central-1", vpcs: [vpc("vpc-own", own)] });
  for (const { id } of accounts)
    aws.ec2.add({
      account: id,
      region: "us-east-1",
      vpcs: [vpc(`vpc-${id}`, id)],
      flowLogs: [
        {
          FlowLogId: `fl-${id}`,
          ResourceId: `vpc-${id}`,
          TrafficType: "ALL",
          FlowLogStatus: "ACTIVE",
          LogDestinationType: id === other ? "cloud-watch-logs" : "s3",
          ...(id === other ? { LogGroupName: "flows" } : { LogDestination: "arn:aws:s3:::central-logs" }),
        },
      ],
    });
  const estate = await read({ org: true, roleName: "weir-reader", settings: { externalId: "agreed" } });
  const ids = accounts.map(({ id }) => id).filter((id) => id !== "555555555555");
  expect(estate.accounts.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(estate.flowLogs).toHaveLength(ids.length - 1);
  expect(new Set(estate.problems.map(({ account }) => account))).toEqual(new Set([refusing]));
  expect(estate.problems[0]?.message).toMatch(/sts:AssumeRole is not allowed/);
  const sources = proposeSources(estate);
  expect(sources.map(({ settings: { url, roleArn } }) => [url, roleArn])).toEqual([
    ["cloudwatch://us-east-1/flows", `arn:aws:iam::${other}:role/weir-reader`],
    ["s3://central-logs/", undefined],
  ]);
  expect(sources[1]?.flowLogs).toHaveLength(ids.length - 2);
  expect(unlogged(estate).map(({ resource }) => resource)).toEqual(["vpc-own"]);
});

it("goes on where a call or the list of accounts is not allowed, and says which", async () => {
  const aws = await start();
  aws.ec2.add({ account: own, region: "eu-central-1", vpcs: [vpc("vpc-1", own)] });
  aws.ec2.deny({ action: "ec2:DescribeFlowLogs" });
  const estate = await read({ org: true, regions: ["eu-central-1"] });
  expect(estate.networks).toHaveLength(1);
  expect(estate.problems.map(({ message }) => message).join("\n")).toMatch(
    /not a member of an organization[\s\S]*ec2:DescribeFlowLogs is not allowed/,
  );
});

it("says once that there are no credentials", async () => {
  await start();
  vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  const estate = await read();
  expect(estate.problems).toMatchObject([{ code: "source-credentials" }]);
});
