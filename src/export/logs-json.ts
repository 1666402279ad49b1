import type { ComparedInterface, GradedLog, LogsAnswer, MigrationAnswer, SideSums } from "#analyse/index.js";
import { logQuestions } from "#model/log-questions.js";
import { rangeJson } from "./answer-json.ts";

const iso = (micros: number): string => new Date(micros / 1000).toISOString();

/** What flow logs can answer as stable JSON: snake_case keys, times RFC 3339 in UTC, with the text of a better flow log. */
export function logsJson({ range, logs }: LogsAnswer): object {
  return { range: rangeJson(range), questions: logQuestions, flow_logs: logs.map(logJson) };
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
    kinds: log.kinds,
    grades: log.grades.map(({ canMend, ...grade }) => ({ ...grade, can_mend: canMend })),
    better: log.better,
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
      last: iso(log.last),
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
