import { useState } from "react";
import type { AuditJson } from "#api/contract/index.js";
import { useAudit } from "../../client/access.ts";
import { useView } from "../../state/view.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import style from "./account.module.css";

const actions = [
  ["ask", "Questions"],
  ["export", "Exports"],
  ["session", "Sign-ins"],
  ["user", "Users"],
  ["token", "Tokens"],
  ["ingest", "Uploads"],
  ["view", "Saved views"],
  ["audit", "Reading of this log"],
] as const;

/** Who did and asked what, for admins. The filter is in the address. */
export function AuditPanel() {
  const { parameters, change } = useView();
  const of = (key: string): string => parameters.get(key) ?? "";
  const filter = Object.fromEntries(
    ["who", "action", "result"].map((key) => [key, of(key)] as const).filter(([, value]) => value !== ""),
  );
  const audit = useAudit(filter);
  const entries = audit.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Panel title="Audit log">
      <form className={style["form"]} aria-label="Filter of the audit log" onSubmit={(event) => event.preventDefault()}>
        <WhoFilter value={of("who")} onChange={(who) => change({ who })} />
        <select
          className="input"
          aria-label="What was done"
          value={of("action")}
          onChange={(event) => change({ action: event.target.value })}
        >
          <option value="">Everything</option>
          {actions.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <select
          className="input"
          aria-label="What became of it"
          value={of("result")}
          onChange={(event) => change({ result: event.target.value })}
        >
          <option value="">done or not</option>
          <option value="ok">done</option>
          <option value="failed">refused or failed</option>
        </select>
        <button type="button" className="button" onClick={() => void audit.refetch()}>
          Read again
        </button>
      </form>
      {audit.error !== null && <Failed error={audit.error} retry={() => void audit.refetch()} />}
      {audit.isPending && <Loading what="the audit log" />}
      {audit.isSuccess && entries.length === 0 && (
        <Empty title="No entry is like this.">Take away a part of the filter.</Empty>
      )}
      {entries.length > 0 && <AuditTable entries={entries} who={(who) => change({ who })} />}
      {audit.hasNextPage && (
        <button
          type="button"
          className="button"
          disabled={audit.isFetchingNextPage}
          onClick={() => void audit.fetchNextPage()}
        >
          {audit.isFetchingNextPage ? "Loading …" : "Older entries"}
        </button>
      )}
      <p className={style["hint"]}>
        Kept: 400 days, and the newest 200,000 questions and 200,000 other entries. Times are UTC.
      </p>
    </Panel>
  );
}

interface WhoFilterProps {
  readonly value: string;
  readonly onChange: (who: string) => void;
}

/** A name; asked for when it is complete. */
function WhoFilter({ value, onChange }: WhoFilterProps) {
  const [text, setText] = useState<string>();
  const take = (): void => {
    if (text !== undefined && text.trim() !== value) onChange(text.trim().toLowerCase());
    setText(undefined);
  };
  return (
    <label className={`${style["field"]} ${style["wide"]}`}>
      Who
      <input
        className="input"
        type="search"
        placeholder="everybody"
        value={text ?? value}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === "Enter") take();
        }}
      />
    </label>
  );
}

type Entry = AuditJson["entries"][number];

interface AuditTableProps {
  readonly entries: readonly Entry[];
  readonly who: (name: string) => void;
}

function AuditTable({ entries, who }: AuditTableProps) {
  return (
    <div className={style["scroll"]}>
      <table className="table">
        <thead>
          <tr>
            <th>When</th>
            <th>Who</th>
            <th>From</th>
            <th>What</th>
            <th>On</th>
            <th>Result</th>
            <th className="number">ms</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td>
                <time dateTime={entry.at} title={entry.at}>
                  {entry.at.slice(0, 19).replace("T", " ")}
                </time>
              </td>
              <td>
                <button
                  type="button"
                  className={style["link"]}
                  title={entry.role === "" ? undefined : `${entry.role}: show only ${entry.who}`}
                  onClick={() => who(entry.who)}
                >
                  {entry.who}
                </button>
              </td>
              <td className={style["dim"]}>{entry.from}</td>
              <td>{entry.action}</td>
              <td>
                <Detail target={entry.target} detail={entry.detail} />
              </td>
              <td className={entry.result === "ok" ? style["dim"] : style["failed"]}>
                <span className={style["word"]}>{entry.result}</span>
              </td>
              <td className="number">{entry.ms ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What it was done to; a question is long, and opens with a click. */
function Detail({ target, detail }: Pick<Entry, "target" | "detail">) {
  const [isOpen, setOpen] = useState(false);
  if (detail === null) return <div className={style["detail"]}>{target}</div>;
  return (
    <div className={style["detail"]} data-open={isOpen}>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {/^[{?]/.test(detail) ? detail : `${target}: ${detail}`}
      </button>
    </div>
  );
}
