import { useState } from "react";
import type { SourcesJson } from "#api/contract/index.js";
import { counted, fullCount, humanShare } from "#base/human.js";
import { useMalformed } from "../../client/sources.ts";
import { useView } from "../../state/view.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { shownText } from "./shown-text.ts";
import style from "./sources.module.css";

const PAGE = 50;
const MOST = 1000;

/** Records that could not be read: how many for each reason, and a reason's records with place and text. */
export function MalformedPanel({ sources }: { readonly sources: SourcesJson }) {
  const { parameters, change } = useView();
  const reasons = Object.entries(sources.malformed_by_reason);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  const read = sources.sources.reduce((sum, { records }) => sum + records.total, 0);
  const asked = parameters.get("reason") ?? "";
  const chosen = reasons.some(([reason]) => reason === asked) ? asked : undefined;
  return (
    <Panel
      title={
        total === 0
          ? "Could not be read"
          : `Could not be read: ${counted(total, "record")}, ${humanShare(total / Math.max(1, read))} of all`
      }
    >
      {total === 0 ? (
        <p className={style["fine"]}>Every record was read.</p>
      ) : (
        <>
          <div className={style["reasons"]} role="group" aria-label="Reasons">
            {reasons.map(([reason, count]) => (
              <button
                key={reason}
                type="button"
                className="button"
                aria-pressed={reason === chosen}
                onClick={() => change({ reason: reason === chosen ? "" : reason })}
              >
                {reason} <strong>{fullCount(count)}</strong>
              </button>
            ))}
          </div>
          {chosen === undefined ? (
            <p className={style["fine"]}>A reason shows its records with object, line and text.</p>
          ) : (
            <MalformedRecords key={chosen} reason={chosen} counted={sources.malformed_by_reason[chosen] ?? 0} />
          )}
        </>
      )}
    </Panel>
  );
}

function MalformedRecords({ reason, counted: count }: { readonly reason: string; readonly counted: number }) {
  const [limit, setLimit] = useState(PAGE);
  const query = useMalformed(reason, limit);
  const { data, error } = query;
  if (error !== null) return <Failed error={error} retry={() => void query.refetch()} />;
  if (data === undefined) return <Loading what="the records" />;
  if (data.records.length === 0)
    return <Empty title="Their text is not kept any more.">They were counted; retention has taken their text.</Empty>;
  return (
    <div className={style["records"]}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Object and record</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        <tbody>
          {data.records.map(({ object, position, sub_position: sub, text }) => (
            <tr key={`${object} ${position} ${sub ?? ""}`}>
              <td className={style["place"]} title={object}>
                <span className={style["path"]} dir="rtl">
                  <bdi dir="ltr">{object}</bdi>
                </span>
                <span>
                  :{position}
                  {sub === null ? "" : `.${sub}`}
                </span>
              </td>
              <td>
                <pre className={style["text"]}>{shownText(text)}</pre>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {data.records.length >= limit && limit < MOST && (
        <button type="button" className="button" onClick={() => setLimit(Math.min(MOST, limit * 4))}>
          More
        </button>
      )}
      {count > data.records.length && data.records.length < limit && (
        <p className={style["fine"]}>
          {fullCount(count - data.records.length)} more were counted; of one object and reason the first 10,000 texts
          are kept.
        </p>
      )}
      {data.records.length >= MOST && (
        <p className={style["fine"]}>
          All of them:{" "}
          <code>
            weir malformed --reason {reason} --limit {count} --format csv
          </code>
        </p>
      )}
    </div>
  );
}

/** Objects that were left out or failed, and what people should know of others: by code. */
export function ProblemsPanel({ problems }: { readonly problems: SourcesJson["problems"] }) {
  const codes = [...new Set(problems.map(({ code }) => code))];
  return (
    <Panel
      title={`Left out, failed or noted: ${counted(problems.length, "object")}${problems.length >= 1000 ? " or more" : ""}`}
    >
      <div className={style["problems"]}>
        {codes.map((code) => {
          const own = problems.filter((problem) => problem.code === code);
          return (
            <details key={code} open={codes.length === 1 && own.length <= 5}>
              <summary>
                {code} <strong>{fullCount(own.length)}</strong>
                <span className={style["fine"]}>{own[0]?.message}</span>
              </summary>
              <ul>
                {own.slice(0, 200).map(({ object, message }) => (
                  <li key={object}>
                    <code>{object}</code>
                    <span>{message}</span>
                  </li>
                ))}
                {own.length > 200 && <li>… and {fullCount(own.length - 200)} more: search the objects below</li>}
              </ul>
            </details>
          );
        })}
      </div>
    </Panel>
  );
}

/** Fields of the logs that Weir has no column for. */
export function FieldsPanel({ fields }: { readonly fields: SourcesJson["unknown_fields"] }) {
  return (
    <Panel title="Fields that Weir does not know">
      <p className={style["fine"]}>They are kept in the column ext of flows, with these numbers of records.</p>
      <dl className={style["facts"]}>
        {Object.entries(fields)
          .slice(0, 100)
          .map(([name, count]) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>{fullCount(count)}</dd>
            </div>
          ))}
      </dl>
    </Panel>
  );
}
