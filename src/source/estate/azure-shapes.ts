import type { EstateAccount, EstateFlowLog, EstateInterface, EstateNetwork } from "./estate-types.ts";
import { grouped, isJson, member, number, objects, text, texts, type Json } from "./json-values.ts";

/**
 * Networks, flow logs and subscriptions of resources as Resource Graph and `az graph query` give them (all under `properties`), or as
 * `az network … list` prints them (properties beside id and name). Others are passed over. Ids are compared in lower case, as
 * Resource Manager does.
 */
export function readAzureResources(resources: readonly Json[]): {
  accounts: EstateAccount[];
  networks: EstateNetwork[];
  flowLogs: EstateFlowLog[];
} {
  const kinds = grouped(resources, kindOf);
  const of = (kind: Kind): Json[] => kinds.get(kind) ?? [];
  const accounts = of("subscription").flatMap((raw): EstateAccount[] => {
    const id = text(raw["subscriptionId"]) ?? text(raw["id"])?.split("/").at(-1);
    return id === undefined
      ? []
      : [
          {
            provider: "azure",
            id: id.toLowerCase(),
            name: text(raw["name"]) ?? text(raw["displayName"]),
            roleArn: null,
          },
        ];
  });
  const hosts = new Map(of("storage").map((raw) => [idOf(raw), blobHost(raw)]));
  const bySubnet = grouped(
    of("interface").flatMap((raw) => subnetsOfInterface(raw).map((subnet) => ({ subnet, face: interfaceOf(raw) }))),
    ({ subnet }) => subnet,
  );
  const networks = of("network").map((raw): EstateNetwork => {
    const inner = properties(raw);
    return {
      provider: "azure",
      ...placeOf(raw),
      cidrs: texts(member(inner, "addressSpace")["addressPrefixes"]),
      subnets: objects(inner["subnets"]).map((subnet) => ({
        id: idOf(subnet),
        name: text(subnet["name"]),
        cidrs: prefixesOf(properties(subnet)),
        securityGroup: reference(properties(subnet)["networkSecurityGroup"]),
        interfaces: (bySubnet.get(idOf(subnet)) ?? []).map(({ face }) => face),
      })),
    };
  });
  return { accounts, networks, flowLogs: of("flow-log").map((raw) => azureFlowLog(raw, hosts)) };
}

type Kind = "subscription" | "flow-log" | "network" | "interface" | "storage" | "other";

const kindsById: readonly (readonly [RegExp, Kind])[] = [
  [/^\/subscriptions\/[^/]+$/, "subscription"],
  [/\/networkwatchers\/[^/]+\/flowlogs\/[^/]+$/, "flow-log"],
  [/\/microsoft\.network\/virtualnetworks\/[^/]+$/, "network"],
  [/\/microsoft\.network\/networkinterfaces\/[^/]+$/, "interface"],
  [/\/microsoft\.storage\/storageaccounts\/[^/]+$/, "storage"],
];

function kindOf(raw: Json): Kind {
  const id = idOf(raw);
  // `az account list` prints the bare id.
  if (/^[0-9a-f-]{36}$/.test(id)) return "subscription";
  return kindsById.find(([pattern]) => pattern.test(id))?.[1] ?? "other";
}

function idOf(raw: Json): string {
  return text(raw["id"])?.toLowerCase() ?? "";
}

function properties(raw: Json): Json {
  return isJson(raw["properties"]) ? raw["properties"] : raw;
}

function placeOf(raw: Json): { id: string; name: string | null; account: string; region: string } {
  const id = idOf(raw);
  return {
    id,
    name: text(raw["name"])?.split("/").at(-1) ?? null,
    account: (text(raw["subscriptionId"]) ?? /^\/subscriptions\/([^/]+)/.exec(id)?.[1] ?? "unknown").toLowerCase(),
    region: text(raw["location"]) ?? "unknown",
  };
}

function reference(value: unknown): string | null {
  return isJson(value) ? (text(value["id"])?.toLowerCase() ?? null) : null;
}

function prefixesOf(subnet: Json): string[] {
  const one = text(subnet["addressPrefix"]);
  return one === null ? texts(subnet["addressPrefixes"]) : [one];
}

function interfaceOf(raw: Json): EstateInterface {
  const inner = properties(raw);
  const mac =
    text(inner["macAddress"])
      ?.replaceAll(/[-:.\s]/g, "")
      .toUpperCase() ?? null;
  return { id: idOf(raw), mac, securityGroup: reference(inner["networkSecurityGroup"]) };
}

function subnetsOfInterface(raw: Json): string[] {
  const subnets = objects(properties(raw)["ipConfigurations"]).map((each) => reference(properties(each)["subnet"]));
  return [...new Set(subnets.filter((subnet) => subnet !== null))];
}

function blobHost(raw: Json): string | null {
  const blob = text(member(properties(raw), "primaryEndpoints")["blob"]);
  return blob !== null && URL.canParse(blob) ? new URL(blob).host : null;
}

function azureFlowLog(raw: Json, hosts: ReadonlyMap<string, string | null>): EstateFlowLog {
  const inner = properties(raw);
  const target = text(inner["targetResourceId"])?.toLowerCase() ?? "unknown";
  const accountId = text(inner["storageId"])?.toLowerCase() ?? "";
  const isNsg = target.includes("/networksecuritygroups/");
  const version = number(member(inner, "format")["version"]);
  const state = text(inner["provisioningState"]);
  return {
    provider: "azure",
    ...placeOf(raw),
    target: { kind: targetKind(target), id: target },
    destination:
      accountId === ""
        ? { kind: "unknown", text: "" }
        : {
            kind: "azure-blob",
            account: accountId.split("/").at(-1) ?? "",
            accountId,
            container: isNsg ? "insights-logs-networksecuritygroupflowevent" : "insights-logs-flowlogflowevent",
            host: hosts.get(accountId) ?? null,
          },
    // The version that is set speaks of NSG flow logs; those of virtual networks write version 4.
    format: isNsg ? `NSG ${version ?? 1}` : "VNet 4",
    trafficType: "all",
    intervalSeconds: 60,
    filter: text(inner["enabledFilteringCriteria"]),
    recordTypes: text(inner["recordTypes"]),
    retentionDays: retentionOf(member(inner, "retentionPolicy")),
    objects: null,
    isEnabled: inner["enabled"] !== false,
    deliveryError: state === null || state === "Succeeded" || state === "Updating" ? null : `provisioning ${state}`,
    createdMs: null,
  };
}

/** `days: 0` keeps blobs for ever. */
function retentionOf({ enabled, days }: Json): number | null {
  return enabled === true && typeof days === "number" && days > 0 ? days : null;
}

function targetKind(id: string): EstateFlowLog["target"]["kind"] {
  if (id.includes("/networksecuritygroups/")) return "security-group";
  if (/\/virtualnetworks\/[^/]+\/subnets\//.test(id)) return "subnet";
  if (id.includes("/virtualnetworks/")) return "network";
  return id.includes("/networkinterfaces/") ? "interface" : "other";
}
