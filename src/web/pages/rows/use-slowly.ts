import { useCallback, useEffect, useRef } from "react";

/** While rows fly by, who wants to know which are seen is told so often, milliseconds. */
const PAUSE = 120;

/** Hands on which rows are seen, the last ones of each pause. */
export function useSlowly(
  tell: (seen: { readonly first: number; readonly last: number }) => void,
): (first: number, last: number) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef({ first: 0, last: 0 });
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(
    (first, last) => {
      latest.current = { first, last };
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        tell(latest.current);
      }, PAUSE);
    },
    [tell],
  );
}
