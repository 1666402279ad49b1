import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import type { WhyJson } from "#api/contract/index.js";
import { counted, fullCount, humanBytes } from "#base/human.js";
import { serviceText } from "#model/protocols.js";
import { whySource } from "../../client/panel-source.ts";
import { Panel } from "../../ui/panel.tsx";
import { Value } from "../../ui/value.tsx";
import { isOfService, lossReasons } from "./losses.ts";
import { outcomeRows, rowOf, type OutcomeRow } from "./outcome-rows.ts";
import style from "./path.module.css";

type Outcome = WhyJson["outcomes"][number];

const situations: Readonly<Record<string, string>> = {
  allowed: "let through",
  denied: "denied",
  answer_denied: "answer denied",
  dropped: "dropped",
  answer_dropped: "answer dropped",
  closed_port: "closed port",
  one_way: "one way",
  unanswered: "unanswered",
  mixed: "allowed and denied",
  stray: "late packets",
};
const places: Readonly<Record<string, string>> = {
  client: "client's side",
  server: "server's side",
  both: "both sides",
  transit: "on the way",
  unknown: "not told where",
};
const refused: ReadonlySet<string> = new Set(["denied", "answer_denied", "dropped", "answer_dropped"]);

/** What became of it: a row for all services that came to the same, which shows each of them when it is opened. */
export function OutcomesPanel({
  why,
  asked,
}: {
  readonly why: WhyJson;
  readonly asked: Parameters<typeof whySource>[0];
}) {
  const [open, setOpen] = useState<number>();
  const reasonOf = (outcome: Outcome): string => unnamed(outcome, why.losses);
  return (
    <Panel title="What was seen" source={whySource(asked)}>
      <div className={style["scroll"]}>
        <table className="table">
          <thead>
            <tr>
              <th>Result</th>
              <th>Service</th>
              <th>Rule or reason</th>
              <th>Decided</th>
              <th>Client</th>
              <th>Server</th>
              <th className="number">Conversations</th>
              <th className="number">Attempts</th>
              <th className="number">Bytes</th>
              <th>First, last (UTC)</th>
            </tr>
          </thead>
          {outcomeRows(why, reasonOf).map((row, at) => (
            // Rows have no name of their own and never change places.
            // oxlint-disable-next-line react/no-array-index-key
            <tbody key={at}>
              <Row row={row} isOpen={open === at} onToggle={() => setOpen(open === at ? undefined : at)} />
              {open === at &&
                row.outcomes.map((outcome, part) => (
                  // oxlint-disable-next-line react/no-array-index-key
                  <Row key={part} row={rowOf([outcome], row.isSpoken, reasonOf)} />
                ))}
            </tbody>
          ))}
        </table>
      </div>
    </Panel>
  );
}

interface RowProps {
  readonly row: OutcomeRow;
  readonly isOpen?: boolean;
  readonly onToggle?: () => void;
}

function Row({ row, isOpen = false, onToggle }: RowProps) {
  const { outcomes, conversations, attempts, bytes } = row;
  const [outcome] = outcomes;
  if (outcome === undefined) return null;
  const { situation, rule, decided_at: side } = outcome;
  const isTried = situation !== "allowed" && situation !== "stray";
  return (
    <tr data-main={row.isSpoken} className={style["outcome"]}>
      <td>
        <span className={style["badge"]} data-refused={refused.has(situation)}>
          {situations[situation] ?? situation}
        </span>
      </td>
      <td>
        {outcomes.length === 1 ? (
          <Service outcome={outcome} />
        ) : (
          <Services outcomes={outcomes} isOpen={isOpen} onToggle={onToggle} />
        )}
      </td>
      <td>
        {rule === null ? <span className={style["faint"]}>{row.reason}</span> : <Value field="rule" value={rule} />}
      </td>
      <td>{places[side] ?? side}</td>
      <td>
        <Some field="client.ip" ends={row.clients} />
      </td>
      <td>
        <Some field="server.ip" ends={row.servers} />
      </td>
      <td className="number">{fullCount(conversations)}</td>
      <td className="number">{isTried ? fullCount(attempts) : "–"}</td>
      <td className={`number ${style["time"]}`} title={`${fullCount(bytes)} bytes`}>
        {humanBytes(bytes)}
      </td>
      <td className={style["time"]}>
        {timeText(row.first)}
        <br />
        {timeText(row.last)}
      </td>
    </tr>
  );
}

/** What stands for a rule: why a gateway lost it; where something was refused, that the log names no rule. */
function unnamed(outcome: Outcome, losses: WhyJson["losses"]): string {
  if (outcome.reason !== null) return outcome.reason;
  const own = losses.filter((loss) => isOfService(loss, outcome));
  if (outcome.situation === "dropped" || outcome.situation === "answer_dropped")
    return own.length === 0 ? "not named" : lossReasons(own);
  return refused.has(outcome.situation) || outcome.situation === "mixed" ? "not named" : "–";
}

interface ServicesProps {
  readonly outcomes: readonly Outcome[];
  readonly isOpen: boolean;
  readonly onToggle: (() => void) | undefined;
}

/** Services that came to the same: the first of them, and all when it is opened. */
function Services({ outcomes, isOpen, onToggle }: ServicesProps) {
  const sorted = outcomes.toSorted((a, b) => (a.port ?? 0) - (b.port ?? 0));
  const names = sorted.map(({ port, protocol }) => serviceText(port, protocol));
  const Icon = isOpen ? ChevronDown : ChevronRight;
  return (
    <button type="button" className={style["place"]} aria-expanded={isOpen} title={names.join(", ")} onClick={onToggle}>
      <Icon size={12} aria-hidden="true" /> {counted(names.length, "service")}: {names.slice(0, 2).join(", ")}
      {names.length > 2 ? ", …" : ""}
    </button>
  );
}

function Service({ outcome: { port, protocol, ports, port_count: count } }: { readonly outcome: Outcome }) {
  if (port !== null) return <Value field="server.port" value={String(port)} label={serviceText(port, protocol)} />;
  if (count <= 1) return <>{serviceText(null, protocol)}</>;
  return (
    <span title={ports.join(", ")}>
      {fullCount(count)} ports, {serviceText(null, protocol)}
    </span>
  );
}

function Some({ field, ends: { shown, more } }: { readonly field: string; readonly ends: OutcomeRow["clients"] }) {
  return (
    <span className={style["some"]}>
      {shown.map((value) => (
        <Value key={value} field={field} value={value} />
      ))}
      {more !== 0 && <span className={style["faint"]}>and {more === null ? "" : `${fullCount(more)} `}more</span>}
    </span>
  );
}

function timeText(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}
