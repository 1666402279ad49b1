import type { MapNode, MapNodeKind } from "./map-types.ts";

type Draft = { -readonly [K in keyof MapNode]: MapNode[K] };

/** What a box is made with; the rest is found out later. */
export interface NodeParts {
  readonly name?: string | null;
  readonly instance?: string | null;
  readonly observer?: string | null;
  /** What tells it apart, with `END.` for the end. */
  readonly filter: string | null;
}

/** Boxes while they are made: each thing inside one box has one. */
export class NodeTree {
  readonly nodes: Draft[] = [];
  readonly #known = new Map<string, number>();
  /** Addresses that are inside a box although the conversations do not say so, by box. */
  readonly #inferred = new Map<number, Set<string>>();

  /** The box of a thing inside another; it is made when it is first asked for. @returns its place in the list */
  child(parent: number, kind: MapNodeKind, value: string, parts: () => NodeParts): number {
    const path = `${parent} ${kind} ${value}`;
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const { name = null, instance = null, observer = null, filter } = parts();
    const id = idOf(`${this.nodes[parent]?.id ?? ""}/${kind}/${value}`);
    const at = this.nodes.push({ id, kind, parent, value, name, instance, observer, inferred: false, filter }) - 1;
    this.#known.set(path, at);
    return at;
  }

  /** Says of an address that some of its conversations do not tell where it is. */
  infer(at: number): void {
    const node = this.nodes[at];
    if (node === undefined) return;
    node.inferred = true;
    for (let up = node.parent; up >= 0; up = this.nodes[up]?.parent ?? -1) this.#inferredIn(up).add(node.value);
  }

  /** The addresses that are known to be in a box, and whose conversations do not say so. */
  inferredIn(node: number): readonly string[] {
    return [...(this.#inferred.get(node) ?? [])];
  }

  #inferredIn(node: number): Set<string> {
    const known = this.#inferred.get(node) ?? new Set();
    this.#inferred.set(node, known);
    return known;
  }
}

/** A short name for a path: 53 bits (cyrb53), so that some ten thousand boxes do not meet. */
function idOf(path: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & b) + (a >>> 0)).toString(36);
}
