import { Fragment } from "react";
import type { SourceJson } from "#api/contract/index.js";
import { fullCount, humanBytes, humanCount, humanSeconds } from "#base/human.js";
import { Panel } from "../../ui/panel.tsx";
import { Ago } from "./ago.tsx";
import { Command } from "./command.tsx";
import style from "./sources.module.css";
import own from "./collecting-panel.module.css";

type Collected = SourceJson & { readonly last_run: NonNullable<SourceJson["last_run"]> };

/** How collecting from the places in weir.yaml goes: how late it is, what it asks for, what is in its way. */
export function CollectingPanel({ sources }: { readonly sources: readonly SourceJson[] }) {
  const collected = sources.filter((source): source is Collected => source.last_run !== null);
  if (collected.length === 0) return null;
  return (
    <Panel title="How collecting goes">
      <div className={style["scroll"]}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Source</th>
              <th scope="col">Behind now</th>
              <th scope="col">Last good look</th>
              <th scope="col" className="number">
                Shown
              </th>
              <th scope="col" className="number">
                Requests
              </th>
              <th scope="col" className="number">
                Fetched
              </th>
              <th scope="col" className="number">
                Throttled
              </th>
              <th scope="col" className="number">
                Sent again
              </th>
            </tr>
          </thead>
          <tbody>
            {collected.map((source) => (
              <Fragment key={source.id}>
                <Row source={source} />
                {source.last_error !== null && <Obstacle source={source} error={source.last_error} />}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Row({ source: { name, lag_s: lag, last_run: run, requests } }: { readonly source: Collected }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{lag === null ? "–" : humanSeconds(lag)}</td>
      <td>
        <Ago time={run.last_good} none="never" />
      </td>
      <td className="number">
        <span title={`${fullCount(run.read)} of them were read, ${fullCount(run.failed)} could not be`}>
          {fullCount(run.seen)}
        </span>
      </td>
      <td className="number">{requests === null ? "–" : <Requests requests={requests} />}</td>
      <td className="number">{requests === null ? "–" : humanBytes(requests.bytes)}</td>
      <td className="number">
        {requests === null ? (
          "–"
        ) : (
          <span className={requests.throttled > 0 ? style["bad-number"] : undefined}>
            {fullCount(requests.throttled)}
          </span>
        )}
      </td>
      <td className="number">{requests === null ? "–" : fullCount(requests.retries)}</td>
    </tr>
  );
}

function Requests({ requests: { lists, gets, others } }: { readonly requests: NonNullable<SourceJson["requests"]> }) {
  return (
    <span title={`${fullCount(lists)} that list, ${fullCount(gets)} that read, ${fullCount(others)} others`}>
      {humanCount(lists + gets + others)}
    </span>
  );
}

/** What went wrong, in words, and what to do about it. */
function Obstacle({ source, error }: { readonly source: Collected; readonly error: string }) {
  const { next_step: next, last_run: run } = source;
  return (
    <tr>
      <td colSpan={8} className={own["obstacle"]}>
        <p>
          {run.failures > 1 ? `${fullCount(run.failures)} looks in a row: ` : ""}
          {error}
        </p>
        {next !== null && <p className={own["next"]}>{next}</p>}
        <Command>{`weir doctor ${source.name}`}</Command>
      </td>
    </tr>
  );
}
