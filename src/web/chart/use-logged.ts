import type { Stretch } from "./series.ts";
import { useLakeTime } from "../state/lake-time.ts";
import { useMemo } from "react";

/** From the oldest flow to the newest: outside of it, nothing means that nothing is known. */
export function useLogged(): Stretch | undefined {
  const { oldestMs, newestMs } = useLakeTime();
  return useMemo(
    () => (oldestMs === null || newestMs === null ? undefined : { from: oldestMs, to: newestMs }),
    [oldestMs, newestMs],
  );
}
