import type { AzureTokens } from "./resource-graph.ts";
import type { RemoteSettings } from "../settings.ts";
import type { Estate } from "./estate-types.ts";

/** How clouds are reached: of a source's settings, what does not name the place. */
export type EstateSettings = Omit<RemoteSettings, "url" | "queue" | "logFormat" | "sinceMs">;

export interface AwsEstateOptions {
  readonly settings: EstateSettings;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** All accounts of the organisation; else the caller's own. */
  readonly org?: boolean;
  /** Name of the role that is assumed in each of the other accounts; `externalId` of the settings goes along. */
  readonly roleName?: string;
  /** In the place of all that are enabled. */
  readonly regions?: readonly string[];
  readonly signal: AbortSignal;
  /** Accounts and regions that were read, of how many. */
  readonly onProgress?: (done: number, all: number) => void;
}

export interface AzureEstateOptions {
  readonly settings: EstateSettings;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** All subscriptions below it; else all that the caller may see. */
  readonly managementGroup?: string;
  readonly subscriptions?: readonly string[];
  readonly signal: AbortSignal;
  /** In the place of Microsoft Entra. */
  readonly tokens?: AzureTokens;
}

/**
 * Asks AWS what is logged: Organizations for accounts; in every account and enabled region EC2 for flow logs and networks. Who refuses
 * is among the problems, and stops nobody else.
 * @throws WeirError when a setting is wrong
 */
export async function readAwsEstate(options: AwsEstateOptions): Promise<Estate> {
  return (await import("./read-aws-estate.ts")).askAws(options);
}

/**
 * Asks Azure Resource Graph what is logged: flow logs of network watchers, virtual networks, interfaces, storage accounts.
 * @throws WeirError when a setting is wrong
 */
export async function readAzureEstate(options: AzureEstateOptions): Promise<Estate> {
  return (await import("./read-azure-estate.ts")).askAzure(options);
}
