import type { AwsEstateOptions, AzureEstateOptions } from "./estate-options.ts";
import type { Estate } from "./estate-types.ts";

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
