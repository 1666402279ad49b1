import { useCallback, useMemo, useState } from "react";
import type { MapJson } from "#api/contract/index.js";
import { humanShare } from "#base/human.js";
import { mapQuestion, useMap } from "../../client/map.ts";
import { useView } from "../../state/view.ts";
import { AnswerNote } from "../../ui/answer-note.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { BridgeStrip } from "./map-bridges.tsx";
import { edgeFilter } from "./map-filter.ts";
import { MapFind } from "./map-find.tsx";
import { MOST_DRAWN, mapScene } from "./map-scene.ts";
import { chosenEdges, isOpen, isUnder, sizeOf, type ShownEdge } from "./map-shown.ts";
import { useIsCompared, useMapState } from "./map-state.ts";
import { MapTable } from "./map-table.tsx";
import { MapToolbar } from "./map-toolbar.tsx";
import { boxLabel, mapTree, pathOf, type MapBox, type MapTree } from "./map-tree.ts";
import { MapView } from "./map-view.tsx";
import style from "./map.module.css";

/** Who talks to whom: clouds, accounts, networks, subnets and workloads as boxes in boxes. */
export default function MapPage() {
  const { view } = useView();
  const isCompared = useIsCompared();
  const { data, error, refetch, isPlaceholderData } = useMap({
    ...mapQuestion(view),
    ...(isCompared && { compare: true }),
  });
  if (error !== null) return <Failed error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the map" />;
  if (data.nodes.length === 0)
    return <Empty title="Nothing in this time that matches.">Widen the time or the filter.</Empty>;
  return <LoadedMap map={data} isOld={isPlaceholderData} />;
}

function LoadedMap({ map, isOld }: { readonly map: MapJson; readonly isOld: boolean }) {
  const { view, go } = useView();
  const tree = useMemo(() => mapTree(map), [map]);
  const state = useMapState(tree);
  const { root, openState, reveal, stepInto } = state;
  const [found, setFound] = useState<{ readonly at: number }>();
  const scene = useMemo(() => mapScene(tree, root, openState), [tree, root, openState]);
  const chosen = useMemo(() => chosenEdges(scene.edges.edges, state), [scene, state]);

  const { deniedOnly } = state;
  const openEdge = useCallback(
    (edge: Pick<ShownEdge, "client" | "server">): void =>
      go("/conversations", { q: edgeFilter(view.filter, tree, edge, deniedOnly) }),
    [go, view.filter, tree, deniedOnly],
  );
  const find = (box: MapBox): void => {
    const leavesRoot = root !== undefined && !isUnder(tree, box.at, root);
    const closed = pathOf(tree, box.at)
      .slice(1)
      .filter((around) => around.at !== root && !isOpen(around, openState));
    if (closed.length > 0 || leavesRoot) reveal(closed, leavesRoot);
    setFound({ at: box.at });
  };
  return (
    <div className={style["page"]} aria-busy={isOld}>
      <h1 className="visually-hidden">Map</h1>
      <MapToolbar state={state} find={<MapFind tree={tree} find={find} />} />
      <BridgeStrip bridges={scene.bridges} tree={tree} open={openEdge} />
      {root !== undefined && <Crumbs tree={tree} root={root} stepInto={stepInto} />}
      {state.isTable ? (
        <MapTable scene={scene} state={state} edges={chosen} openEdge={openEdge} />
      ) : (
        <MapView scene={scene} state={state} found={found} openEdge={openEdge} />
      )}
      <footer className={style["foot"]}>
        <span>
          {Math.min(chosen.length, MOST_DRAWN)} of {scene.edges.edges.length} edges drawn
          {chosen.length > MOST_DRAWN && ", the others when their box is pointed at"}
          {hiddenShare(chosen, scene.edges.edges, state.measure)}
        </span>
        <AnswerNote answer={map} />
      </footer>
    </div>
  );
}

function hiddenShare(
  chosen: readonly ShownEdge[],
  all: readonly ShownEdge[],
  measure: Parameters<typeof sizeOf>[1],
): string {
  if (chosen.length === all.length) return "";
  const sum = (edges: readonly ShownEdge[]): number =>
    edges.reduce((total, { sums }) => total + sizeOf(sums, measure), 0);
  const total = sum(all);
  return total === 0 ? "" : `, ${humanShare(1 - sum(chosen) / total)} of ${measure} hidden`;
}

/** The way from everything to the root; each part leads back. */
function Crumbs({
  tree,
  root,
  stepInto,
}: {
  readonly tree: MapTree;
  readonly root: number;
  readonly stepInto: (box: MapBox | undefined) => void;
}) {
  const path = pathOf(tree, root).toReversed();
  return (
    <nav aria-label="Where the map is" className={style["crumbs"]}>
      <button type="button" className="button button-quiet" onClick={() => stepInto(undefined)}>
        Everything
      </button>
      {path.map((box) => (
        <span key={box.at}>
          <span aria-hidden="true">/</span>
          <button
            type="button"
            className="button button-quiet"
            aria-current={box.at === root ? "location" : undefined}
            onClick={() => stepInto(box)}
          >
            {boxLabel(box)}
          </button>
        </span>
      ))}
    </nav>
  );
}
