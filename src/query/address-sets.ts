import { addressFromBigInt, addressToBigInt, parseCidr, type AddressBlock, type AddressWords } from "#base/address.js";
import type { Bindings } from "./bindings.ts";

/** More blocks than this are joined with; fewer are compared one by one, which leaves out row groups by their smallest and largest address. */
const MOST_COMPARED = 12;

/** Blocks in address order, without overlap; neighbours become one. */
export function mergedBlocks(blocks: readonly AddressBlock[]): AddressBlock[] {
  const sorted = blocks
    .map(({ first, last }) => ({ first: addressToBigInt(first), last: addressToBigInt(last) }))
    .sort((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)));
  const merged: { first: bigint; last: bigint }[] = [];
  for (const block of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && block.first <= before.last + 1n) {
      if (block.last > before.last) before.last = block.last;
    } else merged.push({ ...block });
  }
  return merged.map(({ first, last }) => ({ first: addressFromBigInt(first), last: addressFromBigInt(last) }));
}

/**
 * The condition that an address is in one of some blocks.
 * @param relation the relation of the column: its different addresses are looked up once when the blocks are many
 */
export function inBlocksSql(
  column: string,
  blocks: readonly AddressBlock[],
  relation: string,
  bindings: Bindings,
): string {
  const merged = mergedBlocks(blocks);
  if (merged.length === 0) return "false";
  if (merged.length <= MOST_COMPARED)
    return `(${merged.map((block) => betweenSql(column, block, bindings)).join(" OR ")})`;
  // A list of addresses that follow one another is merged, too; what is left alone is compared by a hash join.
  const [alone, wide] = [merged.filter(isOne), merged.filter((block) => !isOne(block))];
  const sets = [
    ...(alone.length === 0 ? [] : [`SELECT first FROM ${bindings.blocks(alone)}`]),
    ...(wide.length === 0
      ? []
      : [
          `SELECT p.ip FROM (SELECT DISTINCT ${column} AS ip FROM ${relation}) p ASOF JOIN ${bindings.blocks(wide)} b ON p.ip >= b.first WHERE p.ip <= b.last`,
        ]),
  ];
  return `${column} IN (${sets.join(" UNION ALL ")})`;
}

function betweenSql(column: string, { first, last }: AddressBlock, bindings: Bindings): string {
  return `${column} BETWEEN ${bindings.address(first)} AND ${bindings.address(last)}`;
}

function isOne({ first, last }: AddressBlock): boolean {
  return first.every((word, at) => word === last[at]);
}

/** Blocks that no packet of the internet has (RFC 1918, 6598, 3927, loopback; RFC 4193, 4291): derivation never folds their addresses. */
export const privateBlocks: readonly AddressBlock[] = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
  "fc00::/7",
  "fe80::/10",
].map((text) => parseCidr(text) as AddressBlock);

/** Whether every address of a block is private. */
export function isPrivate(block: AddressBlock): boolean {
  return privateBlocks.some((outer) => within(block, outer));
}

/** SQL of what an address stands in where sums of hours fold it: its block of IPv4 /24 or IPv6 /48; itself if it is private. */
export function foldedBlockSql(address: string, bindings: Bindings): string {
  const isIPv4 = `${address}::VARCHAR LIKE '00000000-0000-0000-0000-ffff%'`;
  const block = `CASE WHEN ${isIPv4} THEN (left(${address}::VARCHAR, 34) || '00')::UUID ELSE (left(${address}::VARCHAR, 13) || '-0000-0000-000000000000')::UUID END`;
  const isOwn = privateBlocks.map((each) => betweenSql(address, each, bindings)).join(" OR ");
  return `CASE WHEN ${isOwn} THEN ${address} ELSE ${block} END`;
}

/** Whether a folded block (IPv4 /24, IPv6 /48) is always wholly inside of this one, or wholly outside. */
export function holdsFoldedBlocks({ first, last }: AddressBlock): boolean {
  const isIPv4 = ([a, b, c]: AddressWords): boolean => a === 0 && b === 0 && c === 0xffff;
  const hostBits = isIPv4(first) && isIPv4(last) ? 8n : 80n;
  const size = 1n << hostBits;
  return addressToBigInt(first) % size === 0n && (addressToBigInt(last) + 1n) % size === 0n;
}

function within(inner: AddressBlock, outer: AddressBlock): boolean {
  return (
    addressToBigInt(outer.first) <= addressToBigInt(inner.first) &&
    addressToBigInt(inner.last) <= addressToBigInt(outer.last)
  );
}
