import { AwsFault } from "./aws-faults.ts";
import { numbered } from "./aws-query.ts";
import type { XmlValue } from "./xml.ts";

/** Lists whose element is not called as the member is; all others are the member with a small letter. */
const elementNames: Readonly<Record<string, string>> = {
  Tags: "tagSet",
  TagSet: "tagSet",
  TagFieldSpecifications: "tagFieldSpecificationSet",
  Groups: "groupSet",
  PrivateIpAddresses: "privateIpAddressesSet",
  Ipv6Addresses: "ipv6AddressesSet",
};

/** Items of a list as EC2 writes them: members begin with a small letter, and lists hold elements called item. */
export function ec2Items(items: readonly object[]): XmlValue {
  return { item: items.map((item) => written(item)) };
}

function written(value: unknown): XmlValue {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return { item: value.map(written) };
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [elementName(name), written(member)]));
  return value as string | number | boolean;
}

function elementName(member: string): string {
  return elementNames[member] ?? member.slice(0, 1).toLowerCase() + member.slice(1);
}

/** A filter: one of the values must be the attribute's. */
export interface Ec2Filter {
  readonly name: string;
  readonly values: readonly string[];
}

/** The filters of a call: Filter.1.Name, Filter.1.Value.1 and so on. */
export function readFilters(form: URLSearchParams): Ec2Filter[] {
  const filters: Ec2Filter[] = [];
  for (let at = 1; ; at++) {
    const name = form.get(`Filter.${at}.Name`);
    if (name === null) return filters;
    filters.push({ name, values: numbered(form, `Filter.${at}.Value`) });
  }
}

/** Filters that are not called as the member is. */
const filterMembers: Readonly<Record<string, string>> = {
  "deliver-log-status": "DeliverLogsStatus",
  state: "State",
  cidr: "CidrBlock",
  status: "Status",
};

/**
 * Whether an item passes all filters; values may have * and ?.
 * @throws AwsFault for a filter that this kind of item does not have
 */
export function matchesFilters(item: Readonly<Record<string, unknown>>, filters: readonly Ec2Filter[]): boolean {
  return filters.every(({ name, values }) => {
    const value = attribute(item, name);
    return values.some((pattern) => value !== undefined && matches(value, pattern));
  });
}

function attribute(item: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const [kind = "", rest = ""] = name.split(/:(.*)/s);
  if (kind === "tag") {
    const tags = (item["Tags"] ?? item["TagSet"] ?? []) as readonly { Key?: string; Value?: string }[];
    return tags.find(({ Key }) => Key === rest)?.Value;
  }
  if (!/^[a-z-]+$/.test(name)) throw new AwsFault(400, "InvalidParameterValue", `The filter '${name}' is invalid`);
  const member = filterMembers[name] ?? name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const value = item[member];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

function matches(value: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(value);
}
