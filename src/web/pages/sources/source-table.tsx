import { Fragment } from "react";
import type { SourceJson } from "#api/contract/index.js";
import { fullCount, humanBytes, humanCount } from "#base/human.js";
import { Empty } from "../../ui/states.tsx";
import { Ago } from "./ago.tsx";
import style from "./sources.module.css";

const words: Readonly<Record<SourceJson["state"], { readonly text: string; readonly tone: string }>> = {
  ok: { text: "up to date", tone: "good" },
  collecting: { text: "reading", tone: "busy" },
  stopped: { text: "stopped", tone: "bad" },
  waiting: { text: "waiting", tone: "quiet" },
  failing: { text: "failing", tone: "bad" },
  idle: { text: "by hand", tone: "quiet" },
};

const kinds: Readonly<Record<string, string>> = {
  files: "what commands read from this machine’s disks",
  upload: "files sent from the browser or by the API",
  push: "sent by Firehose or others with the key",
};

/** Every source, how it is doing, and what it gave. */
export function SourceTable({ sources }: { readonly sources: readonly SourceJson[] }) {
  if (sources.length === 0)
    return <Empty title="No source yet.">Drop log files on this page, or see below what to type.</Empty>;
  return (
    <div className={style["scroll"]}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">State</th>
            <th scope="col">Newest flow</th>
            <th scope="col">Last read</th>
            <th scope="col">Next look</th>
            <th scope="col" className="number">
              Objects
            </th>
            <th scope="col" className="number">
              Records
            </th>
            <th scope="col" className="number">
              Malformed
            </th>
            <th scope="col" className="number">
              Read
            </th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source) => (
            <Fragment key={source.id}>
              <SourceRow source={source} />
              {[source.last_error, source.push?.last_error ?? null].map(
                (error) =>
                  error !== null && (
                    <tr key={error}>
                      <td colSpan={9} className={style["error"]}>
                        {error}
                      </td>
                    </tr>
                  ),
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SourceRow({ source }: { readonly source: SourceJson }) {
  const { objects, records } = source;
  const state = words[source.state];
  const left = [
    [objects.same_content, "the same again"],
    [objects.skipped, "left out"],
    [objects.failed, "failed"],
    [objects.pending, "waiting"],
  ] as const;
  return (
    <tr>
      <th scope="row" className={style["source"]}>
        <span>{source.name}</span>
        <span className={style["uri"]}>{kinds[source.kind] ?? source.uri}</span>
      </th>
      <td>
        <span className={`${style["state"]} ${style[state.tone]}`}>{state.text}</span>
      </td>
      <td>
        <Ago time={source.newest_flow} none={records.flows > 0 ? "older than a day" : "–"} />
      </td>
      <td>
        <Ago time={source.last_read} />
      </td>
      <td>
        {source.state === "collecting" ? (
          "now"
        ) : source.push === null ? (
          <Ago time={source.next_run} />
        ) : (
          <Pushed push={source.push} />
        )}
      </td>
      <td className="number">
        <span
          title={left
            .filter(([count]) => count > 0)
            .map(([count, text]) => `${fullCount(count)} ${text}`)
            .join(", ")}
        >
          {fullCount(objects.read)}
          {objects.failed > 0 && <span className={style["bad-number"]}> +{fullCount(objects.failed)} failed</span>}
        </span>
      </td>
      <td className="number">
        <span title={`${fullCount(records.total)} records, ${fullCount(records.flows)} of them flows`}>
          {humanCount(records.total)}
        </span>
      </td>
      <td className="number">
        <span className={records.malformed > 0 ? style["bad-number"] : undefined}>{fullCount(records.malformed)}</span>
      </td>
      <td className="number">
        <span title={`${fullCount(source.bytes)} bytes as stored at the source`}>{humanBytes(source.bytes)}</span>
      </td>
    </tr>
  );
}

/** Nobody looks into what is pushed: it comes by itself. */
function Pushed({ push }: { readonly push: NonNullable<SourceJson["push"]> }) {
  const { deliveries, repeated, waiting_bytes: waiting } = push;
  const told = `${fullCount(deliveries)} deliveries since the server was started, ${fullCount(repeated)} of them a second time`;
  return <span title={told}>{waiting === 0 ? "as it is sent" : `${humanBytes(waiting)} wait`}</span>;
}
