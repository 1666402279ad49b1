import { gradeVerdicts } from "./grade-verdicts.ts";
import type { LogFacts } from "./log-types.ts";
import { count, mendable, never, toldBy, yes, type Grader, type Told } from "./told.ts";

/** What an NSG flow log lacks, a VNet flow log has. */
const SUCCESSOR = "VNet flow log";
/** With fewer records than this, a state that was never met proves nothing. */
const LEAST_RECORDS = 100;

const shared = {
  direction: yes("Every record says inbound or outbound at the interface."),
  opener: yes("The source of a tuple is who opened the flow."),
  pods: never("partly", "Pods with addresses of the network show; behind an overlay they look like their node."),
  nat: never("partly", "Clients of a load balancer keep their address; translation on the way out is not logged."),
  losses: never("no", "Azure writes nothing for a quiet interface, and has no word for lost records."),
} as const;

const interfaceOf = ({ filled, records }: LogFacts): Told =>
  filled.observer_id === records
    ? yes("The MAC address names it.")
    : never("partly", `${count(records - filled.observer_id, "record")} without a MAC address.`);

/** NSG flow logs, versions 1 and 2. */
export const gradeNsg: Grader = (facts) => ({
  ...shared,
  rule: ruleOf(facts),
  verdicts: gradeVerdicts(facts, SUCCESSOR),
  bytes:
    facts.states.continue + facts.states.end === 0 && facts.lowestVersion === 1
      ? mendable("no", "Version 1 has no counters.", SUCCESSOR)
      : mendable(
          "partly",
          "Flows that an inbound TCP rule of yours lets in have no counters, and bytes back are often 0.",
          SUCCESSOR,
        ),
  minutes: never("partly", "Beginnings and ends to the second; the volume of a running flow every five minutes."),
  place: mendable("no", "Only the subscription is there, not the network, the region or the machine.", SUCCESSOR),
  encryption: mendable("no", "NSG flow logs do not say it.", SUCCESSOR),
  interface: interfaceOf(facts),
});

/** VNet flow logs. */
export const gradeVnet: Grader = (facts) => ({
  ...shared,
  opener: lacks(facts, "B")
    ? mendable(
        "partly",
        `The source of a tuple is who opened it; records of beginnings (B) are not written (${basisOf(facts)}).`,
        "record type B",
      )
    : shared.opener,
  rule: ruleOf(facts),
  verdicts: gradeVerdicts(facts, "record types B, C, E and D"),
  bytes: bytesOf(facts),
  minutes: never("partly", "Beginnings and ends to the millisecond; the volume of a running flow every five minutes."),
  place: placeOf(facts),
  encryption:
    facts.filled.encryption > 0
      ? yes("The tuple's encryption state tells whether and why not.")
      : mendable("no", "No record has an encryption state.", SUCCESSOR),
  interface: interfaceOf(facts),
});

function ruleOf({ filled, records }: LogFacts): Told {
  if (filled.rule_name === records) return yes("Every record names the rule that decided.");
  return never("partly", `${count(records - filled.rule_name, "record")} without the name of a rule.`);
}

/** Whether records of a type are not written: by how the flow log is set up, where that is told; else by their absence. */
function lacks({ told, states, records }: LogFacts, type: "B" | "C" | "E"): boolean {
  const met = { B: states.begin, C: states.continue, E: states.end }[type];
  if (met > 0) return false;
  return told === null ? records >= LEAST_RECORDS : told.recordTypes?.toUpperCase().includes(type) === false;
}

const basisOf = ({ told }: LogFacts): string => (told === null ? "inferred" : toldBy(told));

function bytesOf(facts: LogFacts): Told {
  const { states, unreliable } = facts;
  const counted = states.continue + states.end;
  const basis = basisOf(facts);
  const missing = (["C", "E"] as const).filter((type) => lacks(facts, type));
  if (counted === 0 && missing.length > 0)
    return mendable("no", `Records with counters (C and E) are not written (${basis}).`, "record types C and E");
  if (missing.includes("E"))
    return mendable("partly", `Records of ends (E) are not written (${basis}).`, "record type E");
  if (unreliable > 0)
    return never(
      "partly",
      `${count(unreliable, "record")} with counters that cannot be trusted, as after a change of the flow log.`,
    );
  return yes("Bytes and packets of both directions, counted every five minutes and at the end.");
}

function placeOf({ filled, records }: LogFacts): Told {
  const missing = [
    ...(filled.region < records ? ["region"] : []),
    ...(filled.network_id < records ? ["network"] : []),
    ...(filled.subnet_id < records ? ["subnet"] : []),
  ];
  const told = missing.length === 0 ? "" : ` Not told: ${missing.join(", ")}.`;
  return never("partly", `No Azure record names machine or zone: weir names learn does.${told}`);
}
