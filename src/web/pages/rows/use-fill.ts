import { useLayoutEffect, useState, type RefObject } from "react";

/** Pixels that are left below a place. */
const BELOW = 12;
const LEAST = 420;

/** The height with which an element ends at the lower edge of the window, whatever stands above it. */
export function useFill(place: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(LEAST);
  useLayoutEffect(() => {
    const measure = (): void => {
      const top = place.current === null ? 0 : place.current.getBoundingClientRect().top + window.scrollY;
      setHeight(Math.max(LEAST, Math.floor(window.innerHeight - top - BELOW)));
    };
    measure();
    addEventListener("resize", measure);
    // The query bar above grows with what is written in it.
    const watcher = new ResizeObserver(measure);
    const above = place.current?.closest("main")?.previousElementSibling;
    if (above !== null && above !== undefined) watcher.observe(above);
    return () => {
      removeEventListener("resize", measure);
      watcher.disconnect();
    };
  }, [place]);
  return height;
}
