import type { NamedBlock } from "#model/names.js";
import { ALL_IPV4, compareAddresses, nextAddress, previousAddress, type Block } from "./blocks.ts";
import type { AddressWords } from "#base/address.js";

/** What holds for a block. */
export type BlockName = Pick<NamedBlock, "name" | "role" | "owner">;

/** A name given to a block. */
export interface NamedCidr extends Block, BlockName {}

/** A block in the sweep; without a name it is a hole in the blocks around it. */
type Piece = Block & { readonly named: BlockName | undefined };

/**
 * Makes nested blocks disjoint, in address order: where one lies inside another, the smaller one holds. Of names for exactly the
 * same block the later in the list holds; a role or owner that it does not give is taken from the one before.
 */
export function flattenBlocks(names: readonly NamedCidr[]): NamedBlock[] {
  const flat: NamedBlock[] = [];
  // Blocks that hold the place that the sweep has come to, each inside the one before it.
  const open: Piece[] = [];
  // Undefined behind the very last address.
  let from: AddressWords | undefined;
  const emit = (to: AddressWords): void => {
    const named = open.at(-1)?.named;
    if (named === undefined || from === undefined || compareAddresses(from, to) > 0) return;
    const { name, role, owner } = named;
    flat.push({ first: from, last: to, name, role, owner });
  };
  const close = (last: AddressWords): void => {
    emit(last);
    open.pop();
    if (from !== undefined && compareAddresses(from, last) <= 0) from = nextAddress(last);
  };
  for (const piece of piecesOf(names)) {
    for (let inner = open.at(-1); inner !== undefined && isBefore(inner, piece); inner = open.at(-1)) close(inner.last);
    // A block that begins where another one around it does leaves nothing before it.
    if (compareAddresses(piece.first, FIRST) > 0) emit(previousAddress(piece.first));
    open.push(piece);
    from = piece.first;
  }
  for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) close(inner.last);
  return flat;
}

const FIRST: AddressWords = [0, 0, 0, 0];

function isBefore(one: Block, other: Block): boolean {
  return compareAddresses(one.last, other.first) < 0;
}

/** One piece a block, in address order, outer blocks before inner ones. */
function piecesOf(names: readonly NamedCidr[]): Piece[] {
  const order = names.map((_, at) => at).sort((a, b) => compareBlocks(names[a] as Block, names[b] as Block) || a - b);
  const pieces: Piece[] = [];
  for (const at of order) {
    const named = names[at] as NamedCidr;
    const before = pieces.at(-1);
    if (before !== undefined && compareBlocks(before, named) === 0)
      pieces[pieces.length - 1] = { ...before, named: filled(named, before.named) };
    else pieces.push({ first: named.first, last: named.last, prefix: named.prefix, named });
  }
  return withoutIPv4(pieces);
}

/** An IPv6 block around all IPv4 addresses names none of them. */
function withoutIPv4(pieces: Piece[]): Piece[] {
  if (!pieces.some(({ first, prefix }) => prefix < ALL_IPV4.prefix && compareAddresses(first, FIRST) === 0))
    return pieces;
  const at = pieces.findIndex((piece) => compareBlocks(piece, ALL_IPV4) >= 0);
  const isNamed = at >= 0 && compareBlocks(pieces[at] as Piece, ALL_IPV4) === 0;
  if (!isNamed) pieces.splice(at < 0 ? pieces.length : at, 0, { ...ALL_IPV4, named: undefined });
  return pieces;
}

function filled({ name, role, owner }: NamedCidr, before: BlockName | undefined): BlockName {
  return { name, role: role ?? before?.role ?? null, owner: owner ?? before?.owner ?? null };
}

function compareBlocks(one: Block, other: Block): number {
  return compareAddresses(one.first, other.first) || one.prefix - other.prefix;
}
