import type { EstateDestination, EstateFlowLog, EstateInterface, EstateNetwork } from "./estate-types.ts";
import { grouped, member, number, objects, text, timeMs, type Json } from "./json-values.ts";

/** Where something was described, as far as it is known. */
export interface AwsPlace {
  readonly account: string | null;
  readonly region: string | null;
}

/** Answers of EC2, as the SDK gives them and as `aws ec2 describe-…` prints them. */
export interface AwsAnswers {
  readonly flowLogs: readonly Json[];
  readonly vpcs: readonly Json[];
  readonly subnets: readonly Json[];
  readonly interfaces: readonly Json[];
}

const UNKNOWN = "unknown";

/** Networks and flow logs of what was described. */
export function readAwsAnswers(
  answers: AwsAnswers,
  place: AwsPlace,
): { networks: EstateNetwork[]; flowLogs: EstateFlowLog[] } {
  const regions = regionsOf(answers, place);
  const interfaces = grouped(answers.interfaces, ({ SubnetId }) => text(SubnetId) ?? "");
  const subnets = grouped(answers.subnets, ({ VpcId }) => text(VpcId) ?? "");
  const networks = answers.vpcs.flatMap((vpc): EstateNetwork[] => {
    const id = text(vpc["VpcId"]);
    if (id === null) return [];
    const cidrs = objects(vpc["CidrBlockAssociationSet"]).flatMap(({ CidrBlock }) => text(CidrBlock) ?? []);
    const first = text(vpc["CidrBlock"]);
    return [
      {
        provider: "aws",
        id,
        name: nameOf(vpc),
        // A shared VPC belongs to another account than the one that sees it.
        account: text(vpc["OwnerId"]) ?? place.account ?? UNKNOWN,
        region: regions.get(id) ?? place.region ?? UNKNOWN,
        cidrs: [...new Set([...(first === null ? [] : [first]), ...cidrs])],
        subnets: (subnets.get(id) ?? []).map((subnet) => ({
          id: text(subnet["SubnetId"]) ?? UNKNOWN,
          name: nameOf(subnet),
          cidrs: [text(subnet["CidrBlock"])].filter((cidr) => cidr !== null),
          securityGroup: null,
          interfaces: (interfaces.get(text(subnet["SubnetId"]) ?? "") ?? []).map(interfaceOf),
        })),
      },
    ];
  });
  const owners = new Map(networks.map(({ id, account }) => [id, account]));
  return {
    networks,
    flowLogs: answers.flowLogs.flatMap((flowLog) => awsFlowLog(flowLog, place, { regions, owners }) ?? []),
  };
}

function interfaceOf(raw: Json): EstateInterface {
  return { id: text(raw["NetworkInterfaceId"]) ?? UNKNOWN, mac: null, securityGroup: null };
}

function nameOf(raw: Json): string | null {
  return objects(raw["Tags"]).flatMap(({ Key, Value }) => (Key === "Name" ? (text(Value) ?? []) : []))[0] ?? null;
}

/** Regions of VPCs, subnets and interfaces: zones are named after them. */
function regionsOf({ subnets, interfaces }: AwsAnswers, { region }: AwsPlace): Map<string, string> {
  const regions = new Map<string, string>();
  if (region !== null) return regions;
  for (const each of [...subnets, ...interfaces]) {
    const zone = /^([a-z]{2,}(?:-[a-z]+)+-\d+)[a-z]/.exec(text(each["AvailabilityZone"]) ?? "")?.[1];
    if (zone === undefined) continue;
    for (const name of ["VpcId", "SubnetId", "NetworkInterfaceId"]) {
      const id = text(each[name]);
      if (id !== null) regions.set(id, zone);
    }
  }
  return regions;
}

interface KnownTargets {
  readonly regions: ReadonlyMap<string, string>;
  readonly owners: ReadonlyMap<string, string>;
}

function awsFlowLog(raw: Json, place: AwsPlace, { regions, owners }: KnownTargets): EstateFlowLog | undefined {
  const id = text(raw["FlowLogId"]);
  if (id === null) return undefined;
  const target = text(raw["ResourceId"]) ?? UNKNOWN;
  const destinationText = text(raw["LogDestination"]);
  const region = place.region ?? regions.get(target) ?? regionOfArn(destinationText) ?? UNKNOWN;
  const account = place.account ?? owners.get(target) ?? UNKNOWN;
  const options = member(raw, "DestinationOptions");
  const isS3 = raw["LogDestinationType"] === "s3" || destinationText?.includes(":s3:::") === true;
  return {
    provider: "aws",
    id,
    name: nameOf(raw),
    account,
    region,
    target: { kind: targetKind(target), id: target },
    destination: destinationOf(raw, { account, region }),
    format: text(raw["LogFormat"]),
    trafficType: raw["TrafficType"] === "ACCEPT" ? "accept" : raw["TrafficType"] === "REJECT" ? "reject" : "all",
    intervalSeconds: number(raw["MaxAggregationInterval"]),
    filter: null,
    recordTypes: null,
    retentionDays: null,
    objects: isS3
      ? {
          format: text(options["FileFormat"]) ?? "plain-text",
          isHive: options["HiveCompatiblePartitions"] === true,
          isHourly: options["PerHourPartition"] === true,
        }
      : null,
    isEnabled: (text(raw["FlowLogStatus"]) ?? "ACTIVE") === "ACTIVE",
    deliveryError: raw["DeliverLogsStatus"] === "FAILED" ? (text(raw["DeliverLogsErrorMessage"]) ?? "failed") : null,
    createdMs: timeMs(raw["CreationTime"]),
  };
}

const targetKinds: readonly (readonly [string, EstateFlowLog["target"]["kind"]])[] = [
  ["vpc-", "network"],
  ["subnet-", "subnet"],
  ["eni-", "interface"],
  ["tgw-attach-", "attachment"],
  ["tgw-", "gateway"],
  ["nat-", "gateway"],
];

function targetKind(id: string): EstateFlowLog["target"]["kind"] {
  return targetKinds.find(([start]) => id.startsWith(start))?.[1] ?? "other";
}

function destinationOf(raw: Json, { account, region }: { account: string; region: string }): EstateDestination {
  const destination = text(raw["LogDestination"]) ?? "";
  const bucket = /^arn:[^:]*:s3:::([^/]+)\/?(.*)$/s.exec(destination);
  if (bucket !== null) return { kind: "s3", bucket: bucket[1] ?? "", prefix: (bucket[2] ?? "").replace(/\/+$/, "") };
  const group = /^arn:[^:]*:logs:([^:]*):(\d{12}):log-group:([^:]+)/.exec(destination);
  if (group !== null)
    return { kind: "cloudwatch", region: group[1] ?? region, account: group[2] ?? account, logGroup: group[3] ?? "" };
  if (/^arn:[^:]*:firehose:/.test(destination)) return { kind: "firehose", stream: destination };
  const logGroup = text(raw["LogGroupName"]);
  if (logGroup !== null) return { kind: "cloudwatch", region, account, logGroup };
  return { kind: "unknown", text: destination };
}

function regionOfArn(arn: string | null): string | undefined {
  return /^arn:[^:]*:[^:]*:([a-z0-9-]+):/.exec(arn ?? "")?.[1];
}
