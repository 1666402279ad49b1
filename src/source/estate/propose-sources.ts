import { azureCloudOfHost } from "../clouds.ts";
import type { Estate, EstateDestination, EstateFlowLog, ProposedSource } from "./estate-types.ts";
import { grouped } from "./json-values.ts";
import type { EstateSettings } from "./estate-options.ts";

/**
 * Every bucket, log group and container that flow logs are delivered to, as a source: the place once, however many flow logs write
 * there. What goes to Firehose is pushed by it and no source; {@link unlogged} tells of it.
 * @param settings what all of them have, such as a profile
 */
export function proposeSources(estate: Estate, settings: EstateSettings = {}): ProposedSource[] {
  const roles = new Map(estate.accounts.map(({ id, roleArn }) => [id, roleArn]));
  const places = grouped(
    estate.flowLogs.filter(({ destination }) => urlOf(destination) !== undefined),
    ({ destination }) => urlOf(destination) ?? "",
  );
  const names = new Set<string>();
  return [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([url, flowLogs]): ProposedSource[] => {
      const [first] = flowLogs;
      if (first === undefined) return [];
      const { destination } = first;
      const roleArn = destination.kind === "cloudwatch" ? (roles.get(destination.account) ?? undefined) : undefined;
      return [
        {
          name: freeName(nameOf(destination, first), names),
          settings: {
            ...reachOf(destination, settings),
            url,
            ...(roleArn !== undefined && { roleArn }),
            ...endpointOf(destination),
          },
          flowLogs,
        },
      ];
    });
}

/** The region is where the estate was asked first, and Azure's endpoint that of its control plane: neither is the place's. */
function reachOf(destination: EstateDestination, settings: EstateSettings): EstateSettings {
  const { region: _region, ...rest } = settings;
  if (destination.kind !== "azure-blob") return rest;
  const { endpoint: _endpoint, ...others } = rest;
  return others;
}

/** The place that a flow log delivers to, as a source's URL; undefined where no source can read it. */
export function urlOf(destination: EstateDestination): string | undefined {
  switch (destination.kind) {
    case "s3":
      return `s3://${destination.bucket}/${destination.prefix === "" ? "" : `${destination.prefix}/`}`;
    case "cloudwatch":
      return `cloudwatch://${destination.region}/${destination.logGroup}`;
    case "azure-blob":
      return `azblob://${destination.account}/${destination.container}`;
    case "firehose":
    case "unknown":
      return undefined;
  }
}

/** A host that the account's name alone does not lead to: of a sovereign cloud, or with a zone in it. */
function endpointOf(destination: EstateDestination): { endpoint: string } | undefined {
  if (destination.kind !== "azure-blob" || destination.host === null) return undefined;
  const usual = `${destination.account}.blob.core.windows.net`;
  const { storageSuffix } = azureCloudOfHost(destination.host);
  return destination.host === usual && storageSuffix === "core.windows.net"
    ? undefined
    : { endpoint: `https://${destination.host}` };
}

function nameOf(destination: EstateDestination, { account }: EstateFlowLog): string {
  switch (destination.kind) {
    case "s3":
      return `${destination.bucket} ${destination.prefix}`;
    case "cloudwatch":
      return `${destination.logGroup} ${account} ${destination.region}`;
    case "azure-blob":
      return `${destination.account} ${destination.container.includes("securitygroup") ? "nsg" : "vnet"}`;
    case "firehose":
    case "unknown":
      return account;
  }
}

function freeName(wanted: string, taken: Set<string>): string {
  const bare =
    wanted
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-+|-+$/g, "")
      .slice(0, 80) || "source";
  let name = bare;
  for (let number = 2; taken.has(name); number++) name = `${bare}-${number}`;
  taken.add(name);
  return name;
}
