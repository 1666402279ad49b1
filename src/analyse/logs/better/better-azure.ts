import type { LogToMend } from "./log-to-mend.ts";
import type { BetterTexts } from "#model/better-log.js";
import { bicepText, identifier, plainText, shellText, terraformText } from "./quote.ts";

const why = [
  "A VNet flow log has the network, encryption, byte counts of every flow and the rules of Virtual Network Manager.",
  "Version 2 is the format of the flow-log resource; its records say 4. Set no filter and no record types: B, C, E and D are all needed.",
  "The storage account must be in the network's region and tenant, of the Standard kind. 0 days: your own rules delete the blobs.",
] as const;

const STORAGE =
  "/subscriptions/YOUR-SUBSCRIPTION/resourceGroups/YOUR-GROUP/providers/Microsoft.Storage/storageAccounts/YOUR-ACCOUNT";
const NETWORK =
  "/subscriptions/YOUR-SUBSCRIPTION/resourceGroups/YOUR-GROUP/providers/Microsoft.Network/virtualNetworks/YOUR-NETWORK";

interface Plan {
  /** What the text calls the resource. */
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly target: string;
  readonly comments: readonly string[];
}

/** A VNet flow log that answers more, in the place of an NSG flow log or of a VNet flow log that leaves things out. */
export function betterAzure(log: LogToMend): BetterTexts {
  const plan = planOf(log);
  return { terraform: terraform(plan), cli: cli(plan), bicep: bicep(plan) };
}

/** What a resource may be called: whatever else comes out of a log is not used as a name. */
const isName = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9][\w.-]{0,79}$/.test(text);

/** Resource group and name: names alone are taken in several groups. */
function flowLogWords(id: string): string {
  const [, group = ""] = /\/resourcegroups\/([^/]+)\//i.exec(id) ?? [];
  return `${group} ${id.split("/").at(-1) ?? ""}`;
}

function planOf({ flowLog, logType, network, region, resource, logResource, told, behind }: LogToMend): Plan {
  const isNsg = logType === "azure_nsg";
  const [first, ...others] = behind ?? [];
  const target = isNsg ? (first ?? NETWORK) : (resource ?? network ?? NETWORK);
  const networkName = first?.split("/").at(-1);
  const last = (isNsg ? flowLog : (logResource ?? flowLog)).split("/").at(-1);
  return {
    id: identifier(flowLogWords(isNsg ? flowLog : (logResource ?? flowLog))),
    name: isNsg
      ? `${isName(networkName) ? networkName : "YOUR-NETWORK"}-flowlog`
      : isName(last)
        ? last
        : "YOUR-FLOW-LOG",
    region: region ?? (told === null || told.region === "unknown" ? "YOUR-REGION" : told.region),
    target,
    comments: [
      isNsg
        ? `In the place of the NSG flow log of ${plainText(flowLog === "" ? "an NSG without an id" : flowLog)}.`
        : `In the place of ${plainText(logResource ?? flowLog)}.`,
      ...(isNsg ? networkWords(first, others) : []),
      ...why,
      ...(isNsg
        ? ["Let both run for some days and compare: weir doctor --migration. Then turn the NSG flow log off."]
        : []),
    ],
  };
}

/** Which network it is about, and which others the NSG is in. */
function networkWords(first: string | undefined, others: readonly string[]): string[] {
  if (first === undefined)
    return [
      "Name the network of the machines behind this NSG; one flow log of a network takes the place of those of all its NSGs.",
    ];
  return [
    "The network behind this NSG, as Azure says; one flow log of a network takes the place of those of all its NSGs.",
    ...others.map((other) => `The NSG is also in ${plainText(other)}: that one needs a flow log, too.`),
  ];
}

function terraform({ id, name, region, target, comments }: Plan): string {
  return [
    ...comments.map((line) => `# ${line}`),
    "# The provider writes the storage account's lifecycle rules anew: give it an account that has no others.",
    `resource "azurerm_network_watcher_flow_log" "${id}" {`,
    `  name                 = ${terraformText(name)}`,
    `  network_watcher_name = ${terraformText(`NetworkWatcher_${region}`)}`,
    '  resource_group_name  = "NetworkWatcherRG"',
    `  target_resource_id   = ${terraformText(target)}`,
    `  storage_account_id   = ${terraformText(STORAGE)}`,
    "  enabled              = true",
    "  version              = 2",
    "",
    "  retention_policy {",
    "    enabled = false",
    "    days    = 0",
    "  }",
    "}",
  ].join("\n");
}

function cli({ name, region, target, comments }: Plan): string {
  const [, subnetOf] = /^(.+\/virtualnetworks\/[^/]+)\/subnets\/[^/]+$/i.exec(target) ?? [];
  const option = subnetOf !== undefined ? "--subnet" : /\/networkinterfaces\//i.test(target) ? "--nic" : "--vnet";
  const options = [
    `--location ${shellText(region)}`,
    `--name ${shellText(name)}`,
    `${option} ${shellText(target)}`,
    `--storage-account ${shellText(STORAGE)}`,
    "--log-version 2",
    "--retention 0",
    "--enabled true",
  ];
  return [
    ...comments.map((line) => `# ${line}`),
    ["az network watcher flow-log create", ...options.map((each) => `  ${each}`)].join(" \\\n"),
  ].join("\n");
}

function bicep({ id, name, region, target, comments }: Plan): string {
  return [
    ...comments.map((line) => `// ${line}`),
    "// Deploy it into the resource group NetworkWatcherRG.",
    `resource ${id} 'Microsoft.Network/networkWatchers/flowLogs@2024-05-01' = {`,
    `  name: ${bicepText(`NetworkWatcher_${region}/${name}`)}`,
    `  location: ${bicepText(region)}`,
    "  properties: {",
    `    targetResourceId: ${bicepText(target)}`,
    `    storageId: ${bicepText(STORAGE)}`,
    "    enabled: true",
    "    format: { type: 'JSON', version: 2 }",
    "    retentionPolicy: { enabled: false, days: 0 }",
    "  }",
    "}",
  ].join("\n");
}
