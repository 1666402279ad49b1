import fc from "fast-check";
import { expect, it } from "vitest";
import { formatAddress } from "#base/address.js";
import { jsonFault } from "./json-fault.ts";
import { learnNames } from "./learn.ts";

const learn = (...documents: readonly unknown[]) =>
  learnNames(documents.map((each) => JSON.stringify(each, null, 1)).join("\n"), "it.json");
const named = ({ entries }: ReturnType<typeof learn>): string[] =>
  entries.map(({ kind, target, name, role, owner }) =>
    [kind, target, name, role, owner].filter((part) => part !== null).join(" "),
  );
const facts = ({ interfaces }: ReturnType<typeof learn>) =>
  interfaces.map(({ observerId, addresses, role }) => [observerId, addresses.map(formatAddress).join(" "), role]);

const tags = (Name: string, ...more: readonly object[]) => [{ Key: "Name", Value: Name }, ...more];

it("learns accounts and subscriptions", () => {
  const learned = learn(
    { Accounts: [{ Id: "012345678901", Arn: "arn:aws:organizations::1:account/o-1/012345678901", Name: "prod" }] },
    [{ id: "0A000000-0000-0000-0000-00000000000B", tenantId: "t", cloudName: "AzureCloud", name: "Pay as you go" }],
  );
  expect(named(learned)).toEqual([
    "account 012345678901 prod",
    "account 0a000000-0000-0000-0000-00000000000b Pay as you go",
  ]);
  expect(learned.found).toEqual({ accounts: 2 });
});

it("learns AWS networks and subnets with all blocks that they have now", () => {
  const learned = learn(
    {
      Vpcs: [
        {
          VpcId: "vpc-1",
          CidrBlock: "10.0.0.0/16",
          CidrBlockAssociationSet: [
            { CidrBlock: "10.0.0.0/16", CidrBlockState: { State: "associated" } },
            { CidrBlock: "100.64.0.0/16", CidrBlockState: { State: "associated" } },
            { CidrBlock: "10.9.0.0/16", CidrBlockState: { State: "disassociated" } },
          ],
          Ipv6CidrBlockAssociationSet: [
            { Ipv6CidrBlock: "2001:db8::/56", Ipv6CidrBlockState: { State: "associated" } },
          ],
          Tags: tags("prod", { Key: "Owner", Value: "platform" }),
        },
        { VpcId: "vpc-2", CidrBlock: "172.31.0.0/16" },
      ],
    },
    // As `--query Subnets` prints them.
    [{ SubnetId: "subnet-1", VpcId: "vpc-1", CidrBlock: "10.0.1.0/24", Tags: tags("web\u001b[31m\n a") }],
  );
  expect(named(learned)).toEqual([
    "network vpc-1 prod platform",
    "block 10.0.0.0/16 prod platform",
    "block 100.64.0.0/16 prod platform",
    "block 2001:db8::/56 prod platform",
    "subnet subnet-1 web [31m a",
    "block 10.0.1.0/24 web [31m a",
  ]);
  expect(learned).toMatchObject({ found: { networks: 2, subnets: 1 }, unnamed: 1, unknown: 0 });
});

