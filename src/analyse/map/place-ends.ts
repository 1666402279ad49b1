import { formatAddress, parseAddress, parseCidr, type AddressWords } from "#base/address.js";
import { plainText } from "#filter/index.js";
import { isPrivate, type AddressOwner, type TrafficEnd } from "#query/index.js";
import type { MapNames } from "./map-types.ts";
import type { NodeTree } from "./node-tree.ts";

/** Where a cloud's logs say that something is. */
type Place = Pick<TrafficEnd, "provider" | "account" | "network" | "subnet">;

/** The outermost box of what no log has a place for. */
export const OUTSIDE = "outside";
const NOWHERE = "END.provider is unknown";
const MULTICAST = parseCidr("224.0.0.0/3");

/** Gives every end of traffic its box: by what the logs say, else by whom the address belongs to, else by its range. */
export class EndPlacer {
  readonly #tree: NodeTree;
  readonly #names: MapNames;
  readonly #owners = new Map<string, AddressOwner>();
  /** Where each private address is, by what is known elsewhere; null where that is more than one place. */
  readonly #places = new Map<string, Place | null>();

  constructor(tree: NodeTree, names: MapNames, ends: readonly TrafficEnd[], owners: readonly AddressOwner[]) {
    this.#tree = tree;
    this.#names = names;
    for (const owner of owners) {
      this.#owners.set(`${owner.network ?? ""} ${owner.address}`, owner);
      this.#remember(owner.address, owner);
    }
    for (const end of ends)
      if (end.provider !== null && end.address !== null) this.#remember(`${end.realm ?? ""} ${end.address}`, end);
  }

  #remember(key: string, place: Place): void {
    const known = this.#places.get(key);
    if (known === undefined) this.#places.set(key, place);
    else if (known !== null && !isSamePlace(known, place)) this.#places.set(key, null);
  }

  /** The box of an end, made if need be. */
  boxOf(end: TrafficEnd): number {
    if (end.provider !== null) return this.#inside(end, end.address, false);
    const address = end.address === null ? undefined : parseAddress(end.address);
    if (end.name !== null || (address !== undefined && !isPrivate({ first: address, last: address })))
      return this.#onTheInternet(end, address);
    if (end.address === null) return end.realm === "public" ? this.#internet() : this.#private();
    const known = this.#places.get(`${end.realm ?? ""} ${end.address}`) ?? this.#places.get(end.address);
    return known === undefined || known === null || known.provider === null
      ? this.#inPrivateRange(end.address)
      : this.#inside(known, end.address, true);
  }

  #inside({ provider, account, network, subnet }: Place, address: string | null, inferred: boolean): number {
    const tree = this.#tree;
    const blocks = address === null ? [] : this.#names.blocksAround(address);
    const box = (parent: number, kind: "account" | "network" | "subnet", value: string): number =>
      tree.child(parent, kind, value, () => ({
        name: this.#names.ofId(value),
        filter: `END.${kind} = ${plainText(value)}`,
      }));
    let at = tree.child(-1, "cloud", provider ?? "", () => ({ filter: `END.provider = ${plainText(provider ?? "")}` }));
    if (account !== null) at = box(at, "account", account);
    const within = account === null ? `END.provider = ${provider}` : `END.account = ${plainText(account)}`;
    // Where a log does not say the network, a block that people named stands in for it.
    const [inner, outer] = blocks;
    if (network !== null) at = box(at, "network", network);
    else if (outer !== undefined && subnet === null) at = this.#block(at, outer, within);
    const around = network ?? null;
    if (subnet !== null) at = box(at, "subnet", subnet);
    else if (inner !== undefined && (around === null || inner.name !== this.#names.ofId(around)))
      at = this.#block(at, inner, around === null ? within : `END.network = ${plainText(around)}`);
    if (address === null) return at;
    const leaf = this.#address(at, address, network);
    if (inferred) tree.infer(leaf);
    return leaf;
  }

  #block(parent: number, { block, name }: { readonly block: string; readonly name: string }, within: string): number {
    return this.#tree.child(parent, "block", block, () => ({ name, filter: `END.ip = ${block} and ${within}` }));
  }

  #address(parent: number, address: string, network: string | null): number {
    return this.#tree.child(parent, "address", address, () => {
      const owner = this.#owners.get(`${network ?? ""} ${address}`);
      return {
        name: this.#names.ofAddress(address) ?? (owner === undefined ? null : this.#names.ofId(owner.observer)),
        instance: owner?.instance ?? null,
        observer: owner?.observer ?? null,
        filter: `END.ip = ${address}`,
      };
    });
  }

  #outside(): number {
    return this.#tree.child(-1, "outside", OUTSIDE, () => ({ filter: NOWHERE }));
  }

  #internet(): number {
    return this.#tree.child(this.#outside(), "internet", "internet", () => ({
      filter: `${NOWHERE} and END.realm = public`,
    }));
  }

  #private(): number {
    return this.#tree.child(this.#outside(), "private", "private", () => ({
      filter: `${NOWHERE} and END.realm != public`,
    }));
  }

  #onTheInternet({ name }: TrafficEnd, address: AddressWords | undefined): number {
    if (name !== null)
      return this.#tree.child(this.#internet(), "name", name, () => ({
        name,
        filter: `END.name = ${plainText(name)} and ${NOWHERE}`,
      }));
    if (address === undefined) return this.#internet();
    const isIPv4 = address[0] === 0 && address[1] === 0;
    const block = `${formatAddress(address)}/${isIPv4 ? 16 : 32}`;
    const isMulticast = MULTICAST !== undefined && isIPv4 && address[3] >= MULTICAST.first[3];
    return this.#tree.child(this.#internet(), "public_block", block, () => ({
      name: isMulticast ? "multicast and broadcast" : null,
      filter: `END.ip = ${block} and END.name is unknown and ${NOWHERE}`,
    }));
  }

  #inPrivateRange(address: string): number {
    const blocks = this.#names.blocksAround(address).slice(0, 2).toReversed();
    let at = this.#private();
    for (const block of blocks) at = this.#block(at, block, NOWHERE);
    if (blocks.length === 0) {
      const words = parseAddress(address);
      const isIPv4 = !address.includes(":");
      const block = words === undefined ? address : rangeOf(words, isIPv4);
      at = this.#tree.child(at, "block", block, () => ({ filter: `END.ip = ${block} and ${NOWHERE}` }));
    }
    return this.#address(at, address, null);
  }
}

/** The /16 or /48 that an address is in. */
function rangeOf([a, b, c, d]: AddressWords, isIPv4: boolean): string {
  if (isIPv4) return `${formatAddress([a, b, c, (d & 0xffff_0000) >>> 0])}/16`;
  return `${formatAddress([a, (b & 0xffff_0000) >>> 0, 0, 0])}/48`;
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.provider === b.provider && a.account === b.account && a.network === b.network && a.subnet === b.subnet;
}
