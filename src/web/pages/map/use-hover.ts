import { useEffect, useMemo, useState, type RefObject } from "react";
import type { Camera } from "./map-camera.ts";
import { lineAt, type EdgeLine, type Point } from "./map-lines.ts";
import style from "./map.module.css";

/** What the pointer is over. */
export type Hovered =
  | { readonly kind: "box"; readonly at: number }
  | { readonly kind: "edge"; readonly line: EdgeLine };

/** What the pointer is over, and the edges that belong to it. */
export interface Hover {
  readonly hovered: Hovered | undefined;
  /** Undefined where nothing is looked at. */
  readonly lit: readonly EdgeLine[] | undefined;
}

/** Pixels around an edge that count as on it. */
const NEAR = 6;
const NOTHING: Hover = { hovered: undefined, lit: undefined };

/** Hears what the pointer is over, and marks the boxes that belong to it; the card is moved along with the pointer. */
export function useHover(
  viewport: RefObject<HTMLDivElement | null>,
  card: RefObject<HTMLDivElement | null>,
  lines: readonly EdgeLine[],
  camera: () => Camera,
): Hover {
  const [pointed, setPointed] = useState<{ readonly lines: readonly EdgeLine[]; readonly hovered: Hovered }>();
  useEffect(() => {
    const place = viewport.current;
    if (place === null) return undefined;
    const move = (event: PointerEvent): void => {
      if (event.buttons !== 0) return setPointed(undefined);
      const around = place.getBoundingClientRect();
      const [x, y] = [event.clientX - around.left, event.clientY - around.top];
      if (card.current !== null) card.current.style.transform = cardPlace({ x, y }, around);
      const hovered = hoveredAt(event.target, { x, y }, lines, camera());
      setPointed((before) => {
        if (hovered === undefined) return undefined;
        return before?.lines === lines && isSame(before.hovered, hovered) ? before : { lines, hovered };
      });
    };
    const leave = (): void => setPointed(undefined);
    place.addEventListener("pointermove", move);
    place.addEventListener("pointerleave", leave);
    return () => {
      place.removeEventListener("pointermove", move);
      place.removeEventListener("pointerleave", leave);
    };
  }, [viewport, card, lines, camera]);

  // Edges that are not drawn any more cannot be pointed at.
  const hover = useMemo((): Hover => {
    if (pointed === undefined || pointed.lines !== lines) return NOTHING;
    const { hovered } = pointed;
    if (hovered.kind === "edge") return { hovered, lit: [hovered.line] };
    return { hovered, lit: lines.filter(({ edge }) => edge.client === hovered.at || edge.server === hovered.at) };
  }, [pointed, lines]);
  useEffect(() => markLit(viewport.current, hover), [viewport, hover]);
  return hover;
}

/** Classes are set by hand: a render of some hundred boxes for every move of the pointer would be felt. */
function markLit(place: HTMLElement | null, { hovered, lit = [] }: Hover): (() => void) | undefined {
  if (place === null || hovered === undefined) return undefined;
  const name = style["lit"] ?? "";
  const ends = new Set(lit.flatMap(({ edge }) => [edge.client, edge.server]));
  if (hovered.kind === "box") ends.add(hovered.at);
  const marked = [...ends].flatMap((at) => place.querySelector(`[data-at="${at}"]`) ?? []);
  for (const element of marked) element.classList.add(name);
  return () => {
    for (const element of marked) element.classList.remove(name);
  };
}

function hoveredAt(
  target: EventTarget | null,
  { x, y }: Point,
  lines: readonly EdgeLine[],
  { x: left, y: top, zoom }: Camera,
): Hovered | undefined {
  if (!(target instanceof Element)) return undefined;
  const box = target.closest<HTMLElement>("[data-at]");
  if (box !== null) return { kind: "box", at: Number(box.dataset["at"]) };
  if (target.closest("button") !== null) return undefined;
  const line = lineAt(lines, { x: (x - left) / zoom, y: (y - top) / zoom }, NEAR / zoom);
  return line === undefined ? undefined : { kind: "edge", line };
}

function isSame(a: Hovered, b: Hovered): boolean {
  if (a.kind === "box") return b.kind === "box" && a.at === b.at;
  return b.kind === "edge" && a.line === b.line;
}

/** Beside the pointer, on the side where there is room. */
function cardPlace({ x, y }: Point, { width, height }: DOMRect): string {
  const isLeft = x > width - 300;
  const isUp = y > height - 220;
  return `translate(${x + (isLeft ? -14 : 14)}px, ${y + (isUp ? -14 : 14)}px) translate(${isLeft ? "-100%" : "0"}, ${isUp ? "-100%" : "0"})`;
}
