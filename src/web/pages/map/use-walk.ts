import { useCallback, type KeyboardEvent } from "react";
import type { Shown } from "./map-shown.ts";
import type { MapBox } from "./map-tree.ts";

interface WalkOptions {
  readonly shown: Shown;
  readonly focus: number | undefined;
  readonly go: (box: MapBox) => void;
  readonly toggle: (box: MapBox) => void;
  readonly openMenu: (box: MapBox, x: number, y: number) => void;
}

/** The keys of a tree: up and down walk, right opens and goes in, left closes and goes out, Enter opens and closes. */
export function useWalk({ shown, focus, go, toggle, openMenu }: WalkOptions): (event: KeyboardEvent) => void {
  return useCallback(
    (event) => {
      const { boxes, open } = shown;
      // A screen reader puts the focus where it reads, which need not be where the keys last went.
      const held = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-at]") : null;
      const from = held === null ? focus : Number(held.dataset["at"]);
      const place = boxes.findIndex(({ at }) => at === from);
      const box = boxes[place];
      if (box === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      const goTo = (next: MapBox | undefined): void => {
        if (next !== undefined) go(next);
      };
      const menu = (): void => {
        const place = event.target instanceof Element ? event.target.getBoundingClientRect() : undefined;
        if (place !== undefined) openMenu(box, place.left + 12, place.top + Math.min(20, place.height));
      };
      const actions: Readonly<Record<string, () => void>> = {
        ArrowDown: () => goTo(boxes[place + 1]),
        ArrowUp: () => goTo(boxes[place - 1]),
        Home: () => goTo(boxes[0]),
        End: () => goTo(boxes.at(-1)),
        ArrowRight: () => {
          if (open.has(box.at)) goTo(boxes[place + 1]);
          else if (box.children.length > 0) toggle(box);
        },
        ArrowLeft: () => {
          if (open.has(box.at)) toggle(box);
          else goTo(boxes.find(({ at }) => at === box.parent));
        },
        Enter: () => (box.children.length > 0 ? toggle(box) : menu()),
        " ": menu,
        ContextMenu: menu,
      };
      const action = event.shiftKey && event.key === "F10" ? actions["ContextMenu"] : actions[event.key];
      if (action === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      action();
    },
    [shown, focus, go, toggle, openMenu],
  );
}
