import type { AzureTokens } from "./resource-graph.ts";
import type { RemoteSettings } from "../settings.ts";

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
