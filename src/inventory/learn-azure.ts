import type { AddressWords } from "#base/address.js";
import type { NameRole } from "#model/names.js";
import type { ThingReader } from "./learn-aws.ts";
import type { CloudItem } from "./cloud-item.ts";
import { cleanName, ownerOf, type Identity, type Learned } from "./learned.ts";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the id of a thing ends in a resource of this type. */
const isType =
  (type: string) =>
  (item: CloudItem): boolean =>
    new RegExp(`/providers/microsoft\\.(network|compute)/(.*/)?${type}/[^/]+$`, "i").test(item.text("id") ?? "");

/** What Azure's command prints. */
export const azureReaders: readonly ThingReader[] = [
  { word: "interfaces", recognises: isType("networkinterfaces"), read: readInterface },
  { word: "networks", recognises: isType("virtualnetworks"), read: readNetwork },
  { word: "subnets", recognises: isType("subnets"), read: readSubnet },
  { word: "public addresses", recognises: isType("publicipaddresses"), read: readPublicAddress },
  { word: "load balancers", recognises: isType("loadbalancers"), read: appliance("load_balancer") },
  { word: "load balancers", recognises: isType("applicationgateways"), read: appliance("load_balancer") },
  { word: "firewalls", recognises: isType("azurefirewalls"), read: appliance("firewall") },
  {
    word: "accounts",
    recognises: (item) =>
      GUID.test(item.text("subscriptionId") ?? item.text("id") ?? "") &&
      ["tenantId", "cloudName", "displayName"].some((key) => item.has(key)),
    read: readSubscription,
  },
];

function named(item: CloudItem, role: NameRole | null = null): Identity {
  return { name: cleanName(item.text("name")), role, owner: ownerOf(item) };
}

/** Things as the command prints them, or as the service does, one level deeper. */
function propertiesOf(item: CloudItem): CloudItem {
  return item.item("properties") ?? item;
}

function readSubscription(item: CloudItem, learned: Learned, word: string): void {
  const name = cleanName(item.text("name") ?? item.text("displayName"));
  learned.count(word, name);
  learned.id("account", item.text("subscriptionId") ?? item.text("id"), { name, role: null, owner: null });
}

function readNetwork(item: CloudItem, learned: Learned, word: string): void {
  const identity = named(item);
  learned.count(word, identity.name);
  learned.id("network", item.text("id"), identity);
  const properties = propertiesOf(item);
  for (const block of properties.item("addressSpace")?.texts("addressPrefixes") ?? [])
    learned.block(block, identity, item);
  for (const subnet of properties.items("subnets")) readSubnet(subnet, learned, "subnets");
}

/** Named with its network before it: half of all subnets are called `default`. */
function readSubnet(item: CloudItem, learned: Learned, word: string): void {
  const network = /\/virtualnetworks\/([^/]+)\//i.exec(item.text("id") ?? "")?.[1];
  const { name } = named(item);
  const full = name === undefined || network === undefined ? name : `${network}/${name}`;
  const identity = { ...named(item), name: cleanName(full) };
  learned.count(word, identity.name);
  learned.id("subnet", item.text("id"), identity);
  const properties = propertiesOf(item);
  const blocks = new Set([properties.text("addressPrefix"), ...properties.texts("addressPrefixes")]);
  for (const block of blocks) learned.block(block, identity, item);
}

function readPublicAddress(item: CloudItem, learned: Learned, word: string): void {
  const identity = named(item);
  learned.count(word, identity.name);
  learned.block(propertiesOf(item).text("ipAddress"), identity, item);
}

function readInterface(item: CloudItem, learned: Learned, word: string): void {
  const properties = propertiesOf(item);
  // The interface of a Private Link service stands for all who come through it.
  const role = properties.item("privateLinkService") === undefined ? null : "nat";
  const identity = named(item, role);
  learned.count(word, identity.name);
  const mac = properties.text("macAddress");
  learned.id("interface", item.text("id"), identity);
  learned.id("interface", mac, identity);
  learned.fact(mac, configuredAddresses(properties, learned, identity), role);
}

function appliance(role: NameRole): ThingReader["read"] {
  return (item, learned, word) => {
    const identity = named(item, role);
    learned.count(word, identity.name);
    configuredAddresses(propertiesOf(item), learned, identity);
  };
}

/** Names the addresses of all IP configurations. @returns the private ones */
function configuredAddresses(properties: CloudItem, learned: Learned, identity: Identity): AddressWords[] {
  const configurations = ["ipConfigurations", "frontendIPConfigurations"].flatMap((list) => properties.items(list));
  return configurations.flatMap((each) => {
    const configuration = propertiesOf(each);
    const publicAddress = configuration.item("publicIPAddress");
    if (publicAddress !== undefined) learned.block(propertiesOf(publicAddress).text("ipAddress"), identity, each);
    return learned.block(configuration.text("privateIPAddress"), identity, each);
  });
}
