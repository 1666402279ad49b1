import { Maximize, Minus, Plus } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { MapBoxes } from "./map-boxes.tsx";
import { BridgeLabel } from "./map-bridges.tsx";
import { MapCamera, type Size } from "./map-camera.ts";
import { BoxCard, EdgeCard } from "./map-card.tsx";
import { EdgesView } from "./map-edges.tsx";
import { layoutMap } from "./map-layout.ts";
import { BoxMenu, type MenuPlace } from "./map-menu.tsx";
import { placed, type MapScene } from "./map-scene.ts";
import type { ShownEdge } from "./map-shown.ts";
import type { MapState } from "./map-state.ts";
import type { MapBox } from "./map-tree.ts";
import { useHover, type Hovered } from "./use-hover.ts";
import { useWalk } from "./use-walk.ts";
import style from "./map.module.css";

interface MapViewProps {
  readonly scene: MapScene;
  readonly state: MapState;
  /** The box that was looked for; a new object each time, so that it is shown again. */
  readonly found: { readonly at: number } | undefined;
  readonly openEdge: (edge: Pick<ShownEdge, "client" | "server">) => void;
}

/** The map itself: boxes in boxes, edges on a canvas between them; drag to pan, wheel to zoom, keys to walk. */
export function MapView({ scene, state, found, openEdge }: MapViewProps) {
  const { tree, shown } = scene;
  const { root, measure, deniedOnly, crossOnly, least, toggle, stepInto } = state;
  const viewport = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const [camera] = useState(() => new MapCamera());
  const { drawn, size } = useSyncExternalStore(camera.subscribe, camera.view);
  const [focus, setFocus] = useState<number>();
  const [menu, setMenu] = useState<MenuPlace>();
  const choice = useMemo(() => ({ measure, deniedOnly, crossOnly, least }), [measure, deniedOnly, crossOnly, least]);
  const layout = useMemo(() => layoutMap(tree, root, shown), [tree, root, shown]);
  const drawing = useMemo(() => placed(scene, layout, choice, root), [scene, layout, choice, root]);
  const { hovered, lit } = useHover(viewport, card, drawing.lines, camera.now);
  const wanted = [focus, found?.at].find((each) => shown.boxes.some(({ at }) => at === each));
  const focused = wanted ?? shown.boxes[0]?.at;

  useEffect(() => {
    if (viewport.current === null || layer.current === null) return undefined;
    return camera.attach(viewport.current, layer.current);
  }, [camera]);
  // In the turn in which elements of the new zoom are there: nothing jumps.
  useLayoutEffect(() => camera.layerDrawn(drawn.zoom), [camera, drawn]);
  useEffect(() => camera.fitOnce(layout.key, layout, size), [camera, layout, size]);
  useEffect(() => {
    const rect = found === undefined ? undefined : layout.rects.get(found.at);
    if (found !== undefined && rect !== undefined) camera.showOnce(found, rect, size);
  }, [camera, found, layout, size]);

  const openMenu = useCallback((box: MapBox, x: number, y: number): void => {
    const around = viewport.current?.getBoundingClientRect();
    if (around !== undefined) setMenu({ box, x: x - around.left, y: y - around.top });
  }, []);
  const walkTo = useCallback(
    (box: MapBox): void => {
      const rect = layout.rects.get(box.at);
      if (rect !== undefined && !camera.isSeen(rect)) camera.showPlace(rect);
      setFocus(box.at);
      viewport.current?.querySelector<HTMLElement>(`[data-at="${box.at}"]`)?.focus({ preventScroll: true });
    },
    [layout, camera],
  );
  const toggleOne = useCallback((box: MapBox) => toggle([box]), [toggle]);
  const walk = useWalk({ shown, focus: focused, go: walkTo, toggle: toggleOne, openMenu });
  useEdgeClick(viewport, hovered, camera, openEdge);
  useZoomKeys(viewport, camera, layout);

  const press = (box: MapBox, isToggle: boolean, x: number, y: number): void => {
    if (camera.isDragged()) return;
    setFocus(box.at);
    if (isToggle) toggle([box]);
    else openMenu(box, x, y);
  };
  return (
    <div ref={viewport} className={`${style["viewport"]} ${hovered?.kind === "edge" ? style["onEdge"] : ""}`}>
      <div ref={layer} className={`${style["layer"]} ${hovered === undefined ? "" : style["dimming"]}`}>
        <MapBoxes {...{ scene, layout, drawn, size, focused, press, walk }} found={found?.at}>
          <EdgesView lines={drawing.lines} lit={lit} choice={choice} camera={drawn} size={size} />
        </MapBoxes>
        {drawing.bridges.map(({ bridge, x, y, isForward }) => (
          <div
            key={bridge.key}
            className={style["bridge"]}
            data-way={isForward ? "there" : "back"}
            style={{ left: x * drawn.zoom, top: y * drawn.zoom }}
          >
            <BridgeLabel bridge={bridge} tree={tree} open={openEdge} />
          </div>
        ))}
      </div>
      <div ref={card} className={style["card"]} hidden={hovered === undefined || menu !== undefined}>
        {hovered !== undefined && <HoverCard hovered={hovered} scene={scene} />}
      </div>
      {menu !== undefined && (
        <BoxMenu
          key={`${menu.box.at} ${menu.x} ${menu.y}`}
          place={menu}
          isOpen={shown.open.has(menu.box.at)}
          close={() => setMenu(undefined)}
          toggle={toggleOne}
          stepInto={stepInto}
        />
      )}
      <ZoomButtons camera={camera} whole={layout} />
    </div>
  );
}

