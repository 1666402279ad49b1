import type { LogFacts } from "./log-types.ts";
import { mendable, never, yes, type Grader, type Told } from "./told.ts";

const METADATA = "metadata include-all";
const LONG_S = 60;

/** VPC flow logs of Google Cloud. */
export const gradeGcp: Grader = (facts) => ({
  direction: shareOf(facts, facts.filled.direction, "The reporter says at which end the record was made."),
  opener:
    facts.filled.connection_direction > 0
      ? yes("connection_direction says which records are requests.")
      : never("no", "No record of Google's has flags or says who opened it."),
  pods:
    facts.filled.src_pod + facts.filled.dst_pod > 0
      ? yes("GKE's annotations name pods.")
      : mendable("partly", "Pods show by address only; no record has GKE's annotations.", METADATA),
  nat: never("no", "Translations are in Cloud NAT's own log."),
  rule: never("no", "Rules are in the log of firewall rules."),
  verdicts: never("no", "What firewalls refuse is in the log of firewall rules; of what passes, a sample is here."),
  bytes: mendable("partly", "Google samples packets and estimates bytes from them.", "flow sampling 1.0"),
  minutes:
    facts.longestS <= LONG_S
      ? yes("Records stand for a minute or less.")
      : mendable("partly", `Records stand for up to ${Math.round(facts.longestS)} s.`, "aggregation interval"),
  place: placeOf(facts),
  losses: never("no", "Google writes nothing for a quiet interface, and has no word for lost records."),
  encryption: never("no", "No record of Google's says it."),
  interface: shareOf(facts, facts.filled.observer_id, "The reporting VM or gateway is named."),
});

function shareOf({ records }: LogFacts, filled: number, finding: string): Told {
  if (filled === records) return yes(finding);
  return mendable(filled === 0 ? "no" : "partly", `${filled} of ${records} records say it.`, METADATA);
}

function placeOf({ filled, records }: LogFacts): Told {
  const places = [
    ["project", filled.account_id],
    ["region", filled.region],
    ["network", filled.network_id],
    ["subnet", filled.subnet_id],
    ["instance", filled.instance_id],
    ["zone", filled.az_id],
  ] as const;
  const missing = places.filter(([, count]) => count < records).map(([word]) => word);
  if (missing.length === 0) return yes("Project, region, network, subnet, instance and zone are there.");
  const isLost = filled.network_id + filled.subnet_id + filled.instance_id === 0;
  return mendable(isLost ? "no" : "partly", `Not in every record: ${missing.join(", ")}.`, METADATA);
}