it("learns AWS interfaces: every address, the name that is there, the role that type or description say", () => {
  const nic = (id: string, address: string, more: object = {}) => ({
    NetworkInterfaceId: id,
    InterfaceType: "interface",
    Description: "",
    VpcId: "vpc-1",
    SubnetId: "subnet-1",
    PrivateIpAddress: address,
    PrivateIpAddresses: [{ PrivateIpAddress: address, Primary: true }],
    ...more,
  });
  const learned = learn({
    NetworkInterfaces: [
      nic("eni-1", "10.0.0.1", {
        Association: { PublicIp: "198.51.100.1" },
        PrivateIpAddresses: [
          { PrivateIpAddress: "10.0.0.1", Association: { PublicIp: "198.51.100.1" } },
          { PrivateIpAddress: "10.0.0.11", Association: { PublicIp: "198.51.100.11" } },
        ],
        Ipv6Addresses: [{ Ipv6Address: "2001:db8::1" }],
        Ipv4Prefixes: [{ Ipv4Prefix: "10.0.9.0/30" }],
        Ipv6Prefixes: [{ Ipv6Prefix: "2001:db8:1::/80" }],
        TagSet: tags("web"),
      }),
      nic("eni-2", "10.0.0.2", { InterfaceType: "nat_gateway", Description: "Interface for NAT Gateway nat-1" }),
      nic("eni-3", "10.0.0.3", { Description: "ELB app/shop/50dc" }),
      nic("eni-4", "10.0.0.4", { InterfaceType: "network_load_balancer", TagSet: tags("edge") }),
      nic("eni-5", "10.0.0.5", { Description: "Primary network interface", Attachment: { InstanceId: "i-5" } }),
      nic("eni-6", "10.0.0.6", { InterfaceType: "natGateway" }),
      nic("eni-7", "10.0.0.7", { Description: "Route 53 Resolver: rslvr-in-1:rni-1" }),
    ],
  });
  expect(named(learned)).toEqual([
    "interface eni-1 web",
    ...["10.0.0.1", "10.0.0.11", "2001:db8::1", "10.0.9.0/30", "2001:db8:1::/80"].map((each) => `block ${each} web`),
    "block 198.51.100.1 web",
    "block 198.51.100.11 web",
    "interface eni-2 Interface for NAT Gateway nat-1 nat",
    "block 10.0.0.2 Interface for NAT Gateway nat-1 nat",
    "interface eni-3 ELB app/shop/50dc load_balancer",
    "block 10.0.0.3 ELB app/shop/50dc load_balancer",
    "interface eni-4 edge load_balancer",
    "block 10.0.0.4 edge load_balancer",
    "interface eni-5 i-5",
    "block 10.0.0.5 i-5",
    "interface eni-7 Route 53 Resolver: rslvr-in-1:rni-1 resolver",
    "block 10.0.0.7 Route 53 Resolver: rslvr-in-1:rni-1 resolver",
  ]);
  expect(facts(learned)).toEqual([
    ["eni-1", "10.0.0.1 10.0.0.11 2001:db8::1 10.0.9.0 10.0.9.1 10.0.9.2 10.0.9.3", null],
    ["eni-2", "10.0.0.2", "nat"],
    ["eni-3", "10.0.0.3", "load_balancer"],
    ["eni-4", "10.0.0.4", "load_balancer"],
    ["eni-5", "10.0.0.5", null],
    ["eni-6", "10.0.0.6", "nat"],
    ["eni-7", "10.0.0.7", "resolver"],
  ]);
});

