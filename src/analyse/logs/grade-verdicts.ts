import { kindsOfLog, type LogKinds } from "#model/log-kinds.js";
import type { LogFacts } from "./log-types.ts";
import { count, mendable, toldBy, yes, type Told } from "./told.ts";

/** Which kinds of records the log writes: as its cloud says, else told by what it wrote in the range and by its name. */
export function kindsOfFacts({ logType, allowed, denied, isSampled, name, told }: LogFacts): LogKinds | null {
  const wrote = { wroteAllowed: allowed > 0, wroteDenied: denied > 0 };
  return kindsOfLog({ logType, ...wrote, isSampled, name, told: told ?? undefined });
}

/** Both verdicts, or which one is left out. @param setting what has to be set so that both are written */
export function gradeVerdicts(facts: LogFacts, setting: string): Told {
  const kinds = kindsOfFacts(facts);
  if (kinds === null || (kinds.allowed === "full" && kinds.denied === "full"))
    return yes("Accepted and refused records are both written.");
  const basis = basisOf(facts, kinds);
  if (kinds.allowed === "filtered" || kinds.denied === "filtered")
    return mendable("partly", `Only flows that meet a condition (${basis}): ${facts.told?.filter ?? ""}.`, "no filter");
  const has = kinds.allowed === "none" ? "refused" : "accepted";
  return mendable("partly", `Only ${has} records (${basis}).`, setting);
}

function basisOf({ records, told }: LogFacts, { allowed, basis }: LogKinds): string {
  const lacks = allowed === "none" ? "accepted" : "refused";
  if (basis === "told" && told !== null) return toldBy(told);
  const inferred = `none of ${count(records, "record")} is ${lacks}`;
  return basis === "name" ? `as its name says, and ${inferred}` : `inferred: ${inferred}`;
}
