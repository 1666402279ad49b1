import { kindsOfLog, type LogKinds } from "#model/log-kinds.js";
import type { LogFacts } from "./log-types.ts";
import { count, mendable, yes, type Told } from "./told.ts";

/** Which kinds of records the log writes, told by what it wrote in the range and by its name. */
export function kindsOfFacts({ logType, allowed, denied, isSampled, name }: LogFacts): LogKinds | null {
  return kindsOfLog({ logType, wroteAllowed: allowed > 0, wroteDenied: denied > 0, isSampled, name });
}

/** Both verdicts, or which one is left out. @param setting what has to be set so that both are written */
export function gradeVerdicts(facts: LogFacts, setting: string): Told {
  const kinds = kindsOfFacts(facts);
  if (kinds === null || (kinds.allowed === "full" && kinds.denied === "full"))
    return yes("Accepted and refused records are both written.");
  const has = kinds.allowed === "full" ? "accepted" : "refused";
  const lacks = kinds.allowed === "full" ? "refused" : "accepted";
  const basis =
    kinds.basis === "name"
      ? `as its name says, and none of ${count(facts.records, "record")} is ${lacks}`
      : `inferred: none of ${count(facts.records, "record")} is ${lacks}`;
  return mendable("partly", `Only ${has} records (${basis}).`, setting);
}
