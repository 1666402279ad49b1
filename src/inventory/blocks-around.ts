import type { StoredName } from "#catalog/index.js";
import { blockText, holds, parseBlock, type Block } from "./blocks.ts";

/** A named block that holds an address, and more than that. */
export interface BlockAround {
  readonly block: string;
  readonly name: string;
}

const ONE_ADDRESS = 128;

/** A look-up of the named blocks around an address, the smallest first; of names for one block the strongest. */
export function blocksAround(names: readonly StoredName[]): (address: string) => readonly BlockAround[] {
  const byBlock = new Map<string, BlockAround & { readonly at: Block }>();
  // What is stronger is later.
  for (const { kind, target, name } of names) {
    const at = kind === "block" ? parseBlock(target) : undefined;
    if (at === undefined || at.prefix === ONE_ADDRESS) continue;
    const block = blockText(at);
    byBlock.set(block, { block, name, at });
  }
  const blocks = [...byBlock.values()].sort((a, b) => b.at.prefix - a.at.prefix);
  const known = new Map<string, readonly BlockAround[]>();
  return (address) => {
    const before = known.get(address);
    if (before !== undefined) return before;
    const wanted = parseBlock(address);
    const found = wanted === undefined ? [] : blocks.filter(({ at }) => holds(at, wanted));
    known.set(address, found);
    return found;
  };
}
