import { counted, humanTime } from "#base/human.js";
import type { FilterNode } from "#model/filter.js";
import type { LogKinds } from "#model/log-kinds.js";
import { tellerOf, toldOf, type ToldFlowLogs } from "#model/told-flow-log.js";

type Kind = "allowed" | "denied";

/** Fields that say what became of a flow, and their values by kind. */
const verdicts: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  verdict: { allowed: "allowed", denied: "denied", dropped: "denied" },
  action: { allow: "allowed", deny: "denied", drop: "denied" },
};

/**
 * What a question about one kind of traffic cannot see, for people: flow logs that do not write that kind, or only some of it. A
 * question that names flow logs is about them alone.
 * @param logs flow logs that wrote in the time, as `kindsByLog` gives them
 */
export function kindNotes(
  filter: FilterNode | undefined,
  logs: ReadonlyMap<string, LogKinds>,
  told: ToldFlowLogs | undefined,
): string[] {
  if (filter === undefined) return [];
  const kind = askedKind(filter);
  if (kind === undefined) return [];
  const named = textsOf(filter, "flow_log_id")?.map((id) => id.toLowerCase());
  const asked = [...logs].filter(([log]) => named === undefined || named.includes(log.toLowerCase()));
  const lacking = asked.filter(([, kinds]) => kinds[kind] !== "full");
  const [first] = lacking;
  if (first === undefined) return [];
  const what = kind === "allowed" ? "Allowed" : "Denied";
  const isSome = lacking.some(([, kinds]) => kinds[kind] !== "none");
  const who =
    asked.length === 1 ? `flow log ${nameOf(first[0])}` : `${lacking.length} of ${counted(asked.length, "flow log")}`;
  const how = lacking.every(([, { basis }]) => basis === "told")
    ? `, told by ${tellers(
        lacking.map(([log]) => log),
        told,
      )}`
    : lacking.every(([, { basis }]) => basis === "cloud")
      ? ""
      : " (inferred from records)";
  const words = isSome ? "written only in part by" : "not written by";
  return [`${what} traffic is ${words} ${who}${how}: what this answer does not show may have been there.`];
}

function nameOf(log: string): string {
  return log.startsWith(" ") ? `of ${log.trim()}` : log;
}

function tellers(logs: readonly string[], told: ToldFlowLogs | undefined): string {
  const known = logs.flatMap((log) => toldOf(told, log) ?? []);
  const oldest = Math.min(...known.map(({ toldMs }) => toldMs));
  return `${[...new Set(known.map(tellerOf))].join(" and ")} ${humanTime(oldest * 1000)} UTC`;
}

/** The one kind that a filter lets through; undefined where it does not say, or lets both. */
function askedKind(filter: FilterNode): Kind | undefined {
  for (const [field, values] of Object.entries(verdicts)) {
    const kinds = new Set(textsOf(filter, field)?.map((text) => values[text.toLowerCase()]));
    const [kind] = kinds;
    if (kinds.size === 1 && kind !== undefined) return kind;
  }
  return undefined;
}

/** The values that a filter demands of a field, where each row must have one of them. */
function textsOf(filter: FilterNode, field: string): readonly string[] | undefined {
  if (filter.kind === "and") {
    for (const part of filter.parts) {
      const found = textsOf(part, field);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (filter.kind !== "in" || filter.negated || filter.field !== field) return undefined;
  return filter.values.flatMap((value) => (value.type === "text" ? value.text : []));
}
