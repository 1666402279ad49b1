import type { WhyJson } from "#api/contract/index.js";
import { fullCount, humanBytes } from "#base/human.js";
import { whySource } from "../../client/panel-source.ts";
import { Panel } from "../../ui/panel.tsx";
import { Value } from "../../ui/value.tsx";
import { serviceText } from "#model/protocols.js";
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
const refused: ReadonlySet<string> = new Set(["denied", "answer_denied", "dropped", "answer_dropped"]);

/** What became of it, service by service. */
export function OutcomesPanel({
  why,
  asked,
}: {
  readonly why: WhyJson;
  readonly asked: Parameters<typeof whySource>[0];
}) {
  const drawn = why.cases.filter(({ earlier }, at) => (why.verdict === "mixed" ? !earlier : at === 0));
  const spoken = new Set(drawn.flatMap(({ outcomes }) => outcomes));
  return (
    <Panel title="What was seen" source={whySource(asked)}>
      <div className={style["scroll"]}>
        <table className="table">
          <thead>
            <tr>
              <th>Result</th>
              <th>Service</th>
              <th>Rule</th>
              <th>Decided</th>
              <th>Client</th>
              <th>Server</th>
              <th className="number">Conversations</th>
              <th className="number">Attempts</th>
              <th className="number">Bytes</th>
              <th>First, last (UTC)</th>
            </tr>
          </thead>
          <tbody>
            {why.outcomes.map((outcome, at) => (
              // Outcomes have no name of their own and never change places.
              // oxlint-disable-next-line react/no-array-index-key
              <Row key={at} outcome={outcome} isMain={spoken.has(at)} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Row({ outcome, isMain }: { readonly outcome: Outcome; readonly isMain: boolean }) {
  const { situation, rule, reason, decided_at: side, bytes, attempts, conversations } = outcome;
  const carried = bytes > 0 ? bytes : outcome.attempted_bytes;
  return (
    <tr data-main={isMain} className={style["outcome"]}>
      <td>
        <span className={style["badge"]} data-refused={refused.has(situation)}>
          {situations[situation] ?? situation}
        </span>
      </td>
      <td>
        <Service outcome={outcome} />
      </td>
      <td>
        {rule === null ? (
          <span className={style["faint"]}>{reason ?? "not named"}</span>
        ) : (
          <Value field="rule" value={rule} />
        )}
      </td>
      <td>{side === "unknown" ? <span className={style["faint"]}>not told</span> : side}</td>
      <td>
        <Some field="client.ip" values={outcome.clients} count={outcome.client_count} />
      </td>
      <td>
        <Some field="server.ip" values={outcome.servers} count={outcome.server_count} />
      </td>
      <td className="number">{fullCount(conversations)}</td>
      <td className="number">{situation === "allowed" ? "–" : fullCount(attempts)}</td>
      <td className={`number ${style["time"]}`} title={`${fullCount(carried)} bytes`}>
        {humanBytes(carried)}
      </td>
      <td className={style["time"]}>
        {timeText(outcome.first)}
        <br />
        {timeText(outcome.last)}
      </td>
    </tr>
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

function Some({
  field,
  values,
  count,
}: {
  readonly field: string;
  readonly values: readonly string[];
  readonly count: number;
}) {
  const shown = values.slice(0, 2);
  const more = count - shown.length;
  return (
    <span className={style["some"]}>
      {shown.map((value) => (
        <Value key={value} field={field} value={value} />
      ))}
      {more > 0 && <span className={style["faint"]}>and {fullCount(more)} more</span>}
    </span>
  );
}

function timeText(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}
