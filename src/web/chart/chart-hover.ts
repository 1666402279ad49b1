import { useSyncExternalStore, type KeyboardEvent } from "react";
import type { TimeStep } from "./series.ts";

/** A time under the pointer, shared by the charts of a page: the crosshair of one is the crosshair of all. */
let hovered: number | undefined;
const listeners = new Set<() => void>();

/** Milliseconds since 1970; undefined: the pointer left. */
export function hoverTime(at: number | undefined): void {
  if (at === hovered) return;
  hovered = at;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The time that the pointer is at in any chart of the page. */
export function useHoverTime(): number | undefined {
  return useSyncExternalStore(subscribe, () => hovered);
}

/** What keys do: arrows move the time that is pointed at by a step, Escape lets it go. */
export function stepKeys(
  steps: readonly TimeStep[],
  at: number | undefined,
  onMove: () => void,
): (event: KeyboardEvent) => void {
  return (event) => {
    const move = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (event.key === "Escape") hoverTime(undefined);
    if (move === 0) return;
    event.preventDefault();
    const next = steps[Math.min(steps.length - 1, Math.max(0, (at ?? (move > 0 ? -1 : steps.length)) + move))];
    if (next === undefined) return;
    onMove();
    hoverTime((next.from + next.to) / 2);
  };
}
