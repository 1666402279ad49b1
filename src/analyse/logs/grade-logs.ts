import type { TableReader } from "#query/index.js";
import { betterLog } from "./better/index.ts";
import { gradeGateway, gradeVpc } from "./grade-aws.ts";
import { gradeNsg, gradeVnet } from "./grade-azure.ts";
import { gradeGcp } from "./grade-gcp.ts";
import { kindsOfFacts } from "./grade-verdicts.ts";
import type { ToldFlowLog } from "#model/told-flow-log.js";
import { logQuestions } from "#model/log-questions.js";
import type { GradedLog, LogFacts, LogsAnswer } from "./log-types.ts";
import { readLogFacts, type LogsKnown, type LogsScope } from "./read-facts.ts";
import type { Grader } from "./told.ts";

const graders: Readonly<Record<string, Grader>> = {
  aws_vpc: gradeVpc,
  aws_tgw: gradeGateway,
  azure_nsg: gradeNsg,
  azure_vnet: gradeVnet,
  gcp_vpc: gradeGcp,
};

/** What each flow log that wrote in the range can answer, and what it lacks. */
export async function gradeLogs(asked: LogsScope, known: LogsKnown, reader: TableReader): Promise<LogsAnswer> {
  const facts = await readLogFacts(asked, known, reader);
  return { range: asked.range, logs: facts.flatMap(gradeLog), silent: silentLogs(facts, asked, known) };
}

/** Those that are there, are the caller's to see, and wrote nothing. */
function silentLogs(facts: readonly LogFacts[], { scope }: LogsScope, { told }: LogsKnown): ToldFlowLog[] {
  const wrote = new Set(facts.flatMap((log) => log.told?.id ?? []));
  const accounts = scope?.accounts;
  return [...new Set(told.values())]
    .filter(
      ({ id, goneMs, account }) =>
        goneMs === null && !wrote.has(id) && (accounts === undefined || accounts.includes(account)),
    )
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function gradeLog(facts: LogFacts): GradedLog[] {
  const told = graders[facts.logType]?.(facts);
  if (told === undefined) return [];
  const { flowLog, name, logType, records, observers, first, last, account, region, network, resource } = facts;
  const { logResource, fields, fieldsFrom, told: described, behind } = facts;
  const log: Omit<GradedLog, "better"> = {
    flowLog,
    name,
    logType,
    records,
    observers,
    first,
    last,
    account,
    region,
    network,
    resource,
    logResource,
    basis: fieldsFrom,
    fields,
    told: described,
    behind,
    kinds: kindsOfFacts(facts),
    grades: logQuestions.map(({ id }) => ({ question: id, ...told[id] })),
  };
  return [{ ...log, better: betterLog(log) }];
}
