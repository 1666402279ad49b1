import type { EdgeLine } from "./map-lines.ts";

/** What the pointer is over. */
export type Hovered =
  | { readonly kind: "box"; readonly at: number }
  | { readonly kind: "edge"; readonly line: EdgeLine };

/** What the pointer is over, and the edges that belong to it. */
export interface Hover {
  readonly hovered: Hovered;
  readonly lit: readonly EdgeLine[];
}

/** Keeps what the pointer is over apart from the page's state: some hundred boxes need not be rendered for every move. */
export class HoverStore {
  #hover: Hover | undefined;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly now = (): Hover | undefined => this.#hover;

  /** Looks at something else; at nothing when it is undefined. */
  readonly point = (hovered: Hovered | undefined, lines: readonly EdgeLine[]): void => {
    if (isSame(this.#hover?.hovered, hovered)) return;
    this.#hover = hovered === undefined ? undefined : { hovered, lit: litBy(hovered, lines) };
    for (const listener of this.#listeners) listener();
  };
}

function litBy(hovered: Hovered, lines: readonly EdgeLine[]): readonly EdgeLine[] {
  if (hovered.kind === "edge") return [hovered.line];
  return lines.filter(({ edge }) => edge.client === hovered.at || edge.server === hovered.at);
}

function isSame(a: Hovered | undefined, b: Hovered | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === "box") return b.kind === "box" && a.at === b.at;
  return b.kind === "edge" && a.line === b.line;
}
