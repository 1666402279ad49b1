import { columnNames, columnOf, findColumn } from "#model/columns.js";
import { Measure } from "../../ui/numbers.tsx";
import { textIn, type NamedRow } from "./evidence-query.ts";
import { FactGroup, FactList, FactValue, type Fact } from "./fact-list.tsx";
import { flagsText } from "./flags-text.ts";
import { rowTime } from "./time-text.ts";

interface FlowFactsProps {
  readonly row: NamedRow;
  readonly names: Readonly<Record<string, string>>;
  readonly timeZone: string;
}

const groups: readonly (readonly [title: string, columns: RegExp])[] = [
  ["Packets", /^(src|dst)_(ip|port|hop_ip|bytes|packets|service)$|^protocol$|^tcp_flags$/],
  ["Decision", /^(action|action_raw|reject_reason|rule_name|acl_.*|flow_state)$/],
  ["Time", /^(time|start_time|end_time|time_basis|logged_time)$/],
  [
    "Seen by",
    /^(observ|flow_log|log_|provider$|account_id|region|az_id|network_id|subnet_id|instance_id|resource_id|direction)/,
  ],
  ["Record", /^(object_id|position|sub_position)$/],
];

/** What a record says, column by column, in the words of the log. */
export function FlowFacts({ row, names, timeZone }: FlowFactsProps) {
  const left = new Set(Object.keys(row));
  const parts = groups.map(([title, pattern]) => {
    const own = [...left].filter((name) => pattern.test(name));
    for (const name of own) left.delete(name);
    return [title, own] as const;
  });
  return [...parts, ["More that the log says", [...left]] as const]
    .filter(([, own]) => own.length > 0)
    .map(([title, own]) => (
      <FactGroup key={title} title={title}>
        <FactList facts={own.map((name) => factOf(name, { row, names, timeZone }))} />
      </FactGroup>
    ));
}

function factOf(name: string, { row, names, timeZone }: FlowFactsProps): Fact {
  const column = findColumn(name, columnNames);
  const { heading, description, type, unit } = column === undefined ? plain(name) : columnOf(column);
  const content =
    type === "timestamp" ? (
      rowTime(textIn(row, name) ?? "", timeZone)
    ) : unit === "bytes" || unit === "packets" ? (
      <Measure value={row[name] ?? null} unit={unit} />
    ) : name === "tcp_flags" ? (
      flagsText(Number(row[name]))
    ) : (
      <FactValue row={row} column={name} names={names} />
    );
  return { heading, title: description, content };
}

function plain(name: string): { heading: string; description: string; type: string; unit?: string } {
  return { heading: name, description: "", type: "text" };
}
