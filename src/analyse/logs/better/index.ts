import type { BetterTexts } from "#model/better-log.js";
import type { GradedLog } from "../log-types.ts";
import { betterAws } from "./better-aws.ts";
import { betterAzure } from "./better-azure.ts";
import { betterGcp } from "./better-gcp.ts";

/** The text for a flow log that answers more; null where none of its kind can. */
export function betterLog(log: Omit<GradedLog, "better">): BetterTexts | null {
  if (!log.grades.some(({ canMend }) => canMend)) return null;
  // Its successor is there already.
  if (log.behind?.length === 0) return null;
  if (log.logType.startsWith("aws")) return betterAws(log);
  return log.logType.startsWith("azure") ? betterAzure(log) : betterGcp(log);
}
