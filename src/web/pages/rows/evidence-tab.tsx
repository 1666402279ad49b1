import { Check, Copy } from "lucide-react";
import { useState } from "react";
import type { EvidenceJson, EvidenceRecord, EvidenceRequest } from "#api/contract/index.js";
import { fullCount } from "#base/human.js";
import { Measure } from "../../ui/numbers.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { Value } from "../../ui/value.tsx";
import { MOST_RECORDS, textIn, useEvidence, type NamedRow } from "./evidence-query.ts";
import { FactGroup } from "./fact-list.tsx";
import type { RowDataset } from "./rows-state.ts";
import { rowTime } from "./time-text.ts";
import { VerdictMark } from "./verdict-mark.tsx";
import style from "./evidence.module.css";

interface EvidenceTabProps {
  readonly asked: EvidenceRequest;
  readonly dataset: RowDataset;
  readonly timeZone: string;
}

/** What each observer saw, and the records themselves, read from their objects now. */
export function EvidenceTab({ asked, dataset, timeZone }: EvidenceTabProps) {
  const evidence = useEvidence(asked, true);
  if (evidence.error !== null) return <Failed error={evidence.error} retry={() => void evidence.refetch()} />;
  if (evidence.data === undefined) return <Loading what="the records from their objects" />;
  const { data, isPlaceholderData } = evidence;
  return (
    <div aria-busy={isPlaceholderData} className={isPlaceholderData ? style["old"] : undefined}>
      {dataset === "conversations" && <Observations data={data} />}
      <FactGroup title={`Records: ${fullCount(data.records.length)}${data.more ? " of more" : ""}`}>
        {data.records.length === 0 && <NoRecords data={data} timeZone={timeZone} />}
        {data.records.map((record) => (
          <Record
            key={`${record.object} ${record.position} ${record.sub_position ?? ""}`}
            record={record}
            observation={record.observation === null ? undefined : data.observations[record.observation]}
            isOfConversation={dataset === "conversations"}
            timeZone={timeZone}
          />
        ))}
        {data.more && (
          <p className={style["hint"]}>These are the first {MOST_RECORDS}. The others are in the list of flows.</p>
        )}
      </FactGroup>
    </div>
  );
}

function NoRecords({ data, timeZone }: { readonly data: EvidenceJson; readonly timeZone: string }) {
  const since = data.flows_kept_since;
  return since === null ? (
    <Empty title="No flow of it is in the lake.">
      Its records may have been read anew since: ask for the list again.
    </Empty>
  ) : (
    <Empty title="The flows of this time are deleted.">
      Flows are kept since {rowTime(since, timeZone)}; the conversation and its observations stay.
    </Empty>
  );
}

