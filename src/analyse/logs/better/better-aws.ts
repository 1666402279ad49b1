import type { LogToMend } from "./log-to-mend.ts";
import type { BetterTexts } from "#model/better-log.js";
import { identifier, plainText, shellText, terraformText } from "./quote.ts";

/**
 * The fields worth their bytes, in an order to read: where, who, how much, when, what became of it, which way. Left out are those
 * that only say again what others say (ARNs), and tags, which need keys that only you know.
 */
export const betterFields: readonly string[] = [
  ..."version account-id region az-id vpc-id subnet-id instance-id interface-id interface-type resource-id".split(" "),
  ..."srcaddr dstaddr srcport dstport protocol pkt-srcaddr pkt-dstaddr pkt-src-aws-service pkt-dst-aws-service".split(
    " ",
  ),
  ..."packets bytes start end action reject-reason log-status type tcp-flags flow-direction traffic-path".split(" "),
  ..."encryption-status next-hop-interface-id next-hop-interface-type next-hop-vpc-id next-hop-subnet-id next-hop-az-id".split(
    " ",
  ),
  ..."ecs-cluster-name ecs-service-name ecs-task-id".split(" "),
];

const why = [
  "All fields of versions 2 to 11 that answer questions. Leave out ecs-… where ECS is not used.",
  "ALL: what is accepted and what is refused. 60: windows of one minute.",
  "Text is what AWS delivers cheapest and every tool reads. Take parquet where Athena reads the bucket, too: smaller, and with a price.",
  "Folders by hour keep listings short.",
] as const;

interface Target {
  readonly cliType: string;
  readonly terraformArgument: string;
  readonly id: string;
  readonly isKnown: boolean;
}

/** A flow log that answers more, in the place of an AWS one. */
export function betterAws(log: LogToMend): BetterTexts {
  const target = targetOf(log);
  return { terraform: terraform(log, target), cli: cli(log, target), bicep: null };
}

/** What a flow log can be on, by how its id begins. */
const kinds: readonly (readonly [RegExp, string, string])[] = [
  [/^vpc-[0-9a-f]{8,17}$/, "VPC", "vpc_id"],
  [/^subnet-[0-9a-f]{8,17}$/, "Subnet", "subnet_id"],
  [/^eni-[0-9a-f]{8,17}$/, "NetworkInterface", "eni_id"],
  [/^tgw-[0-9a-f]{8,17}$/, "TransitGateway", "transit_gateway_id"],
  [/^tgw-attach-[0-9a-f]{8,17}$/, "TransitGatewayAttachment", "transit_gateway_attachment_id"],
];

function targetOf({ logType, network, told }: LogToMend): Target {
  const id = told?.target ?? "";
  const [, cliType, terraformArgument] = kinds.find(([pattern]) => pattern.test(id)) ?? [];
  if (cliType !== undefined && terraformArgument !== undefined)
    return { cliType, terraformArgument, id, isKnown: true };
  if (logType === "aws_tgw")
    return { cliType: "TransitGateway", terraformArgument: "transit_gateway_id", id: "tgw-YOURS", isKnown: false };
  const isKnown = network !== null && /^vpc-[0-9a-f]{8,17}$/.test(network);
  return { cliType: "VPC", terraformArgument: "vpc_id", id: isKnown ? network : "vpc-YOURS", isKnown };
}

/** The bucket that it delivers to now, where that is one. */
function bucketOf({ told }: LogToMend): string {
  const [, bucket = "YOUR-BUCKET", prefix = ""] = /^s3:\/\/([^/]+)\/(.*?)\/?$/.exec(told?.destination ?? "") ?? [];
  const partition = /^(?:(cn)|us-(gov))-/.exec(told?.region ?? "");
  const name = partition === null ? "aws" : partition[1] === undefined ? "aws-us-gov" : "aws-cn";
  return `arn:${name}:s3:::${bucket}${prefix === "" ? "" : `/${prefix}`}`;
}

const isFlowLogId = (text: string): boolean => /^fl-[0-9a-f]{8,17}$/.test(text);

/** What to do before and after: the format of a flow log cannot be changed. */
function steps(log: LogToMend, { isKnown }: Target): string[] {
  const region = log.region === null ? "" : ` --region ${shellText(log.region)}`;
  const named = isFlowLogId(log.flowLog);
  return [
    ...(isKnown || !named
      ? []
      : [
          "What it is on, and where it goes to:",
          `  aws ec2 describe-flow-logs${region} --flow-log-ids ${log.flowLog} --query 'FlowLogs[].[ResourceId,LogDestination]'`,
        ]),
    ...(named
      ? [
          "A flow log cannot be changed. Once the new one delivers, take the old one away, or every record comes twice:",
          `  aws ec2 delete-flow-logs${region} --flow-log-ids ${log.flowLog}`,
        ]
      : []),
  ];
}

const head = (log: LogToMend): string =>
  `In the place of ${plainText(log.flowLog === "" ? "the flow log without an id" : log.flowLog)}.`;

function reasonsFor({ logType }: LogToMend): readonly string[] {
  if (logType !== "aws_tgw") return why;
  return [
    "The default format of transit gateways has every field, and windows are of one minute always.",
    ...why.slice(2),
  ];
}

function terraform(log: LogToMend, target: Target): string {
  const isGateway = log.logType === "aws_tgw";
  // $${…} is how Terraform writes ${…} without filling it in.
  const format = betterFields.map((field) => `$\${${field}}`).join(" ");
  return [
    ...[head(log), ...reasonsFor(log), ...steps(log, target)].map((line) => `# ${line}`),
    `resource "aws_flow_log" "${identifier(log.flowLog)}" {`,
    `  ${target.terraformArgument.padEnd(24)} = ${terraformText(target.id)}`,
    ...(isGateway ? [] : ['  traffic_type             = "ALL"']),
    '  log_destination_type     = "s3"',
    `  log_destination          = ${terraformText(bucketOf(log))}`,
    "  max_aggregation_interval = 60",
    ...(isGateway ? [] : [`  log_format               = "${format}"`]),
    "",
    "  destination_options {",
    '    file_format                = "plain-text"',
    "    hive_compatible_partitions = false",
    "    per_hour_partition         = true",
    "  }",
    "}",
  ].join("\n");
}

function cli(log: LogToMend, target: Target): string {
  const isGateway = log.logType === "aws_tgw";
  const format = betterFields.map((field) => `\${${field}}`).join(" ");
  const options = [
    ...(log.region === null ? [] : [`--region ${shellText(log.region)}`]),
    `--resource-type ${target.cliType}`,
    `--resource-ids ${shellText(target.id)}`,
    ...(isGateway ? [] : ["--traffic-type ALL"]),
    "--log-destination-type s3",
    `--log-destination ${shellText(bucketOf(log))}`,
    "--max-aggregation-interval 60",
    "--destination-options FileFormat=plain-text,HiveCompatiblePartitions=false,PerHourPartition=true",
    ...(isGateway ? [] : [`--log-format '${format}'`]),
  ];
  return [
    ...[head(log), ...reasonsFor(log), ...steps(log, target)].map((line) => `# ${line}`),
    ["aws ec2 create-flow-logs", ...options.map((option) => `  ${option}`)].join(" \\\n"),
  ].join("\n");
}