/** A click on an edge shows its conversations. Edges are drawn and no elements: the table has a button for each. */
function useEdgeClick(
  viewport: React.RefObject<HTMLDivElement | null>,
  hovered: Hovered | undefined,
  camera: MapCamera,
  openEdge: MapViewProps["openEdge"],
): void {
  useEffect(() => {
    const place = viewport.current;
    if (place === null || hovered?.kind !== "edge") return undefined;
    const click = (): void => {
      if (!camera.isDragged()) openEdge(hovered.line.edge);
    };
    place.addEventListener("click", click);
    return () => place.removeEventListener("click", click);
  }, [viewport, hovered, camera, openEdge]);
}

/** Plus and minus zoom, 0 shows all. */
function useZoomKeys(viewport: React.RefObject<HTMLDivElement | null>, camera: MapCamera, whole: Size): void {
  useEffect(() => {
    const place = viewport.current;
    if (place === null) return undefined;
    const keys = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "+" || event.key === "=") camera.zoomAt(1.3);
      else if (event.key === "-") camera.zoomAt(1 / 1.3);
      else if (event.key === "0") camera.fit(whole);
    };
    place.addEventListener("keydown", keys);
    return () => place.removeEventListener("keydown", keys);
  }, [viewport, camera, whole]);
}

function ZoomButtons({ camera, whole }: { readonly camera: MapCamera; readonly whole: Size }) {
  return (
    <div className={style["zoom"]}>
      <button
        type="button"
        className="button"
        aria-label="Zoom in"
        title="Zoom in (+)"
        onClick={() => camera.zoomAt(1.3)}
      >
        <Plus size={15} />
      </button>
      <button
        type="button"
        className="button"
        aria-label="Zoom out"
        title="Zoom out (-)"
        onClick={() => camera.zoomAt(1 / 1.3)}
      >
        <Minus size={15} />
      </button>
      <button
        type="button"
        className="button"
        aria-label="Show all"
        title="Show all (0)"
        onClick={() => camera.fit(whole)}
      >
        <Maximize size={15} />
      </button>
    </div>
  );
}

function HoverCard({ hovered, scene }: { readonly hovered: Hovered; readonly scene: MapScene }) {
  const { tree, sent, received, edges } = scene;
  if (hovered.kind === "edge") {
    const { edge } = hovered.line;
    const [client, server] = [tree.boxes[edge.client], tree.boxes[edge.server]];
    return client === undefined || server === undefined ? null : <EdgeCard {...{ edge, client, server }} />;
  }
  const box = tree.boxes[hovered.at];
  if (box === undefined) return null;
  const [out, back] = [sent.get(box.at) ?? [], received.get(box.at) ?? []];
  return <BoxCard box={box} sent={out} received={back} inside={edges.inside.get(box.at)} />;
}