function Observations({ data }: { readonly data: EvidenceJson }) {
  const { observations, names, row } = data;
  if (observations.length === 0) return null;
  return (
    <FactGroup title="Observations: what each interface saw">
      <table className={style["observations"]}>
        <thead>
          <tr>
            <th scope="col">Seen by</th>
            <th scope="col">Sent by</th>
            <th scope="col">Verdict</th>
            <th scope="col" className={style["number"]}>
              Bytes
            </th>
            <th scope="col">Counted</th>
          </tr>
        </thead>
        <tbody>
          {observations.map((each, at) => {
            const observer = textIn(each, "observer_id");
            return (
              // oxlint-disable-next-line react/no-array-index-key -- their number is what records refer to
              <tr key={at}>
                <td>
                  <Value field="observer_id" value={observer} name={observer === null ? undefined : names[observer]} />
                  <small>
                    {at + 1} · {sideText(textIn(each, "side"))}
                  </small>
                </td>
                <td>{textIn(each, "sender")}</td>
                <td>
                  <VerdictMark verdict={textIn(each, "verdict")} />
                </td>
                <td className={style["number"]}>
                  <Measure value={each["bytes"] ?? null} unit="bytes" />
                </td>
                <td title={countedTitle(each, row)}>{textIn(each, "counted") === "yes" ? "yes" : "no"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className={style["hint"]}>{whyCounted(row)}</p>
    </FactGroup>
  );
}

function sideText(side: string | null): string {
  if (side === "transit") return "on the way between";
  return side === "client" || side === "server" ? `at the ${side}’s side` : "at a side that the log does not tell";
}

function countedTitle(observation: NamedRow, row: NamedRow | null): string {
  const sender = textIn(observation, "sender") ?? "";
  const at = row === null ? null : textIn(row, `${sender}_counted_at`);
  return `What the ${sender} sent is counted at: ${at ?? "unknown"}.`;
}

/** Why these bytes and no others make the volume. */
function whyCounted(row: NamedRow | null): string {
  if (row === null) return "";
  if (textIn(row, "class") === "translated")
    return "This is another conversation’s traffic under a gateway’s address: it counts nothing.";
  if (textIn(row, "class") === "encapsulation")
    return "The tunnel’s content is logged, too: the tunnel counts nothing.";
  const at = (end: string): string => textIn(row, `${end}_counted_at`) ?? "nowhere";
  return `Each direction is counted once, where its sender’s interface was logged: the client’s at ${placeText(at("client"))}, the server’s at ${placeText(at("server"))}.`;
}

function placeText(at: string): string {
  if (at === "transit") return "the way between";
  if (at === "unknown") return "the interface that saw most";
  return at === "nowhere" ? at : `the ${at}’s side`;
}

interface RecordProps {
  readonly record: EvidenceRecord;
  readonly observation: NamedRow | undefined;
  readonly isOfConversation: boolean;
  readonly timeZone: string;
}

const states: Readonly<Record<EvidenceRecord["text_state"], readonly [word: string, meaning: string]>> = {
  original: ["original", "Read just now from the object, which still has the content that it was read with."],
  changed: ["changed", "The object has other content now; the row is what was read then."],
  deleted: ["deleted at the source", "The object is gone; the row and its hash are what is left."],
  unreadable: ["not read", "The object could not be read now; the row is what was read then."],
};

function Record({ record, observation, isOfConversation, timeZone }: RecordProps) {
  const { object, position, sub_position: sub, text, context, text_state: state, sha256, reason } = record;
  const [word, meaning] = states[state];
  const shown = text ?? JSON.stringify(record.flow);
  const place = `${record.form === "line" ? "line" : record.form === "row" ? "row" : "record"} ${fullCount(position)}${sub === null ? "" : `, ${record.form === "event" ? "event" : "tuple"} ${fullCount(sub)}`}`;
  const number = isOfConversation && record.observation !== null ? `${record.observation + 1}` : null;
  return (
    <article className={style["record"]} data-state={state}>
      <header>
        <VerdictMark verdict={textIn(record.flow, "action")} />
        <span>{rowTime(textIn(record.flow, "time") ?? "", timeZone)}</span>
        {number !== null && (
          <span
            title={`Part of observation ${number}: ${observation === undefined ? "" : (textIn(observation, "observer_id") ?? "")}`}
          >
            observation {number}
          </span>
        )}
        {isOfConversation && number === null && (
          <span title="Another flow log of this interface, or another record, says the same: it was not counted again.">
            not counted again
          </span>
        )}
        <span className={style["state"]} title={`${meaning}${reason === null ? "" : ` ${reason}`}`}>
          {word}
        </span>
      </header>
      <pre aria-label={`Record at ${place}`}>{shown}</pre>
      {context !== null && (
        <details>
          <summary>What the record says around it</summary>
          <pre>{pretty(context)}</pre>
        </details>
      )}
      <footer>
        <span title={object}>
          {shortPath(object)} · {place}
        </span>
        {reason !== null && state !== "original" && <span>{reason}</span>}
        <span title={`SHA-256 of the object as it was read: ${sha256 ?? "unknown"}`}>
          sha256 {sha256?.slice(0, 12) ?? "unknown"}…
        </span>
        <CopyButton text={shown} label="Copy the record" />
        <CopyButton text={`${object}:${position}`} label="Copy the place" />
      </footer>
    </article>
  );
}

/** The end of a path, which tells most. */
function shortPath(path: string): string {
  const parts = path.split("/");
  return parts.length <= 4 ? path : `…/${parts.slice(-3).join("/")}`;
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <button type="button" className={style["copy"]} title={label} onClick={() => void copy()}>
      {isDone ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />}
      {label === "Copy the record" ? "record" : "place"}
      <span className="visually-hidden"> {isDone ? "copied" : label}</span>
    </button>
  );
}
