import { ChevronDown, ChevronRight } from "lucide-react";
import { memo } from "react";
import { counted, humanBytes, humanCount } from "#base/human.js";
import { headerHeight, type Rect } from "./map-layout.ts";
import { boxLabel, hasOwnValue, kindText, shortId, type MapBox, type Sums } from "./map-tree.ts";
import style from "./map.module.css";

interface BoxProps {
  readonly box: MapBox;
  readonly rect: Rect;
  readonly zoom: number;
  readonly isOpen: boolean;
  readonly isFocus: boolean;
  readonly isFound: boolean;
  /** All that touches it. */
  readonly sums: Sums;
}

/** A box that is closed, or the title of one that is open. Its events are heard by the tree around it. */
export const BoxView = memo(function BoxView({ box, rect, zoom, isOpen, isFocus, isFound, sums }: BoxProps) {
  const label = boxLabel(box);
  const height = (isOpen ? headerHeight(box) : rect.height) * zoom;
  const width = rect.width * zoom;
  const holds = box.children.length > 0;
  const isReadable = width > 34 && height > 11;
  const isRoomy = !isOpen && height > 58 && width > 100;
  return (
    <div
      role="treeitem"
      data-at={box.at}
      data-kind={box.kind}
      aria-level={box.depth + 1}
      aria-expanded={holds ? isOpen : undefined}
      aria-selected={isFound}
      tabIndex={isFocus ? 0 : -1}
      className={`${style["box"]} ${isOpen ? style["open"] : ""} ${isFound ? style["found"] : ""}`}
      style={{
        left: rect.x * zoom,
        top: rect.y * zoom,
        width,
        height,
        fontSize: Math.min(isOpen ? 15 - box.rank : 13, Math.max(8, height * (isOpen ? 0.46 : 0.5))),
      }}
    >
      {/* Its name: a label of other words than those that are seen is hard to say for who speaks to the page. */}
      <span className="visually-hidden">{boxText(box, isOpen ? undefined : sums)}</span>
      {isReadable && (
        <>
          <span className={style["title"]} aria-hidden="true">
            {holds && (
              <span data-toggle="" aria-hidden="true" className={style["toggle"]}>
                {isOpen ? <ChevronDown size="1.1em" /> : <ChevronRight size="1.1em" />}
              </span>
            )}
            <span className={style["label"]}>{label}</span>
            {width > 180 && hasOwnValue(box) && <span className={style["value"]}>{shortId(box.value)}</span>}
          </span>
          {isRoomy && <BoxNumbers box={box} sums={sums} />}
        </>
      )}
    </div>
  );
});

function BoxNumbers({ box, sums: [bytes = 0, conversations = 0, denied = 0] }: Pick<BoxProps, "box" | "sums">) {
  return (
    <span className={style["numbers"]} aria-hidden="true">
      {box.children.length > 0 && (
        <span>
          {kindText(box)} · {counted(box.leaves, "box", "boxes")}
        </span>
      )}
      <span>
        {humanBytes(bytes)} · {humanCount(conversations)}
      </span>
      {denied > 0 && <span className={style["denied"]}>{humanCount(denied)} denied</span>}
    </span>
  );
}

/** The box in words, for who cannot see it. What passes an open one is told by those inside. */
function boxText(box: MapBox, sums: Sums | undefined): string {
  const label = boxLabel(box);
  const id = hasOwnValue(box) ? ` ${shortId(box.value)}` : "";
  const inside = box.children.length > 0 ? `, ${counted(box.leaves, "box", "boxes")} inside` : "";
  if (sums === undefined) return `${label}${id}, ${kindText(box)}${inside}`;
  const [bytes = 0, conversations = 0, denied = 0] = sums;
  const refused = denied > 0 ? `, ${humanCount(denied)} denied` : "";
  return `${label}${id}, ${kindText(box)}${inside}, ${humanBytes(bytes)}, ${humanCount(conversations)} conversations${refused}`;
}
