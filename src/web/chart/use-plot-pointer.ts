import { useRef, useState, type PointerEvent, type RefObject } from "react";

interface PlotPointer {
  readonly place: RefObject<HTMLElement | null>;
  readonly onEnter: () => void;
  readonly onMove: (x: number, y: number) => void;
  readonly onLeave: () => void;
  readonly onClick: (x: number, y: number) => void;
  readonly onBrush?: (from: number, to: number) => void;
}

interface Brush {
  readonly from: number;
  readonly to: number;
}

interface PointerHandlers {
  readonly onPointerEnter: () => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerLeave: () => void;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: () => void;
}

/** Movements below this are a click, pixels. */
const A_CLICK = 4;

/** The pointer over a plot: moving, clicking, and drawing a stretch. Places are pixels from the left and top of `place`. */
export function usePlotPointer({ place, onEnter, onMove, onLeave, onClick, onBrush }: PlotPointer): {
  readonly brush: Brush | undefined;
  readonly handlers: PointerHandlers;
} {
  const [brush, setBrush] = useState<Brush>();
  const start = useRef<number>(undefined);
  const at = (event: PointerEvent): [number, number] => {
    const box = place.current?.getBoundingClientRect();
    return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
  };
  const end = (): void => {
    start.current = undefined;
    setBrush(undefined);
  };
  return {
    brush,
    handlers: {
      onPointerEnter: onEnter,
      onPointerMove: (event) => {
        const [x, y] = at(event);
        onMove(x, y);
        if (start.current === undefined || onBrush === undefined) return;
        if (Math.abs(x - start.current) >= A_CLICK) setBrush({ from: start.current, to: x });
      },
      onPointerLeave: onLeave,
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        [start.current] = at(event);
        if (onBrush !== undefined) event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerUp: (event) => {
        const [x, y] = at(event);
        const from = start.current;
        end();
        if (from === undefined) return;
        if (Math.abs(x - from) < A_CLICK) onClick(x, y);
        else onBrush?.(Math.min(from, x), Math.max(from, x));
      },
      onPointerCancel: end,
    },
  };
}
