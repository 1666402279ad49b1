import { humanSeconds } from "#base/human.js";
import { columnOf, findColumn, columnNames } from "#model/columns.js";
import { protocolText } from "#model/protocols.js";
import { Measure } from "../../ui/numbers.tsx";
import { Value } from "../../ui/value.tsx";
import { numberIn, textIn, type NamedRow } from "./evidence-query.ts";
import { FactGroup, FactList, FactValue, type Fact } from "./fact-list.tsx";
import { flagsText } from "./flags-text.ts";
import { rowTime } from "./time-text.ts";
import { VerdictMark } from "./verdict-mark.tsx";
import style from "./facts.module.css";

interface ConversationFactsProps {
  readonly row: NamedRow;
  readonly names: Readonly<Record<string, string>>;
  readonly timeZone: string;
}

const ends = ["client", "server"] as const;

/** What is told of each end: heading, and the column behind `client_` and `server_`. */
const ofEnds: readonly (readonly [heading: string, column: string])[] = [
  ["Address", "ip"],
  ["Port", "port"],
  ["Network", "network_id"],
  ["Subnet", "subnet_id"],
  ["Instance", "instance_id"],
  ["Interface", "observer"],
  ["Account", "account_id"],
  ["Cloud", "provider"],
  ["Region", "region"],
  ["Zone of it", "az_id"],
  ["Realm", "realm"],
];

/** What a conversation is: who with whom, what became of it at either side, how much, and how that is known. */
export function ConversationFacts({ row, names, timeZone }: ConversationFactsProps) {
  const has = (column: string): boolean => textIn(row, column) !== null;
  const cell = (column: string): React.ReactNode => <FactValue key={column} row={row} column={column} names={names} />;
  return (
    <>
      <FactGroup title="Verdict">
        <FactList
          facts={[
            { heading: "Verdict", content: has("verdict") && cell("verdict"), title: meaning("verdict") },
            { heading: "Decided at", content: has("decided_at") && cell("decided_at"), title: meaning("decided_at") },
            { heading: "Rule", content: has("rule_name") && cell("rule_name") },
            { heading: "Access list", content: has("acl_id") && cell("acl_id") },
            { heading: "Reason", content: has("reject_reason") && cell("reject_reason") },
          ].map(withoutFalse)}
        />
        <EndsTable
          rows={[
            ["Verdict", ...ends.map((end) => sideVerdict(row, end))],
            ["Rule", ...ends.map((end) => cell(`${end}_rule`))],
            ["Seen by", ...ends.map((end) => cell(`${end}_observer`))],
          ]}
        />
      </FactGroup>
      <FactGroup title="Ends">
        <EndsTable
          rows={ofEnds
            .filter(([, column]) => has(`client_${column}`) || has(`server_${column}`))
            .map(([heading, column]): [string, ...React.ReactNode[]] => [
              heading,
              ...ends.map((end) => cell(`${end}_${column}`)),
            ])}
        />
      </FactGroup>
      <FactGroup title="Volume, each byte counted once">
        <EndsTable
          rows={[
            ["Sent", ...ends.map((end) => measured(row, `${end}_bytes`, "bytes"))],
            ["Packets", ...ends.map((end) => measured(row, `${end}_packets`, "packets"))],
            ["Counted at", ...ends.map((end) => cell(`${end}_counted_at`))],
            ["TCP flags", ...ends.map((end) => flagsText(numberIn(row, `tcp_flags_${end}`)))],
          ]}
        />
        {(numberIn(row, "attempted_bytes") ?? 0) > 0 && (
          <FactList
            facts={[
              {
                heading: "Attempted",
                title: meaning("attempted_bytes"),
                content: <Measure value={row["attempted_bytes"] ?? null} unit="bytes" />,
              },
            ]}
          />
        )}
      </FactGroup>
      <FactGroup title="What it is">
        <FactList facts={kindFacts({ row, names, timeZone })} />
      </FactGroup>
    </>
  );
}

function kindFacts({ row, names, timeZone }: ConversationFactsProps): Fact[] {
  const cell = (column: string): React.ReactNode => <FactValue key={column} row={row} column={column} names={names} />;
  const time = (column: string): string => rowTime(textIn(row, column) ?? "", timeZone);
  const protocol = protocolText(numberIn(row, "protocol") ?? 0);
  const port = textIn(row, "server_port");
  const length = (Date.parse(textIn(row, "end_time") ?? "") - Date.parse(textIn(row, "start_time") ?? "")) / 1000;
  return [
    {
      heading: "Service",
      content:
        port === null ? (
          <Value field="protocol" value={protocol} />
        ) : (
          <Value field="service" value={`${port}/${protocol}`} />
        ),
    },
    { heading: "State", title: meaning("state"), content: cell("state") },
    { heading: "Class", title: meaning("class"), content: cell("class") },
    { heading: "Client by", title: meaning("client_basis"), content: cell("client_basis") },
    { heading: "Clouds", title: meaning("providers"), content: cell("providers") },
    { heading: "Began", title: meaning("chain_start"), content: time("chain_start") },
    {
      heading: "In this hour",
      content: `${time("start_time")} – ${time("end_time").slice(11)}${length > 0 ? `, ${humanSeconds(length)}` : ""}`,
    },
    {
      heading: "Log records",
      title: meaning("records"),
      content: <Measure value={row["records"] ?? null} unit={null} />,
    },
    { heading: "Counters", title: meaning("counter_quality"), content: cell("counter_quality") },
    { heading: "Conversation", content: <span className={style["mono"]}>{textIn(row, "conversation_id")}</span> },
  ];
}

function sideVerdict(row: NamedRow, end: string): React.ReactNode {
  return <VerdictMark key={end} verdict={textIn(row, `${end}_verdict`) ?? "not seen"} />;
}

function measured(row: NamedRow, column: string, unit: string): React.ReactNode {
  return <Measure key={column} value={row[column] ?? null} unit={unit} />;
}

/** A heading, then what it is at the client and at the server. */
function EndsTable({ rows }: { readonly rows: readonly (readonly [heading: string, ...cells: React.ReactNode[]])[] }) {
  return (
    <table className={style["ends"]}>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Fact</span>
          </th>
          <th scope="col">Client</th>
          <th scope="col">Server</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([heading, client, server]) => (
          <tr key={heading}>
            <th scope="row">{heading}</th>
            <td>{client}</td>
            <td>{server}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function withoutFalse({ content, ...fact }: Fact): Fact {
  return { ...fact, content: content === false ? null : content };
}

function meaning(column: string): string | undefined {
  const name = findColumn(column, columnNames);
  return name === undefined ? undefined : columnOf(name).description;
}
