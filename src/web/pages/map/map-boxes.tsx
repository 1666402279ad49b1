import type { KeyboardEvent, MouseEvent, ReactNode } from "react";
import { BoxView } from "./map-box.tsx";
import type { Camera, Size } from "./map-camera.ts";
import type { MapLayout, Rect } from "./map-layout.ts";
import { touching, type MapScene } from "./map-scene.ts";
import { boxLabel, type MapBox } from "./map-tree.ts";
import style from "./map.module.css";

interface BoxesProps {
  readonly scene: MapScene;
  readonly layout: MapLayout;
  readonly drawn: Camera;
  readonly size: Size;
  readonly focused: number | undefined;
  readonly found: number | undefined;
  readonly press: (box: MapBox, isToggle: boolean, x: number, y: number) => void;
  readonly walk: (event: KeyboardEvent) => void;
  /** Drawn over the frames of open boxes and under all others. */
  readonly children: ReactNode;
}

/** Boxes as a tree of elements: what is in sight or near it. */
export function MapBoxes({ scene, layout, drawn, size, focused, found, press, walk, children }: BoxesProps) {
  const { shown, tree } = scene;
  const seen = shown.boxes.filter(({ at }) => at === focused || isNear(layout.rects.get(at), drawn, size));
  const click = (event: MouseEvent): void => {
    const { target, clientX, clientY } = event;
    const element = target instanceof Element ? target.closest<HTMLElement>("[data-at]") : null;
    const box = element === null ? undefined : tree.boxes[Number(element.dataset["at"])];
    if (box === undefined || !(target instanceof Element)) return;
    press(box, target.closest("[data-toggle]") !== null, clientX, clientY);
  };
  return (
    <>
      {seen.map(({ at, kind }) => {
        const rect = layout.rects.get(at);
        if (rect === undefined || !shown.open.has(at)) return null;
        return (
          <div
            key={at}
            aria-hidden="true"
            data-kind={kind}
            className={style["frame"]}
            style={scaled(rect, drawn.zoom)}
          />
        );
      })}
      {children}
      <div role="tree" aria-label="Map" tabIndex={-1} className={style["tree"]} onKeyDown={walk} onClick={click}>
        {seen.map((box) => {
          const rect = layout.rects.get(box.at);
          const around = tree.boxes[box.parent];
          return rect === undefined ? null : (
            <BoxView
              key={box.at}
              box={box}
              rect={rect}
              zoom={drawn.zoom}
              isOpen={shown.open.has(box.at)}
              isFocus={box.at === focused}
              isFound={box.at === found}
              around={around === undefined ? "" : boxLabel(around)}
              sums={touching(scene, box.at)}
            />
          );
        })}
      </div>
    </>
  );
}

function scaled({ x, y, width, height }: Rect, zoom: number): React.CSSProperties {
  return { left: x * zoom, top: y * zoom, width: width * zoom, height: height * zoom };
}

/** In sight, or not far from it: the others need no elements. */
function isNear(rect: Rect | undefined, { x, y, zoom }: Camera, size: Size): boolean {
  if (rect === undefined) return false;
  const [left, top] = [rect.x * zoom + x, rect.y * zoom + y];
  return (
    left < 2 * size.width &&
    top < 2 * size.height &&
    left + rect.width * zoom > -size.width &&
    top + rect.height * zoom > -size.height
  );
}
