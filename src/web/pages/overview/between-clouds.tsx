import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "wouter";
import type { AnswerJson } from "#api/contract/index.js";
import { fullCount, humanBytes, humanCount } from "#base/human.js";
import { cloudColour } from "../../chart/colours.ts";
import { MiniBar } from "../../chart/mini-bar.tsx";
import { usePalette } from "../../chart/palette.ts";
import { cloudText } from "../../state/fields.ts";
import { narrowed } from "../../state/filter-edit.ts";
import { useView } from "../../state/view.ts";
import { AnswerPanel } from "../../ui/panel.tsx";
import { cloudTraffic, type CloudPair } from "./clouds.ts";
import style from "./overview.module.css";

/** What passes between the clouds first; then what stays inside one, and what goes to the outside. */
export function BetweenClouds({ query }: { readonly query: UseQueryResult<AnswerJson> }) {
  const { linkTo } = useView();
  return (
    <AnswerPanel
      title="From cloud to cloud"
      query={query}
      className={style["list-panel"] ?? ""}
      actions={<Link href={linkTo("/map")}>Map</Link>}
      empty="Widen the time or the filter."
    >
      {(answer) => {
        const { between, inside, outside } = cloudTraffic(answer);
        return (
          <table className={`table ${style["ranked"]}`}>
            <thead>
              <tr>
                <th scope="col">Client → server</th>
                <th scope="col" className={`number ${style["narrow"]}`}>
                  Bytes
                </th>
                <th scope="col" className={`number ${style["count"]}`}>
                  Conversations
                </th>
                <th scope="col" className={`number ${style["narrow"]}`}>
                  Denied
                </th>
                <th scope="col" className={style["bar-column"]}>
                  <span className="visually-hidden">Share</span>
                </th>
              </tr>
            </thead>
            <Pairs title="Between clouds" pairs={between} />
            <Pairs title="Inside one cloud" pairs={inside} />
            <Pairs
              title="With the outside"
              pairs={outside.filter(({ client, server }) => client !== null || server !== null)}
            />
          </table>
        );
      }}
    </AnswerPanel>
  );
}

function Pairs({ title, pairs }: { readonly title: string; readonly pairs: readonly CloudPair[] }) {
  const { view, linkTo } = useView();
  const palette = usePalette();
  const largest = Math.max(1, ...pairs.map(({ bytes }) => bytes));
  return (
    <tbody>
      <tr className={style["group"]}>
        <th scope="rowgroup" colSpan={5}>
          {title}
        </th>
      </tr>
      {pairs.length === 0 && (
        <tr>
          <td colSpan={5} className={style["soft"]}>
            nothing in this time that matches
          </td>
        </tr>
      )}
      {pairs.map(({ client, server, bytes, conversations, denied }) => {
        const q = narrowed(view.filter, [
          { field: "client.provider", value: client },
          { field: "server.provider", value: server },
        ]);
        return (
          <tr key={`${client} ${server}`}>
            <td>
              <Link href={linkTo("/explore", { q, by: "client_ip,server_ip", m: "bytes", g: "sankey" })}>
                {end(client)} → {end(server)}
              </Link>
            </td>
            <td className="number" title={`${fullCount(bytes)} bytes`}>
              {humanBytes(bytes)}
            </td>
            <td className="number" title={fullCount(conversations)}>
              <Link className={style["quiet-link"]} href={linkTo("/conversations", { q })}>
                {humanCount(conversations)}
              </Link>
            </td>
            <td className="number" title={fullCount(denied)}>
              {denied === 0 ? (
                <span className={style["none"]}>–</span>
              ) : (
                <Link
                  className={style["denied-link"]}
                  href={linkTo("/conversations", { q: narrowed(q, [{ field: "verdict", value: "denied" }]) })}
                >
                  {humanCount(denied)}
                </Link>
              )}
            </td>
            <td>
              <MiniBar share={bytes / largest} colour={cloudColour(client ?? server, palette)} />
            </td>
          </tr>
        );
      })}
    </tbody>
  );
}

function end(cloud: string | null): string {
  return cloud === null ? "outside" : cloudText(cloud);
}
