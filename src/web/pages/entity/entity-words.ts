import type { EntityJson } from "#api/contract/index.js";

type Kind = EntityJson["kind"];

/** The word for a kind of entity or of a part of one. */
export function kindWord(kind: string, id: string): string {
  if (kind === "account") return /^[0-9a-f]{8}-/i.test(id) ? "Subscription" : "Account";
  return words[kind] ?? kind;
}

const words: Readonly<Record<string, string>> = {
  address: "Address",
  block: "Block",
  instance: "Instance",
  interface: "Interface",
  subnet: "Subnet",
  network: "Network",
  provider: "Cloud",
  region: "Region",
  az: "Availability zone",
};

const pages: ReadonlySet<string> = new Set<Kind>([
  "address",
  "block",
  "instance",
  "interface",
  "subnet",
  "network",
  "account",
]);

/** Whether things of a kind have a page. */
export function hasPage(kind: string): boolean {
  return pages.has(kind);
}

/** Azure's ids are paths: their last part tells what it is. */
export function shortId(id: string): string {
  return id.startsWith("/") ? id.slice(id.lastIndexOf("/") + 1) : id;
}

/** The filter of an entity as client or as server. */
export function asEnd({ filter }: Pick<EntityJson, "filter">, end: "client" | "server"): string {
  return `${end}.${filter}`;
}
