import { openEntra } from "../azure/entra.ts";
import { azureCloudOfName } from "../clouds.ts";
import { openNetwork } from "../http/network.ts";
import { readAzureResources } from "./azure-shapes.ts";
import type { Estate, EstateProblem } from "./estate-types.ts";
import type { Json } from "./json-values.ts";
import type { AzureEstateOptions } from "./estate-options.ts";
import { queryGraph, type GraphScope } from "./resource-graph.ts";
import { WeirError } from "#base/errors.js";

const COMMON = "id, name, location, subscriptionId";

/** Resource Graph queries; each stands for itself, so that one that is refused takes nothing from the others. */
const queries = {
  subscriptions:
    "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id, name, subscriptionId | order by id asc",
  "flow logs": `resources | where type =~ 'microsoft.network/networkwatchers/flowlogs' | project ${COMMON}, properties | order by id asc`,
  "virtual networks": `resources | where type =~ 'microsoft.network/virtualnetworks' | project ${COMMON}, properties | order by id asc`,
  interfaces: `resources | where type =~ 'microsoft.network/networkinterfaces' | project ${COMMON}, properties = pack('ipConfigurations', properties.ipConfigurations, 'networkSecurityGroup', properties.networkSecurityGroup, 'macAddress', properties.macAddress) | order by id asc`,
  "storage accounts": `resources | where type =~ 'microsoft.storage/storageaccounts' | project ${COMMON}, properties = pack('primaryEndpoints', properties.primaryEndpoints) | order by id asc`,
} as const;

/** See `readAzureEstate` of `read-estate.ts`. */
export async function askAzure(options: AzureEstateOptions): Promise<Estate> {
  const { settings, env, managementGroup, subscriptions, signal } = options;
  const network = openNetwork(settings, env);
  const cloud = azureCloudOfName(settings.region ?? env["AZURE_CLOUD"]);
  try {
    const tokens = options.tokens ?? (await openEntra(cloud, network, env));
    const { endpoint } = settings;
    const access = { cloud, network, tokens, signal, ...(endpoint !== undefined && { endpoint }) };
    const scope: GraphScope = {
      ...(managementGroup !== undefined && { managementGroups: [managementGroup] }),
      ...(subscriptions !== undefined && { subscriptions }),
    };
    const problems: EstateProblem[] = [];
    const resources: Json[] = [];
    for (const [what, query] of Object.entries(queries)) {
      try {
        resources.push(...(await queryGraph(access, query, scope)));
      } catch (error) {
        if (!(error instanceof WeirError)) throw error;
        const { code, message, next = null } = error;
        problems.push({ provider: "azure", account: null, region: null, asked: what, code, message, next });
      }
    }
    const read = readAzureResources(resources);
    const refused = new Set(problems.map(({ asked }) => asked));
    const seen = refused.has("subscriptions") ? [] : read.accounts.map(({ id }) => id);
    return {
      ...read,
      whole: refused.has("flow logs") ? [] : seen.map((account) => ({ account, region: null })),
      interfacesOf: refused.has("interfaces") || refused.has("virtual networks") ? [] : seen,
      problems,
    };
  } finally {
    network.close();
  }
}
