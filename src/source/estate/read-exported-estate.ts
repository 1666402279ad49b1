import { WeirError } from "#base/errors.js";
import { readAwsAnswers } from "./aws-shapes.ts";
import { readAzureResources } from "./azure-shapes.ts";
import type { Estate, EstateAccount } from "./estate-types.ts";
import { isJson, objects, text, type Json } from "./json-values.ts";

/** A file that holds what a command printed. */
export interface ExportedAnswer {
  readonly name: string;
  readonly text: string;
}

/**
 * The estate of exported JSON, in any number of files: `aws ec2 describe-flow-logs`, `describe-vpcs`, `describe-subnets`,
 * `describe-network-interfaces`, `aws organizations list-accounts`; `az graph query`, `az network watcher flow-log list`, `az network
 * vnet list`, `az network nic list`, `az storage account list`, `az account list`. Several answers may stand in one file.
 * @throws WeirError `estate-json` when a file is none of these
 */
export function readExportedEstate(files: readonly ExportedAnswer[]): Estate {
  const aws = { flowLogs: [] as Json[], vpcs: [] as Json[], subnets: [] as Json[], interfaces: [] as Json[] };
  const accounts: EstateAccount[] = [];
  const resources: Json[] = [];
  for (const file of files) {
    let isKnown = false;
    for (const value of valuesOf(file)) {
      const known = [
        [value["FlowLogs"], aws.flowLogs],
        [value["Vpcs"], aws.vpcs],
        [value["Subnets"], aws.subnets],
        [value["NetworkInterfaces"], aws.interfaces],
      ] as const;
      for (const [list, into] of known) into.push(...objects(list));
      accounts.push(...objects(value["Accounts"]).flatMap(accountOf));
      const azure = objects(value["data"]);
      resources.push(...azure);
      isKnown ||=
        known.some(([list]) => Array.isArray(list)) || Array.isArray(value["Accounts"]) || Array.isArray(value["data"]);
    }
    if (!isKnown) throw notKnown(file, "it holds no answer that is known");
  }
  const fromAws = readAwsAnswers(
    {
      flowLogs: unique(aws.flowLogs, "FlowLogId"),
      vpcs: unique(aws.vpcs, "VpcId"),
      subnets: unique(aws.subnets, "SubnetId"),
      interfaces: unique(aws.interfaces, "NetworkInterfaceId"),
    },
    { account: null, region: null },
  );
  const fromAzure = readAzureResources(resources);
  const networks = [...fromAws.networks, ...fromAzure.networks];
  const flowLogs = [...fromAws.flowLogs, ...fromAzure.flowLogs];
  return {
    accounts: withSeen([...accounts, ...fromAzure.accounts], [...networks, ...flowLogs]),
    networks,
    flowLogs,
    // What an export leaves out may be in another one.
    whole: [],
    interfacesOf: [],
    problems: [],
  };
}

/** Documents of a file, lists of Azure's commands as `data`. */
function valuesOf(file: ExportedAnswer): Json[] {
  let value: unknown;
  try {
    value = JSON.parse(file.text.replace(/^\uFEFF/, ""));
  } catch {
    throw notKnown(file, "it is no JSON");
  }
  if (isJson(value)) return [value];
  const items = objects(value);
  if (items.length === 0 && Array.isArray(value)) return [{ data: [] }];
  return items.every((item) => typeof item["id"] === "string") ? [{ data: items }] : items;
}

function accountOf({ Id, Name }: Json): EstateAccount[] {
  const id = text(Id);
  return id === null ? [] : [{ provider: "aws", id, name: text(Name), roleArn: null }];
}

/** The same thing may be in several exports. */
function unique(items: readonly Json[], idName: string): Json[] {
  return [...new Map(items.map((item) => [text(item[idName]) ?? JSON.stringify(item), item])).values()];
}

/** Accounts that were not listed and that something belongs to. */
function withSeen(
  accounts: readonly EstateAccount[],
  seen: readonly { readonly provider: EstateAccount["provider"]; readonly account: string }[],
): EstateAccount[] {
  const all = new Map(accounts.map((account) => [account.id, account]));
  for (const { provider, account } of seen)
    if (account !== "unknown" && !all.has(account))
      all.set(account, { provider, id: account, name: null, roleArn: null });
  return [...all.values()];
}

function notKnown({ name }: ExportedAnswer, why: string): WeirError {
  return new WeirError({
    code: "estate-json",
    kind: "input",
    message: `the estate cannot be read: ${why}`,
    place: name,
    next: "Give what aws ec2 describe-flow-logs, aws ec2 describe-vpcs, az network watcher flow-log list or az graph query printed with --output json.",
  });
}
