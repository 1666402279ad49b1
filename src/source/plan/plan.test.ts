import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SourceProbe } from "../probe.ts";
import { estimateCollecting } from "./estimate.ts";
import { leastRights } from "./rights.ts";

const probe: SourceProbe = {
  layout: "by account, region and day",
  flowLogs: [],
  roots: [""],
  isPartial: false,
  oldestMs: 0,
  newestMs: 1,
  objectsPerDay: 288,
  bytesPerDay: 1_000_000_000,
  objects: 2000,
  bytes: 9_600_000_000,
  region: "eu-west-1",
  encryptionKey: null,
  requestsPerDay: { lists: 1440, gets: 288 },
  remarks: [],
  notes: [],
};

interface Statement {
  readonly Sid: string;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}
const statements = (text: string | undefined): Statement[] =>
  (JSON.parse(text ?? "{}") as { Statement: Statement[] }).Statement;

describe("the estimate", () => {
  it("counts requests, keys and bytes in money a month, and the backlog in time", () => {
    const request = { kind: "s3", hasQueue: false, measured: undefined } as const;
    const { monthly, elsewhere, backlogSeconds, isMeasured } = estimateCollecting({ ...request, probe });
    expect(monthly.map(({ what, amount }) => [what, amount])).toEqual([
      ["list", 43_830],
      ["get", 8766],
    ]);
    // 43,830 × $0.005 / 1000 and 8,766 × $0.0004 / 1000.
    expect(monthly.reduce((sum, { cost }) => sum + cost, 0)).toBeCloseTo(0.219_15 + 0.003_506, 5);
    expect(elsewhere.map(({ what, cost }) => [what, Math.round(cost * 100) / 100])).toEqual([
      ["to-region", 0.61],
      ["out", 2.74],
    ]);
    expect([backlogSeconds, isMeasured]).toEqual([1000, false]);
    const faster = estimateCollecting({
      ...request,
      probe: { ...probe, encryptionKey: "arn:aws:kms:x" },
      measured: 96_000_000,
    });
    expect([faster.backlogSeconds, faster.isMeasured]).toEqual([100, true]);
    expect(faster.monthly.map(({ what }) => what)).toEqual(["list", "get", "decrypt"]);
  });

  it("costs nothing where nothing is, and never less for more", () => {
    const sum = (more: Partial<SourceProbe>): number =>
      estimateCollecting({
        kind: "s3",
        probe: { ...probe, ...more },
        hasQueue: true,
        measured: undefined,
      }).monthly.reduce((all, { cost }) => all + cost, 0);
    expect(sum({ objectsPerDay: 0, requestsPerDay: { lists: 0, gets: 0 } })).toBe(0);
    fc.assert(
      fc.property(fc.nat(1e7), fc.nat(1e7), (gets, more) => {
        const of = (count: number): number => sum({ requestsPerDay: { lists: 1, gets: count } });
        expect(of(gets + more)).toBeGreaterThanOrEqual(of(gets));
      }),
    );
  });
});

describe("the least rights", () => {
  it("of a bucket are its flow logs, the key, the queue, and the role with its external id", () => {
    const settings = {
      url: "s3://org-logs/network/",
      roleArn: "arn:aws:iam::111122223333:role/weir",
      externalId: "7f3a",
      queue: "https://sqs.eu-west-1.amazonaws.com/111122223333/flow-logs",
    };
    const key = "arn:aws:kms:eu-west-1:111122223333:key/1";
    const [policy, trust, own] = leastRights(settings, { ...probe, roots: ["network/"], encryptionKey: key });
    expect(statements(policy?.text)).toMatchObject([
      { Action: "s3:ListBucket", Resource: "arn:aws:s3:::org-logs" },
      { Action: "s3:GetObject", Resource: ["arn:aws:s3:::org-logs/network/AWSLogs/*vpcflowlogs/*"] },
      { Action: "kms:Decrypt", Resource: key },
      { Resource: "arn:aws:sqs:eu-west-1:111122223333:flow-logs" },
    ]);
    expect(trust?.text).toContain('"sts:ExternalId": "7f3a"');
    expect(statements(own?.text)).toMatchObject([{ Action: "sts:AssumeRole", Resource: settings.roleArn }]);
  });

  it("never name an action that changes anything but a queue's own messages, in any partition", () => {
    const regions = fc.constantFrom("eu-west-1", "us-gov-west-1", "cn-north-1");
    const urls = fc.constantFrom("s3://b", "s3://b/x", "s3://b/AWSLogs/123456789012/", "cloudwatch://eu-west-1/g");
    const queue = fc.constantFrom(undefined, "https://sqs.eu-west-1.amazonaws.com/1/q", "nonsense");
    fc.assert(
      fc.property(regions, urls, queue, fc.boolean(), (region, url, asked, isLookedAt) => {
        const settings = { url, region, ...(asked !== undefined && { queue: asked }) };
        for (const { text } of leastRights(settings, isLookedAt ? { ...probe, region } : undefined))
          for (const { Action, Resource } of statements(text)) {
            for (const action of [Action].flat())
              expect(action).toMatch(
                /^(s3:(ListBucket|GetObject)|kms:Decrypt|logs:FilterLogEvents|ec2:Describe(Regions|FlowLogs|Vpcs|Subnets|NetworkInterfaces)|sqs:\w+)$/,
              );
            const arns = [Resource].flat().filter((each) => each !== "*");
            const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov") ? "aws-us-gov" : "aws";
            for (const arn of arns) expect(arn).toMatch(new RegExp(`^arn:${partition}:`));
          }
      }),
    );
  });

  it("of a container is one role at its scope, and one more for its queue", () => {
    const parts = leastRights({ url: "azblob://nwlogs/insights-logs-x", queue: "azqueue://nwlogs/events" }, undefined);
    expect(parts.map(({ text }) => /"(Storage [^"]+)"/.exec(text)?.[1])).toEqual([
      "Storage Blob Data Reader",
      "Storage Queue Data Message Processor",
      undefined,
    ]);
    expect(parts.map(({ optional }) => optional)).toEqual([
      undefined,
      undefined,
      "the role Reader on the subscription",
    ]);
    expect(parts[0]?.text).toContain("/blobServices/default/containers/insights-logs-x");
  });
});
