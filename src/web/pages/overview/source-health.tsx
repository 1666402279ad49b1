import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Link } from "wouter";
import type { SourceJson, SourcesJson } from "#api/contract/index.js";
import { fullCount, humanCount, humanSeconds } from "#base/human.js";
import { request } from "../../client/request.ts";
import { useView } from "../../state/view.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import style from "./overview.module.css";

const stateText: Readonly<Record<SourceJson["state"], string>> = {
  ok: "reading",
  collecting: "collecting",
  stopped: "stopped",
  waiting: "waiting",
  failing: "failing",
  idle: "read once",
};

/** Asks where the logs come from. */
export function useSources(): UseQueryResult<SourcesJson> {
  return useQuery({
    queryKey: ["sources"],
    queryFn: ({ signal }) => request<SourcesJson>("/sources", { signal }),
  });
}

/** Whether the logs come in: each source with its state, what it gave, and what could not be read. */
export function SourceHealth({ sources }: { readonly sources: UseQueryResult<SourcesJson> }) {
  const { linkTo } = useView();
  return (
    <Panel
      title="Sources"
      className={style["list-panel"] ?? ""}
      actions={<Link href={linkTo("/sources")}>All sources</Link>}
    >
      {sources.error !== null && <Failed error={sources.error} retry={() => void sources.refetch()} />}
      {sources.error === null && sources.data === undefined && <Loading what="sources" />}
      {sources.data?.sources.length === 0 && <Empty title="No source yet.">Add one on the page Sources.</Empty>}
      {sources.data !== undefined && sources.data.sources.length > 0 && <SourceTable data={sources.data} />}
    </Panel>
  );
}

const MOST = 6;

function SourceTable({ data: { sources, derivation } }: { readonly data: SourcesJson }) {
  const { linkTo } = useView();
  const worstFirst = sources.toSorted((a, b) => Number(b.state === "failing") - Number(a.state === "failing"));
  return (
    <>
      <table className={`table ${style["ranked"]}`}>
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col" className={style["narrow"]}>
              State
            </th>
            <th scope="col" className={`number ${style["narrow"]}`}>
              Lag
            </th>
            <th scope="col" className={`number ${style["narrow"]}`}>
              Flows
            </th>
            <th scope="col" className={`number ${style["narrow"]}`}>
              Malformed
            </th>
          </tr>
        </thead>
        <tbody>
          {worstFirst.slice(0, MOST).map(({ id, name, state, last_error: error, lag_s: lag, records }) => (
            <tr key={id}>
              <td>
                <Link href={linkTo("/sources")}>{name}</Link>
              </td>
              <td>
                <span className={style["state"]} data-state={state} title={error ?? undefined}>
                  {stateText[state]}
                </span>
              </td>
              <td className="number">{lag === null ? "–" : humanSeconds(lag)}</td>
              <td className="number" title={fullCount(records.flows)}>
                {humanCount(records.flows)}
              </td>
              <td className="number" title={fullCount(records.malformed)}>
                {records.malformed === 0 ? <span className={style["none"]}>–</span> : humanCount(records.malformed)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {(sources.length > MOST || derivation.dirty_hours > 0) && (
        <p className={style["hint"]}>
          {sources.length > MOST && `${sources.length - MOST} more. `}
          {derivation.dirty_hours > 0 && `${derivation.dirty_hours} hours are still to be derived.`}
        </p>
      )}
    </>
  );
}
