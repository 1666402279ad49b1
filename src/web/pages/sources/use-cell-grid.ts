import { useState, type KeyboardEvent, type SyntheticEvent } from "react";

/** A cell of a grid. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/**
 * A grid of cells of which one is reached with Tab and the others from there with arrows. Cells say where they are with
 * `data-row` and `data-column`; what happens to them is heard by the element around them.
 */
export function useCellGrid(size: Size, first: Place) {
  const [focus, setFocus] = useState(first);
  const [pointed, setPointed] = useState<Place>();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const here = placeOf(event);
    const next = here === undefined ? undefined : moved(here, event.key, size);
    if (next === undefined) return;
    event.preventDefault();
    setFocus(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-row="${next.row}"][data-column="${next.column}"]`)?.focus();
  };
  return {
    /** The cell that Tab reaches. */
    focus,
    setFocus,
    /** The cell under the pointer or the keyboard. */
    pointed,
    events: {
      onKeyDown,
      onPointerMove: (event: SyntheticEvent) => setPointed(placeOf(event)),
      onPointerLeave: () => setPointed(undefined),
      onFocus: (event: SyntheticEvent) => setPointed(placeOf(event)),
      onBlur: () => setPointed(undefined),
    },
  };
}

/** The cell that an event is of. */
export function placeOf({ target }: SyntheticEvent): Place | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
  return cell === null ? undefined : { row: Number(cell.dataset["row"]), column: Number(cell.dataset["column"]) };
}

function moved({ row, column }: Place, key: string, size: Size): Place | undefined {
  const steps: Readonly<Record<string, Place>> = {
    ArrowLeft: { row, column: Math.max(0, column - 1) },
    ArrowRight: { row, column: Math.min(size.columns - 1, column + 1) },
    ArrowUp: { row: Math.max(0, row - 1), column },
    ArrowDown: { row: Math.min(size.rows - 1, row + 1), column },
    Home: { row, column: 0 },
    End: { row, column: size.columns - 1 },
  };
  return steps[key];
}
