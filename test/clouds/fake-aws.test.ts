import {
  DescribeFlowLogsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRegionsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import { DescribeOrganizationCommand, OrganizationsClient, paginateListAccounts } from "@aws-sdk/client-organizations";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { fromTemporaryCredentials, fromWebToken } from "@aws-sdk/credential-providers";
import { describe, expect, it } from "vitest";
import { testUser } from "./aws-keys.ts";
import { startAws, type FakeAws, type FakeAwsOptions } from "./fake-aws.ts";
import { atEnd } from "./opened.ts";
import { s3Client } from "./s3-client.ts";
import { errorOf } from "./sdk-errors.ts";

async function start(options: FakeAwsOptions = {}): Promise<FakeAws> {
  const aws = await startAws(options);
  atEnd(() => aws.close());
  return aws;
}

const roleArn = "arn:aws:iam::210987654321:role/weir-reader";
const config = { region: "eu-central-1", credentials: testUser, maxAttempts: 1 };

describe("STS", () => {
  const assumed = (aws: FakeAws, ExternalId?: string) =>
    fromTemporaryCredentials({
      masterCredentials: testUser,
      params: {
        RoleArn: roleArn,
        RoleSessionName: "weir",
        DurationSeconds: 900,
        ...(ExternalId === undefined ? {} : { ExternalId }),
      },
      clientConfig: { region: "eu-central-1", endpoint: aws.sts.url, maxAttempts: 1 },
    });

  it("lends a role to who knows its external id, and S3 knows the role until it ends", async () => {
    let skewMs = 0;
    const aws = await start({ now: () => Date.now() + skewMs });
    aws.sts.createRole({ arn: roleArn, externalId: "secret" });
    aws.s3.createBucket("logs");
    expect(await errorOf(assumed(aws)())).toMatchObject({
      name: "AccessDenied",
      message: `User: ${testUser.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    });
    const credentials = await assumed(aws, "secret")();
    const list = () => s3Client(aws.s3, { credentials }).send(new ListObjectsV2Command({ Bucket: "logs" }));
    await list();
    expect(aws.s3.log.calls[0]?.arn).toBe("arn:aws:sts::210987654321:assumed-role/weir-reader/weir");
    expect(aws.sts.regions).toEqual(["eu-central-1", "eu-central-1"]);
    skewMs = 14 * 60_000 + 59_000;
    await list();
    aws.keys.revoke(credentials.accessKeyId);
    expect((await errorOf(list())).name).toBe("InvalidAccessKeyId");
  });

  it("takes a web identity's token without a signature", async () => {
    const aws = await start();
    aws.sts.createRole({ arn: roleArn, webIdentityTokens: ["good"] });
    const by = (webIdentityToken: string) =>
      fromWebToken({ roleArn, webIdentityToken, clientConfig: { region: "eu-central-1", endpoint: aws.sts.url } })();
    expect(aws.keys.find((await by("good")).accessKeyId)?.account).toBe("210987654321");
    expect((await errorOf(by("bad"))).name).toBe("InvalidIdentityTokenException");
  });
});

describe("EC2", () => {
  async function ec2(options: FakeAwsOptions = {}) {
    const aws = await start(options);
    const client = new EC2Client({ ...config, endpoint: aws.ec2.url });
    atEnd(() => client.destroy());
    return { aws, client };
  }
  const place = { account: testUser.account, region: "eu-central-1" };

  it("describes flow logs in all that they say, filtered", async () => {
    const { aws, client } = await ec2();
    const flowLog = {
      FlowLogId: "fl-0a1b2c3d4e5f60718",
      CreationTime: new Date("2026-01-02T03:04:05Z"),
      DeliverLogsStatus: "FAILED",
      DeliverLogsErrorMessage: "Access error",
      FlowLogStatus: "ACTIVE",
      ResourceId: "vpc-1",
      TrafficType: "REJECT" as const,
      LogDestinationType: "s3" as const,
      LogDestination: "arn:aws:s3:::logs/prefix",
      LogFormat: "${version} ${account-id} ${flow-direction}",
      MaxAggregationInterval: 60,
      DestinationOptions: { FileFormat: "parquet" as const, HiveCompatiblePartitions: true, PerHourPartition: true },
      Tags: [{ Key: "Name", Value: "all & <some>" }],
    };
    const other = {
      FlowLogId: "fl-2",
      LogGroupName: "/vpc",
      ResourceId: "vpc-2",
      LogDestinationType: "cloud-watch-logs" as const,
    };
    aws.ec2.add({ ...place, flowLogs: [flowLog, other] });
    aws.ec2.add({ ...place, region: "us-east-1", flowLogs: [{ FlowLogId: "fl-3" }] });
    const all = await client.send(new DescribeFlowLogsCommand({}));
    expect(all.FlowLogs).toMatchObject([flowLog, other]);
    const filtered = (Name: string, ...Values: string[]) =>
      client.send(new DescribeFlowLogsCommand({ Filter: [{ Name, Values }] }));
    for (const [name, value] of [
      ["log-destination-type", "s3"],
      ["resource-id", "vpc-1"],
      ["deliver-log-status", "FAILED"],
      ["tag:Name", "all*"],
    ] as const)
      expect(
        (await filtered(name, value)).FlowLogs?.map(({ FlowLogId }) => FlowLogId),
        name,
      ).toEqual([flowLog.FlowLogId]);
    expect((await errorOf(client.send(new DescribeFlowLogsCommand({ FlowLogIds: ["fl-none"] })))).name).toBe(
      "InvalidFlowLogID.NotFound",
    );
  });

  it("describes networks, page by page, and regions", async () => {
    const { aws, client } = await ec2({ ec2: { regions: ["eu-central-1"], notOptedIn: ["ap-east-1"] } });
    const vpcs = Array.from({ length: 12 }, (_, number) => ({
      VpcId: `vpc-${number}`,
      CidrBlock: `10.${number}.0.0/16`,
    }));
    const networkInterfaces = [
      {
        NetworkInterfaceId: "eni-1",
        VpcId: "vpc-1",
        PrivateIpAddresses: [{ PrivateIpAddress: "10.1.0.4", Primary: true }],
        Groups: [{ GroupId: "sg-1" }],
      },
    ];
    aws.ec2.add({ ...place, vpcs, subnets: [{ SubnetId: "subnet-1", VpcId: "vpc-1" }], networkInterfaces });
    const names: string[] = [];
    for await (const { Vpcs = [] } of paginateDescribeVpcs({ client, pageSize: 5 }, {}))
      names.push(...Vpcs.map(({ VpcId = "" }) => VpcId));
    expect(names).toEqual(vpcs.map(({ VpcId }) => VpcId));
    expect(aws.ec2.log.count("DescribeVpcs")).toBe(3);
    expect(
      (await client.send(new DescribeSubnetsCommand({ Filters: [{ Name: "vpc-id", Values: ["vpc-1"] }] }))).Subnets,
    ).toHaveLength(1);
    expect((await client.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces).toMatchObject(
      networkInterfaces,
    );
    expect(
      (await client.send(new DescribeRegionsCommand({ AllRegions: true }))).Regions?.map(
        ({ RegionName, OptInStatus }) => [RegionName, OptInStatus],
      ),
    ).toEqual([
      ["eu-central-1", "opt-in-not-required"],
      ["ap-east-1", "not-opted-in"],
    ]);
  });

  it("refuses in its own words", async () => {
    const { aws, client } = await ec2();
    aws.ec2.deny({ action: "ec2:DescribeVpcs" });
    expect(await errorOf(client.send(new DescribeVpcsCommand({})))).toMatchObject({
      name: "UnauthorizedOperation",
      status: 403,
      message: `You are not authorized to perform this operation. User: ${testUser.arn} is not authorized to perform: ec2:DescribeVpcs because no identity-based policy allows the ec2:DescribeVpcs action`,
    });
  });
});

describe("Organizations", () => {
  it("lists accounts for the management account alone", async () => {
    const accounts = Array.from({ length: 45 }, (_, number) => ({
      id: String(100_000_000_000 + number),
      name: `Account ${number}`,
    }));
    const aws = await start({ organization: { managementAccount: testUser.account, accounts } });
    const client = new OrganizationsClient({ ...config, endpoint: aws.organizations.url });
    atEnd(() => client.destroy());
    const list = async (): Promise<string[]> => {
      const ids: string[] = [];
      for await (const { Accounts = [] } of paginateListAccounts({ client }, {}))
        ids.push(...Accounts.map(({ Id = "" }) => Id));
      return ids;
    };
    expect(await list()).toEqual(accounts.map(({ id }) => id));
    expect(aws.organizations.log.count("ListAccounts")).toBe(3);
    aws.organizations.organization = { managementAccount: "100000000000", accounts };
    expect(await errorOf(list())).toMatchObject({
      name: "AccessDeniedException",
      message: "You don't have permissions to access this resource.",
    });
    expect((await client.send(new DescribeOrganizationCommand({}))).Organization?.MasterAccountId).toBe("100000000000");
    aws.organizations.organization = undefined;
    expect((await errorOf(list())).name).toBe("AWSOrganizationsNotInUseException");
  });
});

it("tells a process where the services are", async () => {
  const aws = await start();
  expect(aws.environment).toMatchObject({ AWS_ENDPOINT_URL_S3: aws.s3.url, AWS_ACCESS_KEY_ID: testUser.accessKeyId });
});