it("learns Azure networks, interfaces and what stands in the way, in every spelling of the keys", () => {
  const group = "/subscriptions/0a000000-0000-0000-0000-00000000000b/resourceGroups/RG/providers/Microsoft.Network";
  const vnet = `${group}/virtualNetworks/hub`;
  const learned = learn(
    [
      {
        id: vnet,
        name: "hub",
        addressSpace: { addressPrefixes: ["10.2.0.0/16", "2001:db8:2::/48"] },
        subnets: [
          { id: `${vnet}/subnets/default`, name: "default", addressPrefix: "10.2.0.0/24" },
          { id: `${vnet}/subnets/two`, name: "two", addressPrefixes: ["10.2.1.0/24"] },
        ],
        tags: { Owner: "hub team" },
      },
    ],
    [
      {
        id: `${group}/networkInterfaces/vm1-nic`,
        name: "vm1-nic",
        macAddress: "00-22-48-aa-c2-05",
        ipConfigurations: [
          { privateIPAddress: "10.2.0.4", publicIPAddress: { id: `${group}/publicIPAddresses/vm1-ip` } },
          { privateIpAddress: "10.2.0.5", publicIpAddress: null },
        ],
      },
      {
        id: `${group}/networkInterfaces/pls`,
        name: "pls",
        macAddress: null,
        privateLinkService: { id: "x" },
        properties: undefined,
        ipConfigurations: [{ privateIPAddress: "10.2.0.9" }],
      },
    ],
    // As the service itself answers.
    { value: [{ id: `${group}/publicIPAddresses/vm1-ip`, name: "vm1-ip", properties: { ipAddress: "203.0.113.4" } }] },
    [
      {
        id: `${group}/loadBalancers/lb`,
        name: "lb",
        frontendIPConfigurations: [{ properties: { privateIPAddress: "10.2.0.20" } }],
      },
      { id: `${group}/azureFirewalls/fw`, name: "fw", ipConfigurations: [{ privateIPAddress: "10.2.0.30" }] },
      { id: `${group}/routeTables/rt`, name: "rt" },
    ],
  );
  expect(named(learned)).toEqual([
    `network ${vnet} hub hub team`,
    "block 10.2.0.0/16 hub hub team",
    "block 2001:db8:2::/48 hub hub team",
    `subnet ${vnet}/subnets/default hub/default`,
    "block 10.2.0.0/24 hub/default",
    `subnet ${vnet}/subnets/two hub/two`,
    "block 10.2.1.0/24 hub/two",
    `interface ${group}/networkInterfaces/vm1-nic vm1-nic`,
    "interface 002248AAC205 vm1-nic",
    "block 10.2.0.4 vm1-nic",
    "block 10.2.0.5 vm1-nic",
    `interface ${group}/networkInterfaces/pls pls nat`,
    "block 10.2.0.9 pls nat",
    "block 203.0.113.4 vm1-ip",
    "block 10.2.0.20 lb load_balancer",
    "block 10.2.0.30 fw firewall",
  ]);
  expect(facts(learned)).toEqual([["002248AAC205", "10.2.0.4 10.2.0.5", null]]);
  expect(learned.unknown).toBe(1);
});

it("finds where a text stops being JSON", () => {
  fc.assert(fc.property(fc.json(), (json) => jsonFault(json) === json.length));
  for (const [text, at] of [
    ["[1,\n 2 3]", 7],
    ['{"a" 1}', 5],
    ['{"a": 01}', 7],
    ["[1,]", 3],
    ["{,}", 1],
    ['["a\nb"]', 1],
    ["[tru]", 1],
    ["[1}", 2],
  ] as const)
    expect(jsonFault(text), text).toBe(at);
});

it("says where and why a file is not taken", () => {
  const error = (text: string): object => {
    try {
      learnNames(text, "it.json");
    } catch (thrown) {
      return thrown as object;
    }
    throw new Error("nothing was thrown");
  };
  expect(error("")).toMatchObject({ code: "names-unreadable", place: "it.json", message: "the file is empty" });
  expect(error('{"Vpcs": []}\n{"Vpcs": [\n{"VpcId": }]}')).toMatchObject({ place: "it.json, line 3" });
  expect(error('{"Vpcs": [{}')).toMatchObject({ place: "it.json, line 1" });
  expect(error('{"Vpcs": []}')).toMatchObject({ message: "the lists in it are empty" });
  expect(error('{"Instances": [{"a": 1}]}')).toMatchObject({ message: "nothing in it is known" });
  const vpc = { VpcId: "vpc-1", CidrBlock: "10.0.0.0", Tags: tags("a") };
  expect(error(JSON.stringify({ Vpcs: [vpc, { ...vpc, CidrBlock: "ten" }] }))).toMatchObject({
    place: "it.json, Vpcs[1]",
    message: "“ten” is no address and no block of addresses",
  });
  expect(error("[".repeat(200_000))).toMatchObject({ code: "names-unreadable" });
});
