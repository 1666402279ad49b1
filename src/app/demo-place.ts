import { existsSync } from "node:fs";
import { join } from "node:path";

/** The truth about a demo world lies beside its logs, written last. */
export const TRUTH = "truth.json";

/** Where the logs of a demo lie that was made from the page: in the data folder. `weir demo` has them beside it. */
export const DEMO_LOGS = "demo-logs";

/** Whether a lake has the demo world in it, which must not be taken for somebody's own data. */
export function isDemoLake(dataDir: string): boolean {
  return [join(dataDir, DEMO_LOGS), `${dataDir}-logs`].some((logs) => existsSync(join(logs, TRUTH)));
}
