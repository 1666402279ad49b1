import type { ComparedInterface, GradedLog, LogsAnswer, MigrationAnswer, NsgLog, SideSums } from "#analyse/index.js";
import { tellerOf, type ToldFlowLog } from "#model/told-flow-log.js";
import { logQuestions } from "#model/log-questions.js";
import { rangeJson } from "./answer-json.ts";

const iso = (micros: number): string => new Date(micros / 1000).toISOString();

/** What flow logs can answer as stable JSON: snake_case keys, times RFC 3339 in UTC, with the text of a better flow log. */
export function logsJson({ range, logs, silent }: LogsAnswer): object {
  return {
    range: rangeJson(range),
    questions: logQuestions,
    flow_logs: logs.map(logJson),
    silent: silent.map((log) => ({ flow_log: log.id, ...toldJson(log) })),
  };
}

function logJson(log: GradedLog): object {
  const { flowLog, name, logType, records, observers, first, last, account, region, network, resource } = log;
  return {
    flow_log: flowLog,
    name,
    log_type: logType,
    records,
    interfaces: observers,
    first: iso(first),
    last: iso(last),
    account,
    region,
    network,
    resource,
    basis: log.basis,
    fields: log.fields,
    told: log.told === null ? null : toldJson(log.told),
    kinds: log.kinds,
    grades: log.grades.map(({ canMend, ...grade }) => ({ ...grade, can_mend: canMend })),
    better: log.better,
  };
}

/** What a control plane says of a flow log. */
function toldJson(told: ToldFlowLog): object {
  const { name, account, region, target, destination, format, traffic, intervalSeconds, filter, recordTypes } = told;
  return {
    by: tellerOf(told),
    at: iso(told.toldMs * 1000),
    gone_at: told.goneMs === null ? null : iso(told.goneMs * 1000),
    name,
    account,
    region,
    target,
    destination,
    format,
    traffic,
    interval_s: intervalSeconds,
    filter,
    record_types: recordTypes,
    retention_days: told.retentionDays,
    enabled: told.isEnabled,
    delivery_error: told.deliveryError,
  };
}

/** How far NSG flow logs have been replaced, as stable JSON. */
export function migrationJson({ range, retirement, logs, compared, notCompared }: MigrationAnswer): object {
  return {
    range: rangeJson(range),
    retirement,
    flow_logs: logs.map((log) => ({
      flow_log: log.flowLog,
      state: log.state,
      records: log.records,
      last: log.last === null ? null : iso(log.last),
      basis: log.told === null ? "records" : "told",
      told: log.told === null ? null : coverJson(log.told),
      interfaces: log.interfaces,
      missing: log.missing,
      beside_logged: log.besideLogged,
      successors: log.successors,
      silent_since: log.silentSince === null ? null : iso(log.silentSince),
    })),
    compared: compared.map(comparedJson),
    not_compared: notCompared,
  };
}

function coverJson({ atMs, subnets, interfaces, uncovered, flowLogs }: NonNullable<NsgLog["told"]>): object {
  return { at: iso(atMs * 1000), subnets, interfaces, uncovered, flow_logs: flowLogs };
}

function comparedJson({ observer, range, nsg, vnet, same, differences }: ComparedInterface): object {
  return {
    interface: observer,
    range: rangeJson(range),
    nsg: sideJson(nsg),
    vnet: sideJson(vnet),
    same,
    differences: differences.map(({ isExplained, ...difference }) => ({ ...difference, explained: isExplained })),
  };
}

function sideJson({ flowLogs, ...sums }: SideSums): object {
  return { flow_logs: flowLogs, ...sums };
}
