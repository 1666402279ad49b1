/** An AWS partition: a set of regions with accounts, endpoints and ARNs of its own. */
export interface AwsPartition {
  /** As in `arn:PARTITION:…`. */
  readonly id: string;
  readonly regions: RegExp;
  /** Endpoints are `SERVICE.REGION.SUFFIX`. */
  readonly dnsSuffix: string;
  /** Host of the web console. */
  readonly console: string;
  /** Asked where nothing says which region. */
  readonly defaultRegion: string;
}

/** Partitions as the AWS SDK's endpoint rules have them (`partitions.json`); the first is the usual one. */
const awsPartitions: readonly [AwsPartition, ...AwsPartition[]] = [
  {
    id: "aws",
    regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
    dnsSuffix: "amazonaws.com",
    console: "console.aws.amazon.com",
    defaultRegion: "us-east-1",
  },
  {
    id: "aws-us-gov",
    regions: /^us-gov-\w+-\d+$/,
    dnsSuffix: "amazonaws.com",
    console: "console.amazonaws-us-gov.com",
    defaultRegion: "us-gov-west-1",
  },
  {
    id: "aws-cn",
    regions: /^cn-\w+-\d+$/,
    dnsSuffix: "amazonaws.com.cn",
    console: "console.amazonaws.cn",
    defaultRegion: "cn-north-1",
  },
  {
    id: "aws-eusc",
    regions: /^eusc-(de)-\w+-\d+$/,
    dnsSuffix: "amazonaws.eu",
    console: "console.amazonaws-eusc.eu",
    defaultRegion: "eusc-de-east-1",
  },
];

/** The partition of a region; the usual one where the region is unknown or new. */
export function partitionOfRegion(region: string): AwsPartition {
  return awsPartitions.find(({ regions }) => regions.test(region)) ?? awsPartitions[0];
}

/** The partition that an ARN names; the usual one where it names none that is known. */
export function partitionOfArn(arn: string): AwsPartition {
  const [, id] = arn.split(":", 2);
  return awsPartitions.find((partition) => partition.id === id) ?? awsPartitions[0];
}

/** One of Microsoft's clouds. */
export interface AzureCloud {
  /** As `az cloud list` calls it. */
  readonly name: string;
  /** Storage endpoints are `ACCOUNT.blob.SUFFIX` and `ACCOUNT.queue.SUFFIX`. */
  readonly storageSuffix: string;
  /** Where tokens come from. */
  readonly authority: string;
  /** Azure Resource Manager. */
  readonly resourceManager: string;
  /** The web console. */
  readonly portal: string;
}

/** Microsoft's clouds as `az cloud list` has them; the first is the usual one. */
const azureClouds: readonly [AzureCloud, ...AzureCloud[]] = [
  {
    name: "AzureCloud",
    storageSuffix: "core.windows.net",
    authority: "https://login.microsoftonline.com",
    resourceManager: "https://management.azure.com",
    portal: "https://portal.azure.com",
  },
  {
    name: "AzureUSGovernment",
    storageSuffix: "core.usgovcloudapi.net",
    authority: "https://login.microsoftonline.us",
    resourceManager: "https://management.usgovcloudapi.net",
    portal: "https://portal.azure.us",
  },
  {
    name: "AzureChinaCloud",
    storageSuffix: "core.chinacloudapi.cn",
    authority: "https://login.chinacloudapi.cn",
    resourceManager: "https://management.chinacloudapi.cn",
    portal: "https://portal.azure.cn",
  },
];

/** The cloud of a storage account's host; the usual one where the host is of none, such as a private name. */
export function azureCloudOfHost(host: string): AzureCloud {
  const name = host.toLowerCase();
  return azureClouds.find(({ storageSuffix }) => name.endsWith(`.${storageSuffix}`)) ?? azureClouds[0];
}

/** The cloud of a name or of a region's name (`usgovvirginia`, `chinaeast2`); the usual one where there is none. */
export function azureCloudOfName(name: string | undefined): AzureCloud {
  const wanted = name?.toLowerCase().replaceAll(/[^a-z0-9]/g, "") ?? "";
  const named = azureClouds.find((cloud) => cloud.name.toLowerCase() === wanted);
  if (named !== undefined) return named;
  const part =
    wanted.startsWith("usgov") || wanted.startsWith("usdod") ? "usgov" : wanted.startsWith("china") ? "china" : "";
  return azureClouds.find((cloud) => part !== "" && cloud.name.toLowerCase().includes(part)) ?? azureClouds[0];
}
