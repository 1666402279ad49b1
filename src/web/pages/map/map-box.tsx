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
  /** What the box around it is called: its own label need not say that again. */
  readonly around: string;
  /** All that touches it. */
  readonly sums: Sums;
}

/** A box that is closed, or the title of one that is open. Its events are heard by the tree around it. */
export const BoxView = memo(function BoxView({ box, rect, zoom, isOpen, isFocus, isFound, around, sums }: BoxProps) {
  const label = boxLabel(box);
  const height = (isOpen ? headerHeight(box) : rect.height) * zoom;
  const width = rect.width * zoom;
  const holds = box.children.length > 0;
  const isReadable = width > 34 && height > 11;
  const lines = 2 + (holds ? 1 : 0) + ((sums[2] ?? 0) > 0 ? 1 : 0);
  const isRoomy = !isOpen && height > 12 + lines * LINE && width > 100;
  const shown = isOpen ? label : innerLabel(label, around);
  const largest = Math.min(13, Math.max(8, height * 0.5));
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
        fontSize: isOpen
          ? Math.min(15 - box.rank, Math.max(8, height * 0.46))
          : fittingSize(shown, width - (holds ? 36 : 16), largest),
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
            <span className={style["label"]}>{shown}</span>
            {width > 180 && hasOwnValue(box) && <span className={style["value"]}>{shortId(box.value)}</span>}
          </span>
          {isRoomy && <BoxNumbers box={box} sums={sums} isWide={width > 140} />}
        </>
      )}
    </div>
  );
});

/** The height of a line of numbers, and what a letter of a label takes of its size at most. */
const LINE = 14;
const LETTER = 0.6;

/** The size at which a label is not cut, or the smallest that can be read. */
function fittingSize(label: string, width: number, largest: number): number {
  return Math.max(Math.min(largest, 9), Math.min(largest, width / (label.length * LETTER)));
}

/** A label without what the box around it is called already: `desktops` for `corp desktops` in `corp`. */
function innerLabel(label: string, around: string): string {
  const isAgain = around !== "" && label.length > around.length + 1 && label.startsWith(`${around} `);
  return isAgain ? label.slice(around.length + 1) : label;
}

interface NumbersProps extends Pick<BoxProps, "box" | "sums"> {
  readonly isWide: boolean;
}

function BoxNumbers({ box, sums: [bytes = 0, conversations = 0, denied = 0], isWide }: NumbersProps) {
  return (
    <span className={style["numbers"]} aria-hidden="true">
      {box.children.length > 0 && (
        <span>
          {isWide && <>{kindText(box)} · </>}
          {counted(box.leaves, "box", "boxes")}
        </span>
      )}
      <span>
        {humanBytes(bytes)}
        {isWide && <> · {humanCount(conversations)}</>}
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
