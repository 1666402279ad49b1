import type { NameRole } from "#model/names.js";
import type { CloudItem } from "./cloud-item.ts";
import { cleanName, ownerOf, type Identity, type Learned } from "./learned.ts";

/** How one kind of thing is recognised, and what is learned from it. */
export interface ThingReader {
  readonly word: string;
  recognises(item: CloudItem): boolean;
  read(item: CloudItem, learned: Learned, word: string): void;
}

/** What AWS's command prints, the more special first: an interface names its subnet, too. */
export const awsReaders: readonly ThingReader[] = [
  { word: "interfaces", recognises: (item) => item.has("NetworkInterfaceId"), read: readInterface },
  {
    word: "subnets",
    recognises: (item) => item.has("SubnetId") && item.has("CidrBlock"),
    read: readSubnet,
  },
  { word: "networks", recognises: (item) => item.has("VpcId") && item.has("CidrBlock"), read: readVpc },
  {
    word: "accounts",
    recognises: (item) => /^\d{12}$/.test(item.text("Id") ?? "") && (item.has("Arn") || item.has("Email")),
    read: readAccount,
  },
];

function tagged(item: CloudItem): Identity {
  return { name: cleanName(item.tag("Name")), role: null, owner: ownerOf(item) };
}

function readAccount(item: CloudItem, learned: Learned, word: string): void {
  const identity = { name: cleanName(item.text("Name")), role: null, owner: null };
  learned.count(word, identity.name);
  learned.id("account", item.text("Id"), identity);
}

function readVpc(item: CloudItem, learned: Learned, word: string): void {
  const identity = tagged(item);
  learned.count(word, identity.name);
  learned.id("network", item.text("VpcId"), identity);
  for (const block of networkBlocks(item)) learned.block(block, identity, item);
}

function readSubnet(item: CloudItem, learned: Learned, word: string): void {
  const identity = tagged(item);
  learned.count(word, identity.name);
  learned.id("subnet", item.text("SubnetId"), identity);
  for (const block of networkBlocks(item)) learned.block(block, identity, item);
}

/** All blocks that a network or subnet has now, the first one and those that were added. */
function networkBlocks(item: CloudItem): Set<string> {
  const blocks = new Set<string>();
  const add = (text: string | undefined): void => void (text !== undefined && blocks.add(text));
  add(item.text("CidrBlock"));
  for (const each of item.items("CidrBlockAssociationSet"))
    if (isAssociated(each.textIn("CidrBlockState", "State"))) add(each.text("CidrBlock"));
  for (const each of item.items("Ipv6CidrBlockAssociationSet"))
    if (isAssociated(each.textIn("Ipv6CidrBlockState", "State"))) add(each.text("Ipv6CidrBlock"));
  return blocks;
}

function isAssociated(state: string | undefined): boolean {
  return state === undefined || /^associat/i.test(state);
}

/** What AWS writes on the interfaces of instances. */
const GENERIC = /^(primary )?network interface$/i;

function readInterface(item: CloudItem, learned: Learned, word: string): void {
  const description = cleanName(item.text("Description"));
  const instance = cleanName(item.textIn("Attachment", "InstanceId"));
  const role = roleOf(item.text("InterfaceType"), description);
  const told = description !== undefined && GENERIC.test(description) ? (instance ?? description) : description;
  const identity = { name: cleanName(item.tag("Name")) ?? told ?? instance, role, owner: ownerOf(item) };
  learned.count(word, identity.name);
  const id = item.text("NetworkInterfaceId");
  learned.id("interface", id, identity);
  learned.fact(id, ownAddresses(item, learned, identity), role);
  const publicAddresses = [item, ...item.items("PrivateIpAddresses")].flatMap((each) => {
    const association = each.item("Association");
    return [association?.text("PublicIp"), association?.text("CarrierIp"), association?.text("CustomerOwnedIp")];
  });
  for (const address of new Set(publicAddresses)) learned.block(address, identity, item);
}

/** Names the private addresses of an interface, secondary ones and prefixes too. */
function ownAddresses(item: CloudItem, learned: Learned, identity: Identity): ReturnType<Learned["block"]> {
  const own = new Set([
    item.text("PrivateIpAddress"),
    ...item.items("PrivateIpAddresses").map((each) => each.text("PrivateIpAddress")),
    ...item.items("Ipv6Addresses").map((each) => each.text("Ipv6Address")),
    ...item.items("Ipv4Prefixes").map((each) => each.text("Ipv4Prefix")),
    ...item.items("Ipv6Prefixes").map((each) => each.text("Ipv6Prefix")),
  ]);
  return [...own].flatMap((address) => learned.block(address, identity, item));
}

/** What an interface does with traffic, as far as its type or the description that AWS gave it says. */
function roleOf(type: string | undefined, description: string | undefined): NameRole | null {
  // The command writes nat_gateway, libraries natGateway.
  const known = rolesOfTypes[type?.toLowerCase().replaceAll("_", "") ?? ""];
  if (known !== undefined) return known;
  return descriptions.find(({ pattern }) => pattern.test(description ?? ""))?.role ?? null;
}

const rolesOfTypes: Readonly<Record<string, NameRole>> = {
  natgateway: "nat",
  regionalnatgateway: "nat",
  loadbalancer: "load_balancer",
  networkloadbalancer: "load_balancer",
  gatewayloadbalancer: "load_balancer",
};

const descriptions: readonly { readonly pattern: RegExp; readonly role: NameRole }[] = [
  { pattern: /^ELB /, role: "load_balancer" },
  { pattern: /^Interface for NAT Gateway /, role: "nat" },
  { pattern: /^Route 53 Resolver: /, role: "resolver" },
];
