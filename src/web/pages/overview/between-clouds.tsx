import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import type { MapJson } from "#api/contract/index.js";
import { fullCount, humanCount } from "#base/human.js";
import { cloudColour } from "../../chart/colours.ts";
import { MiniBar } from "../../chart/mini-bar.tsx";
import { usePalette } from "../../chart/palette.ts";
import { cloudText } from "../../state/fields.ts";
import { useView } from "../../state/view.ts";
import { Measure } from "../../ui/numbers.tsx";
import { AnswerNote } from "../../ui/answer-note.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { edgeFilter } from "../map/map-filter.ts";
import { mapTree, type MapBox, type MapTree } from "../map/map-tree.ts";
import { cloudTraffic, type CloudPair } from "./clouds.ts";
import { DeniedCount, RankedTable, type RankedColumn } from "./ranked-table.tsx";
import { onceFilter } from "./questions.ts";
import style from "./overview.module.css";

/** What passes between the clouds first; then what stays inside one, and what goes to the outside: placed as the map places it. */
export function BetweenClouds({ query }: { readonly query: UseQueryResult<MapJson> }) {
  const { linkTo } = useView();
  const tree = useMemo(() => (query.data === undefined ? undefined : mapTree(query.data)), [query.data]);
  return (
    <Panel
      title="From cloud to cloud"
      className={style["list-panel"] ?? ""}
      actions={<Link href={linkTo("/map")}>Map</Link>}
    >
      {query.error !== null && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.error === null && tree === undefined && <Loading what="what passed between clouds" />}
      {tree?.boxes.length === 0 && (
        <Empty title="Nothing in this time that matches.">Widen the time or the filter.</Empty>
      )}
      {tree !== undefined && tree.boxes.length > 0 && <Pairs tree={tree} />}
      {query.data !== undefined && <AnswerNote answer={query.data} />}
    </Panel>
  );
}

const columns: readonly RankedColumn[] = [
  { heading: "Client → server" },
  { heading: "Bytes", kind: "number" },
  { heading: "Conversations", kind: "count" },
  { heading: "Denied", kind: "number" },
  { heading: "Share", kind: "bar" },
];

function Pairs({ tree }: { readonly tree: MapTree }) {
  const { between, inside, outside } = useMemo(() => cloudTraffic(tree), [tree]);
  return (
    <RankedTable columns={columns}>
      <Group title="Between clouds" pairs={between} tree={tree} />
      <Group title="Inside one cloud" pairs={inside} tree={tree} />
      <Group title="With the outside" pairs={outside} tree={tree} />
    </RankedTable>
  );
}

interface GroupProps {
  readonly title: string;
  readonly pairs: readonly CloudPair[];
  readonly tree: MapTree;
}

function Group({ title, pairs, tree }: GroupProps) {
  const largest = Math.max(1, ...pairs.map(({ sums: [bytes = 0] }) => bytes));
  return (
    <tbody>
      <tr className={style["group"]}>
        <th scope="rowgroup" colSpan={columns.length}>
          {title}
        </th>
      </tr>
      {pairs.length === 0 && (
        <tr>
          <td colSpan={columns.length} className={style["soft"]}>
            nothing in this time that matches
          </td>
        </tr>
      )}
      {pairs.map((pair) => (
        <PairRow key={`${pair.client.at} ${pair.server.at}`} pair={pair} tree={tree} largest={largest} />
      ))}
    </tbody>
  );
}

interface PairProps {
  readonly pair: CloudPair;
  readonly tree: MapTree;
  readonly largest: number;
}

function PairRow({ pair: { client, server, sums }, tree, largest }: PairProps) {
  const { view, linkTo } = useView();
  const palette = usePalette();
  const [bytes = 0, conversations = 0, denied = 0] = sums;
  const edge = { client: client.at, server: server.at };
  const once = onceFilter(view.filter);
  const q = edgeFilter(once, tree, edge);
  return (
    <tr>
      <td>
        <Link href={linkTo("/explore", { q, by: "client_ip,server_ip", m: "bytes", g: "sankey" })}>
          {end(client)} → {end(server)}
        </Link>
      </td>
      <td className="number">
        <Measure value={bytes} unit="bytes" />
      </td>
      <td className="number" title={fullCount(conversations)}>
        <Link className={style["quiet-link"]} href={linkTo("/conversations", { q })}>
          {humanCount(conversations)}
        </Link>
      </td>
      <td className="number">
        <DeniedCount
          count={denied}
          title="attempts"
          href={linkTo("/conversations", { q: edgeFilter(once, tree, edge, true) })}
        />
      </td>
      <td>
        <MiniBar
          share={bytes / largest}
          colour={cloudColour(client.kind === "cloud" ? client.value : server.value, palette)}
        />
      </td>
    </tr>
  );
}

function end({ kind, value }: MapBox): string {
  return kind === "cloud" ? cloudText(value) : "outside";
}
