import { asObject, asText, type JsonObject } from "../json/json-record.ts";
import { armFacts } from "./arm-id.ts";
import { joinExtra, macOf, objectsOf, rememberFacts, unknownMembers } from "./members.ts";
import type { RecordLayout, TupleArray } from "./record-decoder.ts";
import type { Facts } from "./record-facts.ts";

// Microsoft's property list spells it "resourceid", its records "resourceId".
const recordMembers = new Set([
  "time",
  "systemId",
  "macAddress",
  "category",
  "resourceId",
  "resourceid",
  "operationName",
  "properties",
]);
const propertiesMembers = new Set(["Version", "version", "flows"]);
const ruleMembers = new Set(["rule", "flows"]);
const macMembers = new Set(["mac", "flowTuples"]);

/** NSG flow logs, versions 1 and 2: the rule outside, the MAC address inside. */
export const createNsgLayout = (): RecordLayout => ({
  dialect: "nsg",
  logType: "azure_nsg",
  versions: [1, 2],
  version: (value) => {
    const properties = asObject(value["properties"]);
    return properties?.["Version"] ?? properties?.["version"];
  },
  facts: rememberFacts(["resourceId", "resourceid", "systemId"], factsOf),
  extra: (value) =>
    joinExtra(
      unknownMembers(value, recordMembers),
      unknownMembers(asObject(value["properties"]) ?? {}, propertiesMembers, "properties."),
    ),
  arrays: arraysOf,
});

function resourceOf(value: JsonObject): string | undefined {
  return asText(value["resourceId"] ?? value["resourceid"]);
}

function factsOf(value: JsonObject): Facts {
  const nsg = resourceOf(value);
  return {
    provider: "azure",
    log_type: "azure_nsg",
    bytes_kind: "frame",
    flow_log_id: nsg,
    account_id: armFacts(nsg).account,
    resource_id: nsg,
    acl_id: nsg,
    acl_kind: "nsg",
    acl_guid: asText(value["systemId"]),
  };
}

function arraysOf(value: JsonObject, damage: () => void): TupleArray[] {
  const arrays: TupleArray[] = [];
  const recordMac = macOf(value["macAddress"]);
  const acl = resourceOf(value);
  for (const ofRule of objectsOf(asObject(value["properties"])?.["flows"], damage)) {
    const rule = asText(ofRule["rule"]);
    const ruleExtra = unknownMembers(ofRule, ruleMembers, "flows.");
    for (const ofMac of objectsOf(ofRule["flows"], damage)) {
      const mac = macOf(ofMac["mac"]) ?? recordMac;
      arrays.push({
        tuples: ofMac["flowTuples"],
        rule,
        acl,
        facts: { rule_name: rule, observer_id: mac, observer_type: mac === undefined ? undefined : "interface" },
        extra: joinExtra(ruleExtra, unknownMembers(ofMac, macMembers, "flows.flows.")),
      });
    }
  }
  return arrays;
}
