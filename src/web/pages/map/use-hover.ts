import { useEffect, type RefObject } from "react";
import type { HoverStore, Hovered } from "./hover-store.ts";
import type { MapCamera } from "./map-camera.ts";
import type { MapDrawing } from "./map-scene.ts";
import { lineAt, type EdgeLine, type Point } from "./map-lines.ts";
import style from "./map.module.css";

interface HoverOptions {
  readonly viewport: RefObject<HTMLDivElement | null>;
  /** Is moved along with the pointer. */
  readonly card: RefObject<HTMLDivElement | null>;
  readonly hover: HoverStore;
  readonly camera: MapCamera;
  readonly drawing: MapDrawing;
  readonly openEdge: (edge: EdgeLine["edge"]) => void;
}

/** Pixels around an edge that count as on it. */
const NEAR = 6;

/** Hears what the pointer is over: those edges are drawn strongly, those boxes keep their colour, a click shows an edge's conversations. */
export function useHover({ viewport, card, hover, camera, drawing, openEdge }: HoverOptions): void {
  useEffect(() => {
    const place = viewport.current;
    if (place === null) return undefined;
    const leave = (): void => hover.point(undefined, []);
    const move = (event: PointerEvent): void => {
      if (event.buttons !== 0) return leave();
      const around = place.getBoundingClientRect();
      const at = { x: event.clientX - around.left, y: event.clientY - around.top };
      // Not by a variable: all boxes would inherit it, and their styles be computed anew with every move.
      if (card.current !== null) card.current.style.transform = cardPlace(at, around);
      hover.point(hoveredAt(event.target, at, drawing.drawn, camera), drawing.lines);
    };
    // Edges are drawn and no elements: the table has a button for each.
    const click = (): void => {
      const hovered = hover.now()?.hovered;
      if (hovered?.kind === "edge" && !camera.isDragged()) openEdge(hovered.line.edge);
    };
    place.addEventListener("pointermove", move);
    place.addEventListener("pointerleave", leave);
    place.addEventListener("click", click);
    return () => {
      place.removeEventListener("pointermove", move);
      place.removeEventListener("pointerleave", leave);
      place.removeEventListener("click", click);
      // Edges that are not drawn any more cannot be pointed at.
      leave();
    };
  }, [viewport, card, hover, camera, drawing, openEdge]);
  useEffect(() => {
    let unmark = (): void => undefined;
    const mark = (): void => {
      unmark();
      unmark = markLit(viewport.current, hover);
    };
    const end = hover.subscribe(mark);
    return () => {
      end();
      unmark();
    };
  }, [viewport, hover]);
}

/** Sets classes by hand, on the few elements that change. @returns what takes them away */
function markLit(place: HTMLElement | null, hover: HoverStore): () => void {
  const now = hover.now();
  if (place === null || now === undefined) return () => undefined;
  const { hovered, lit } = now;
  const ends = new Set(lit.flatMap(({ edge }) => [edge.client, edge.server]));
  if (hovered.kind === "box") ends.add(hovered.at);
  const marked = [...ends].flatMap((at) => place.querySelector(`[data-at="${at}"]`) ?? []);
  const [litName = "", edgeName = ""] = [style["lit"], style["onEdge"]];
  for (const element of marked) element.classList.add(litName);
  if (hovered.kind === "edge") place.classList.add(edgeName);
  return () => {
    for (const element of marked) element.classList.remove(litName);
    place.classList.remove(edgeName);
  };
}

function hoveredAt(
  target: EventTarget | null,
  { x, y }: Point,
  lines: readonly EdgeLine[],
  camera: MapCamera,
): Hovered | undefined {
  if (!(target instanceof Element)) return undefined;
  const box = target.closest<HTMLElement>("[data-at]");
  if (box !== null) return { kind: "box", at: Number(box.dataset["at"]) };
  if (target.closest("button") !== null) return undefined;
  const { x: left, y: top, zoom } = camera.now();
  const line = lineAt(lines, { x: (x - left) / zoom, y: (y - top) / zoom }, NEAR / zoom);
  return line === undefined ? undefined : { kind: "edge", line };
}

/** Beside the pointer, on the side where there is room. */
function cardPlace({ x, y }: Point, { width, height }: DOMRect): string {
  const isLeft = x > width - 300;
  const isUp = y > height - 220;
  return `translate(${x + (isLeft ? -14 : 14)}px, ${y + (isUp ? -14 : 14)}px) translate(${isLeft ? "-100%" : "0"}, ${isUp ? "-100%" : "0"})`;
}
