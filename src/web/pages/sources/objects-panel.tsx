import { useDeferredValue } from "react";
import type { ObjectsJson, SourceJson } from "#api/contract/index.js";
import { fullCount, humanBytes, humanCount } from "#base/human.js";
import { useObjects } from "../../client/sources.ts";
import { useView } from "../../state/view.ts";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { Ago } from "./ago.tsx";
import style from "./sources.module.css";

const states = [
  ["", "all"],
  ["done", "read"],
  ["same-content", "the same again"],
  ["skipped", "left out"],
  ["failed", "failed"],
  ["pending", "waiting"],
] as const;

/** Objects, the newest first, with search. */
export function ObjectsPanel({ sources }: { readonly sources: readonly SourceJson[] }) {
  const { parameters, change } = useView();
  const asked = {
    text: parameters.get("object") ?? "",
    status: parameters.get("state") ?? "",
    source: parameters.get("source") ?? "",
  };
  const query = useObjects(useDeferredValue(asked));
  const rows = query.data?.pages.flatMap(({ objects }) => objects) ?? [];
  return (
    <Panel
      title="Objects"
      actions={
        <>
          {sources.length > 1 && (
            <select
              className="input"
              aria-label="Source"
              value={asked.source}
              onChange={(event) => change({ source: event.target.value })}
            >
              <option value="">every source</option>
              {sources.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
          <select
            className="input"
            aria-label="State of objects"
            value={asked.status}
            onChange={(event) => change({ state: event.target.value })}
          >
            {states.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
          <input
            className="input"
            type="search"
            aria-label="Part of the object’s name"
            placeholder="part of the name"
            value={asked.text}
            onChange={(event) => change({ object: event.target.value }, { replace: true })}
          />
        </>
      }
    >
      {query.error !== null && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.error === null && query.data === undefined && <Loading what="the objects" />}
      {query.data !== undefined && rows.length === 0 && (
        <Empty title="No object like this.">Search another part of the name, or another state.</Empty>
      )}
      {rows.length > 0 && (
        // Scrolled with the keyboard, too.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <section className={style["objects"]} aria-label="Objects, the newest first" tabIndex={0}>
          <ObjectTable rows={rows} />
          {query.hasNextPage && (
            <button
              type="button"
              className="button"
              disabled={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              More
            </button>
          )}
        </section>
      )}
    </Panel>
  );
}

function ObjectTable({ rows }: { readonly rows: ObjectsJson["objects"] }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Object</th>
          <th scope="col">State</th>
          <th scope="col">Format</th>
          <th scope="col">Read</th>
          <th scope="col" className="number">
            Records
          </th>
          <th scope="col" className="number">
            Malformed
          </th>
          <th scope="col" className="number">
            Size
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td className={style["key"]} title={row.key}>
              <span className={style["path"]} dir="rtl">
                <bdi dir="ltr">{row.key}</bdi>
              </span>
              {row.message !== null && <span className={style["fine"]}>{row.message}</span>}
            </td>
            <td className={row.status === "failed" ? style["bad-number"] : undefined}>
              {states.find(([value]) => value === row.status)?.[1] ?? row.status}
            </td>
            <td>{row.decoder ?? "–"}</td>
            <td>
              <Ago time={row.read_at} />
            </td>
            <td className="number" title={fullCount(row.records.total)}>
              {humanCount(row.records.total)}
            </td>
            <td className={`number ${row.records.malformed > 0 ? style["bad-number"] : ""}`}>
              {fullCount(row.records.malformed)}
            </td>
            <td className="number" title={`${fullCount(row.size)} bytes`}>
              {humanBytes(row.size)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
