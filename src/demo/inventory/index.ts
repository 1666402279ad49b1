import type { ObjectFolder } from "../object-folder.ts";
import type { Estate } from "../world/estate.ts";
import type { Vpc } from "../world/hosts.ts";
import { networkInterfaces } from "./aws-interfaces.ts";
import { describeNatGateways, describeRouteTables, describeSubnets, describeVpcs } from "./aws-networks.ts";
import { describeNetworkAcls, describeSecurityGroups } from "./aws-rules.ts";
import { accountList, nicList, nsgList, vnetList } from "./azure.ts";
import { namesYaml } from "./names.ts";
import { policyYaml } from "./policy.ts";

/**
 * Writes what the clouds' own command lines say about the estate: `inventory/aws/<account>/<region>/<command>.json`,
 * `inventory/aws/list-accounts.json`, `inventory/azure/<command>.json`, and the company's own `policy.yaml` and `names.yaml`.
 */
export async function writeInventory(estate: Estate, folder: ObjectFolder): Promise<void> {
  const write = (name: string, content: object): Promise<void> =>
    folder.write(`inventory/${name}.json`, `${JSON.stringify(content, null, 2)}\n`);
  for (const [place, vpcs] of byPlace(estate)) {
    await write(`aws/${place}/describe-vpcs`, describeVpcs(vpcs));
    await write(`aws/${place}/describe-subnets`, describeSubnets(estate, vpcs));
    await write(`aws/${place}/describe-network-interfaces`, networkInterfaces(estate, vpcs));
    await write(`aws/${place}/describe-security-groups`, describeSecurityGroups(estate, vpcs));
    await write(`aws/${place}/describe-network-acls`, describeNetworkAcls(estate, vpcs));
    await write(`aws/${place}/describe-route-tables`, describeRouteTables(estate, vpcs));
    await write(`aws/${place}/describe-nat-gateways`, describeNatGateways(estate, vpcs));
  }
  await write("aws/list-accounts", awsAccounts(estate));
  await write("azure/vnet-list", vnetList(estate));
  await write("azure/nic-list", nicList(estate));
  await write("azure/nsg-list", nsgList(estate));
  await write("azure/account-list", accountList(estate));
  await folder.write("inventory/policy.yaml", policyYaml(estate));
  await folder.write("inventory/names.yaml", namesYaml(estate));
}

function byPlace(estate: Estate): Map<string, Vpc[]> {
  const places = new Map<string, Vpc[]>();
  for (const vpc of estate.aws.vpcs) {
    const place = `${vpc.account}/${vpc.region}`;
    places.set(place, [...(places.get(place) ?? []), vpc]);
  }
  return places;
}

/** `aws organizations list-accounts`. */
function awsAccounts(estate: Estate): object {
  const names = new Map<string, string>();
  for (const { account, name } of estate.aws.vpcs) names.set(account, names.get(account) ?? name);
  return {
    Accounts: [...names].map(([id, name]) => ({
      Id: id,
      Arn: `arn:aws:organizations::112233445566:account/o-demo000000/${id}`,
      Email: `aws-${name}@example.com`,
      Name: name,
      Status: "ACTIVE",
      JoinedMethod: "CREATED",
    })),
  };
}
