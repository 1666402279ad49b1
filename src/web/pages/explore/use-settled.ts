import { useEffect, useRef, useState } from "react";

/** A value once it has not changed for a while; a change after a longer pause counts at once. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  const last = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const now = performance.now();
    const wait = now - last.current > ms ? 0 : ms;
    last.current = now;
    const timer = setTimeout(() => setSettled(value), wait);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
