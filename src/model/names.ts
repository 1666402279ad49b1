import type { AddressWords } from "#base/address.js";

/** What an address can be to other traffic: these change how its traffic is read. */
export const nameRoles = ["nat", "proxy", "load_balancer", "scanner", "resolver", "firewall"] as const;
export type NameRole = (typeof nameRoles)[number];

/** A name for a block of addresses. Blocks do not overlap: where people named one inside another, the smaller one holds. */
export interface NamedBlock {
  readonly first: AddressWords;
  readonly last: AddressWords;
  readonly name: string;
  readonly role: NameRole | null;
  readonly owner: string | null;
}

/** The names that are valid now: what queries, tables and filters look up. */
export interface NameBook {
  /** Disjoint, in address order. */
  readonly blocks: readonly NamedBlock[];
  /** Ids of accounts, subscriptions, networks, subnets and interfaces → their names. Looked up by {@link idKey}. */
  readonly ids: ReadonlyMap<string, string>;
}

const MAC = /^[0-9a-f]{2}([-:]?[0-9a-f]{2}){5}$/i;
const CASELESS = /^\/subscriptions\/|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The one spelling in which an id is compared: MAC addresses as flow logs write them (`002248AABBCC`), Azure's ids and GUIDs in
 * lower case, all others as they are.
 */
export function idKey(id: string): string {
  if (CASELESS.test(id)) return id.toLowerCase();
  return MAC.test(id) ? id.replaceAll(/[-:]/g, "").toUpperCase() : id;
}
