import type { SourceProbe } from "../probe.ts";
import { remotePlace, type RemoteSettings } from "../settings.ts";

/** A document for a cloud's console or command line, or lines to type. */
export interface RightsPart {
  /** What it is and where it belongs, in words. */
  readonly title: string;
  /** JSON, or commands; names in capitals are for the reader to fill in. */
  readonly text: string;
  /** Collecting does without it: what it is in one line, where the title says what it is for. */
  readonly optional?: string;
}

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/** The IAM policy of a source of AWS, and what lets its role be taken. */
export function awsRights(
  settings: RemoteSettings,
  kind: "s3" | "cloudwatch",
  { probe, encryptionKey }: { readonly probe: SourceProbe | undefined; readonly encryptionKey: string | undefined },
): RightsPart[] {
  const region = probe?.region ?? settings.region ?? regionOf(settings);
  const partition = partitionOf(region);
  const statements =
    kind === "s3"
      ? [...bucketStatements(settings, partition, probe), ...keyStatements(encryptionKey, partition)]
      : logGroupStatements(settings, { partition, region, account: probe?.flowLogs[0]?.account ?? undefined });
  const { roleArn, externalId, queue } = settings;
  const queueArn = queue === undefined ? undefined : queueArnOf(queue, partition);
  if (queueArn !== undefined)
    statements.push({
      Sid: "ReceiveNotifications",
      Effect: "Allow",
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
      Resource: queueArn,
    });
  const parts = [
    {
      title: roleArn === undefined ? "IAM policy for whoever Weir runs as" : `IAM policy of the role ${roleArn}`,
      text: policyDocument(statements),
    },
  ];
  if (roleArn !== undefined) parts.push(...roleParts(roleArn, externalId, partition));
  return parts;
}

function roleParts(roleArn: string, externalId: string | undefined, partition: string): RightsPart[] {
  const trust = {
    Sid: "WeirMayTakeThisRole",
    Effect: "Allow",
    Principal: { AWS: `arn:${partition}:iam::ACCOUNT-OF-WEIR:role/ROLE-OF-WEIR` },
    Action: "sts:AssumeRole",
    ...(externalId !== undefined && { Condition: { StringEquals: { "sts:ExternalId": externalId } } }),
  };
  return [
    { title: "Trust policy of that role", text: policyDocument([trust]) },
    {
      title: "IAM policy for whoever Weir runs as",
      text: policyDocument([{ Sid: "TakeTheRole", Effect: "Allow", Action: "sts:AssumeRole", Resource: roleArn }]),
    },
  ];
}

function bucketStatements(settings: RemoteSettings, partition: string, probe: SourceProbe | undefined): Statement[] {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(remotePlace(settings.url).uri) ?? [];
  const arn = bucket.startsWith("arn:") ? bucket : `arn:${partition}:s3:::${bucket}`;
  const { list, read } = keyPatterns(prefix, probe);
  return [
    {
      Sid: "ListFlowLogs",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: arn,
      Condition: { StringLike: { "s3:prefix": list } },
    },
    { Sid: "ReadFlowLogs", Effect: "Allow", Action: "s3:GetObject", Resource: read.map((key) => `${arn}/${key}`) },
  ];
}

function keyStatements(key: string | undefined, partition: string): Statement[] {
  if (key === undefined) return [];
  // An alias is no resource of a policy: only the key's own ARN is.
  const arn = key.startsWith("arn:") ? key : `arn:${partition}:kms:REGION:ACCOUNT:key/${key}`;
  return [{ Sid: "DecryptFlowLogs", Effect: "Allow", Action: "kms:Decrypt", Resource: arn }];
}

/**
 * What is listed and read below a prefix: of a bucket that other logs lie in, too, the flow logs alone. Forms of keys are those of
 * “Publish flow logs to Amazon S3”, Amazon VPC User Guide, with and without Hive partitions.
 */
function keyPatterns(prefix: string, probe: SourceProbe | undefined): { list: string[]; read: string[] } {
  const roots = probe === undefined || probe.objects === 0 ? [rootOf(prefix)] : (probe.roots ?? []);
  // Logs that somebody copied there lie as they like; below an account's own prefix there is nothing else.
  if (roots.length === 0 || /vpcflowlogs/.test(prefix))
    return { list: [...new Set([prefix, `${prefix}*`])], read: [`${prefix}*`] };
  const isWithin = /(^|\/)AWSLogs\//.test(prefix);
  const tops = isWithin ? [prefix] : roots.map((root) => `${root}AWSLogs/`);
  return {
    // Accounts, and organisations above them, are found by their folders, and so are the folders in front of them.
    list: [...new Set([prefix, ...tops.flatMap((top) => [...above(top, prefix), `${top}*/`, `${top}*vpcflowlogs/*`])])],
    read: tops.map((top) => `${top}*vpcflowlogs/*`),
  };
}

function rootOf(prefix: string): string {
  return prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
}

/** Folders from below a prefix down to one in it, that one too. */
function above(folder: string, prefix: string): string[] {
  const parts = folder.split("/");
  return parts
    .map((_, at) => `${parts.slice(0, at).join("/")}/`)
    .filter((each) => each.length > prefix.length && each !== "/");
}

interface Where {
  readonly partition: string;
  readonly region: string | undefined;
  readonly account: string | undefined;
}

function logGroupStatements(settings: RemoteSettings, { partition, region, account }: Where): Statement[] {
  const [, host = "REGION", group = ""] = /^cloudwatch:\/\/([^/]+)\/(.*)$/s.exec(remotePlace(settings.url).uri) ?? [];
  return [
    {
      Sid: "ReadLogEvents",
      Effect: "Allow",
      Action: "logs:FilterLogEvents",
      Resource: `arn:${partition}:logs:${region ?? host}:${account ?? "ACCOUNT"}:log-group:${group}:*`,
    },
    // It cannot be narrowed to one resource; without it, formats other than the default one are told by log_format.
    { Sid: "LearnFormats", Effect: "Allow", Action: "ec2:DescribeFlowLogs", Resource: "*" },
  ];
}

function regionOf({ url }: RemoteSettings): string | undefined {
  return /^cloudwatch:\/\/([^/]+)\//.exec(url)?.[1];
}

function partitionOf(region: string | undefined): string {
  if (region?.startsWith("us-gov-") === true) return "aws-us-gov";
  return region?.startsWith("cn-") === true ? "aws-cn" : "aws";
}

/** `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`. */
function queueArnOf(url: string, partition: string): string {
  const { hostname, pathname } = URL.canParse(url) ? new URL(url) : { hostname: "", pathname: "" };
  const [, region = "REGION"] = /^(?:queue|sqs)\.([a-z0-9-]+)\./.exec(hostname) ?? [];
  const [, account = "ACCOUNT", name = "QUEUE"] = pathname.split("/");
  return `arn:${partition}:sqs:${region}:${account}:${name}`;
}

/** An IAM policy as JSON. */
export function policyDocument(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements }, undefined, 2);
}
