import { Maximize, Minus, Plus } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { HoverStore, type Hovered } from "./hover-store.ts";
import { MapBoxes } from "./map-boxes.tsx";
import { BridgeLabel } from "./map-bridges.tsx";
import { MapCamera, type Size } from "./map-camera.ts";
import { BoxCard, EdgeCard } from "./map-card.tsx";
import { EdgesView, LitEdges } from "./map-edges.tsx";
import { layoutMap } from "./map-layout.ts";
import { BoxMenu, type MenuPlace } from "./map-menu.tsx";
import { placed, type MapScene } from "./map-scene.ts";
import type { ShownEdge } from "./map-shown.ts";
import type { MapState } from "./map-state.ts";
import type { MapBox } from "./map-tree.ts";
import { useHover } from "./use-hover.ts";
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
  const [hover] = useState(() => new HoverStore());
  const { drawn, size } = useSyncExternalStore(camera.subscribe, camera.view);
  const [focus, setFocus] = useState<number>();
  const [menu, setMenu] = useState<MenuPlace>();
  const choice = useMemo(() => ({ measure, deniedOnly, crossOnly, least }), [measure, deniedOnly, crossOnly, least]);
  const layout = useMemo(() => layoutMap(tree, root, shown), [tree, root, shown]);
  const drawing = useMemo(() => placed(scene, layout, choice, root), [scene, layout, choice, root]);
  useHover({ viewport, card, hover, camera, drawing, openEdge });
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
  useZoomKeys(viewport, camera, layout);

  const press = (box: MapBox, isToggle: boolean, x: number, y: number): void => {
    if (camera.isDragged()) return;
    setFocus(box.at);
    if (isToggle) toggle([box]);
    else openMenu(box, x, y);
  };
  return (
    <div ref={viewport} className={style["viewport"]}>
      <div ref={layer} className={style["layer"]}>
        <MapBoxes {...{ scene, layout, drawn, size, focused, press, walk }} found={found?.at}>
          <EdgesView drawing={drawing} choice={choice} camera={drawn} size={size} />
          <LitEdges drawing={drawing} choice={choice} camera={drawn} size={size} hover={hover} />
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
      <div ref={card} className={style["cardPlace"]} hidden={menu !== undefined}>
        <HoverCard hover={hover} scene={scene} />
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

/** The numbers of what is looked at, beside the pointer. */
function HoverCard({ hover, scene }: { readonly hover: HoverStore; readonly scene: MapScene }) {
  const hovered = useSyncExternalStore(hover.subscribe, hover.now)?.hovered;
  return hovered === undefined ? null : (
    <div className={style["card"]}>
      <CardOf hovered={hovered} scene={scene} />
    </div>
  );
}

function CardOf({ hovered, scene }: { readonly hovered: Hovered; readonly scene: MapScene }) {
  const { tree, totals } = scene;
  if (hovered.kind === "edge") {
    const { edge } = hovered.line;
    const [client, server] = [tree.boxes[edge.client], tree.boxes[edge.server]];
    return client === undefined || server === undefined ? null : <EdgeCard {...{ edge, client, server }} />;
  }
  const box = tree.boxes[hovered.at];
  const sums = totals[hovered.at];
  return box === undefined || sums === undefined ? null : <BoxCard box={box} {...sums} />;
}
