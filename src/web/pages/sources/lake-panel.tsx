import type { SourcesJson } from "#api/contract/index.js";
import { counted, fullCount, humanBytes, humanCount, humanTime } from "#base/human.js";
import { useView } from "../../state/view.ts";
import { Panel } from "../../ui/panel.tsx";
import { Ago } from "./ago.tsx";
import style from "./sources.module.css";

/** The lake itself: how far conversations are, its tables, its disk. */
export function LakePanel({ sources }: { readonly sources: SourcesJson }) {
  const { view } = useView();
  const { derivation, disk, tables, upkeep } = sources;
  const time = (text: string | null): string =>
    text === null ? "–" : humanTime(Date.parse(text) * 1000, view.timeZone);
  return (
    <Panel title="The lake">
      <dl className={style["facts"]}>
        <div>
          <dt>Conversations</dt>
          <dd>
            {counted(derivation.derived_hours, "hour")} made
            {derivation.newest_hour !== null && `, the newest ${time(derivation.newest_hour)}`}
          </dd>
        </div>
        <div>
          <dt>Still to be made</dt>
          <dd>{derivation.dirty_hours === 0 ? "nothing" : counted(derivation.dirty_hours, "hour")}</dd>
        </div>
        {derivation.frozen_hours > 0 && (
          <div>
            <dt>Frozen</dt>
            <dd>{counted(derivation.frozen_hours, "hour")}: their flows are gone, what was made of them stays</dd>
          </div>
        )}
        <div>
          <dt>Disk</dt>
          <dd title={`${fullCount(disk.used)} bytes`}>
            {humanBytes(disk.used)} used, {humanBytes(disk.free)} free
          </dd>
        </div>
        <div>
          <dt>Small files joined</dt>
          <dd>
            <Ago time={upkeep.last_run} none="not yet since the server started" />
          </dd>
        </div>
      </dl>
      {[derivation.last_error, upkeep.last_error].map(
        (error) =>
          error !== null && (
            <p key={error} className={style["error"]} role="alert">
              {error}
            </p>
          ),
      )}
      <div className={style["scroll"]}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Table</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col" className="number">
                Rows
              </th>
              <th scope="col" className="number">
                Files
              </th>
              <th scope="col" className="number">
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {tables
              .filter(({ rows }) => rows > 0)
              .map(({ table, rows, segments, bytes, min_time: from, max_time: to }) => (
                <tr key={table}>
                  <th scope="row">{table}</th>
                  <td>{time(from)}</td>
                  <td>{time(to)}</td>
                  <td className="number" title={fullCount(rows)}>
                    {humanCount(rows)}
                  </td>
                  <td className="number">{fullCount(segments)}</td>
                  <td className="number" title={`${fullCount(bytes)} bytes`}>
                    {humanBytes(bytes)}
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
