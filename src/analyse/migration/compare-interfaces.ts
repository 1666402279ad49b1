import type { Cell } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import type { LogsScope } from "../logs/read-facts.ts";
import { Draft, numberOf, readAll, textOf, textsOf } from "../path-sql.ts";
import { commonSql, DIFFERENCES_SQL, SUMS_SQL, type CommonTime } from "./compare-sql.ts";
import { differenceWords } from "./difference-words.ts";
import { groupBy } from "./find-successors.ts";
import type { ComparedInterface, Difference, DifferenceCode, SideSums } from "./migration-types.ts";
import type { InterfaceInLog } from "./read-interfaces.ts";

/** The time in which both kinds of log watch each interface, of those that both watch. */
export function commonTimes(all: readonly InterfaceInLog[]): CommonTime[] {
  return [...groupBy(all, ({ observer }) => observer)].flatMap(([observer, own]) => {
    const [nsg, vnet] = [own.filter(({ isNsg }) => isNsg), own.filter(({ isNsg }) => !isNsg)];
    if (nsg.length === 0 || vnet.length === 0) return [];
    const first = (logs: readonly InterfaceInLog[]): number => Math.min(...logs.map((log) => log.first));
    const last = (logs: readonly InterfaceInLog[]): number => Math.max(...logs.map((log) => log.last));
    const span = { observer, from: Math.max(first(nsg), first(vnet)), to: Math.min(last(nsg), last(vnet)) };
    return span.from < span.to ? [span] : [];
  });
}

/** What both kinds of log say of each interface in its common time, and how they differ. */
export async function compareInterfaces(
  asked: LogsScope,
  spans: readonly CommonTime[],
  reader: TableReader,
): Promise<ComparedInterface[]> {
  if (spans.length === 0) return [];
  const ask = async (sql: string): Promise<(readonly Cell[])[]> => {
    const draft = new Draft();
    return readAll(reader, commonSql(asked, spans, draft) + sql, draft);
  };
  const [sums, differences] = [await ask(SUMS_SQL), await ask(DIFFERENCES_SQL)];
  return spans.map(({ observer, from, to }) => {
    const own = differences.filter(([nic]) => nic === observer);
    const side = (isNsg: boolean): SideSums => sumsOf(sums.find((row) => row[0] === observer && row[1] === isNsg));
    return {
      observer,
      range: { from, to },
      nsg: side(true),
      vnet: side(false),
      same: numberOf(own.find(([, code]) => code === "same")?.[2]),
      differences: own
        .filter(([, code]) => code !== "same")
        .map(differenceOf)
        .toSorted((a, b) => Number(a.isExplained) - Number(b.isExplained) || b.connections - a.connections),
    };
  });
}

function sumsOf(row: readonly Cell[] = []): SideSums {
  const [, , logs, tuples, rules, bytes, connections, denied] = row;
  return {
    flowLogs: textsOf(logs),
    tuples: numberOf(tuples),
    connections: numberOf(connections),
    denied: numberOf(denied),
    rules: numberOf(rules),
    bytes: numberOf(bytes),
  };
}

function differenceOf([, code, connections, bytes, example]: readonly Cell[]): Difference {
  const known = textOf(code) as DifferenceCode;
  return {
    code: known,
    ...differenceWords[known],
    connections: numberOf(connections),
    bytes: numberOf(bytes),
    example: textOf(example),
  };
}
