import { asObject, asText, type JsonObject } from "../json/json-record.ts";
import { aclKind, armFacts } from "./arm-id.ts";
import { joinExtra, macOf, objectsOf, rememberFacts, unknownMembers } from "./members.ts";
import type { RecordLayout, TupleArray } from "./record-decoder.ts";
import type { Facts } from "./record-facts.ts";

const recordMembers = new Set([
  "time",
  "flowLogVersion",
  "flowLogGUID",
  "macAddress",
  "category",
  "flowLogResourceID",
  "targetResourceID",
  "operationName",
  "flowRecords",
]);
const flowRecordsMembers = new Set(["flows"]);
const flowMembers = new Set(["aclID", "flowGroups"]);
const groupMembers = new Set(["rule", "flowTuples"]);

/** VNet flow logs, version 4: the ACL outside, the rule inside, one MAC address a record. */
export const createVnetLayout = (): RecordLayout => ({
  dialect: "vnet",
  logType: "azure_vnet",
  versions: [4],
  version: (value) => value["flowLogVersion"],
  facts: rememberFacts(["flowLogGUID", "flowLogResourceID", "targetResourceID", "macAddress"], factsOf),
  extra: (value) =>
    joinExtra(
      unknownMembers(value, recordMembers),
      unknownMembers(asObject(value["flowRecords"]) ?? {}, flowRecordsMembers, "flowRecords."),
    ),
  arrays: arraysOf,
});

function factsOf(value: JsonObject): Facts {
  const flowLog = asText(value["flowLogResourceID"]);
  const target = asText(value["targetResourceID"]);
  const mac = macOf(value["macAddress"]);
  const owner = armFacts(flowLog);
  const observed = armFacts(target);
  return {
    provider: "azure",
    log_type: "azure_vnet",
    bytes_kind: "frame",
    flow_log_id: asText(value["flowLogGUID"]),
    flow_log_resource_id: flowLog,
    observer_id: mac,
    observer_type: mac === undefined ? undefined : "interface",
    log_account_id: owner.account,
    account_id: observed.account ?? owner.account,
    region: owner.region,
    network_id: observed.network,
    subnet_id: observed.subnet,
    resource_id: target,
    acl_guid: undefined,
  };
}

function arraysOf(value: JsonObject, damage: () => void): TupleArray[] {
  const arrays: TupleArray[] = [];
  const flowRecords = asObject(value["flowRecords"]);
  if (flowRecords === undefined && value["flowRecords"] !== undefined) damage();
  for (const flow of objectsOf(flowRecords?.["flows"], damage)) {
    const acl = asText(flow["aclID"]);
    const flowExtra = unknownMembers(flow, flowMembers, "flows.");
    for (const group of objectsOf(flow["flowGroups"], damage)) {
      const rule = asText(group["rule"]);
      arrays.push({
        tuples: group["flowTuples"],
        rule,
        acl,
        facts: { rule_name: rule, acl_id: acl, acl_kind: aclKind(acl, rule) },
        extra: joinExtra(flowExtra, unknownMembers(group, groupMembers, "flowGroups.")),
      });
    }
  }
  return arrays;
}
