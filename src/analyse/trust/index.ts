import type { TableReader } from "#query/index.js";
import type { FlowLogsAsked } from "../flow-logs.ts";
import { checkLogs } from "./check-logs.ts";
import { checkSides } from "./check-sides.ts";
import { checkBorrowedTimes, checkFuture } from "./check-times.ts";
import type { TrustCheck } from "./trust-types.ts";

export type { TrustAnswer, TrustCheck, TrustLevel } from "./trust-types.ts";

/** Judges what the tables tell of the logs in a range: can answers about it be trusted? */
export async function checkTrust(
  asked: FlowLogsAsked & { readonly nowMs: number },
  reader: TableReader,
): Promise<TrustCheck[]> {
  const { range, nowMs } = asked;
  return [
    ...(await checkLogs(asked, reader)),
    ...(await checkSides(range, reader)),
    await checkBorrowedTimes(range, reader),
    await checkFuture(nowMs, reader),
  ];
}
