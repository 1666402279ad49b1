import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useMemo, useRef, type KeyboardEvent, type MouseEvent } from "react";
import type { JsonCell } from "#api/contract/index.js";
import { openValueMenu } from "../../ui/value-menu.tsx";
import { groupsOf, type RowColumn, type ShowContext, type Shown } from "./row-columns.ts";
import type { RowList } from "./row-list.ts";
import style from "./row-table.module.css";

/** Pixels; the stylesheet has the same. */
const ROW_HEIGHT = 28;
const HEAD_HEIGHT = 54;
/** Milliseconds after which rows that stand still count as seen. */
const SEEN_MS = 100;
/** The next page is asked for when so few rows are left below. */
const AHEAD = 300;

interface RowTableProps {
  readonly list: RowList;
  readonly columns: readonly RowColumn[];
  readonly context: ShowContext;
  /** The row that the keyboard is at, by number. */
  readonly active: number;
  readonly chosen: string | undefined;
  /** All rows that there are, as far as they were counted. */
  readonly total: number | undefined;
  readonly label: string;
  readonly onActive: (index: number) => void;
  readonly onOpen: (index: number) => void;
  readonly onNearEnd: () => void;
  /** The first and the last row that are seen. */
  readonly onSeen: (first: number, last: number) => void;
}

/** A table that draws only the rows that are seen. Its cells are plain buttons that share one menu. */
export function RowTable(props: RowTableProps) {
  const { list, columns, context, active, chosen, total, label, onActive, onOpen, onNearEnd, onSeen } = props;
  const place = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing that it returns is memoised here
  const rows = useVirtualizer({
    count: list.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 16,
    paddingStart: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    useFlushSync: false,
  });
  const width = useMemo(() => columns.reduce((sum, column) => sum + column.width, 0), [columns]);
  const items = rows.getVirtualItems();
  const [first, last] = [rows.range?.startIndex ?? 0, rows.range?.endIndex ?? 0];
  useEffect(() => {
    // While rows fly by, nobody wants to know which are seen.
    const timer = setTimeout(() => onSeen(first, last), SEEN_MS);
    return () => clearTimeout(timer);
  }, [first, last, onSeen]);
  useEffect(() => {
    if (last >= list.length - AHEAD) onNearEnd();
  }, [last, list.length, onNearEnd]);
  useEffect(() => {
    if (active >= 0) rows.scrollToIndex(active);
  }, [active, rows]);
  const open = (event: MouseEvent): void => {
    const index = indexAt(event.target);
    if (index === undefined) return;
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    onActive(index);
    const shown =
      button === null ? undefined : shownAt(list, columns, context, index, Number(button.dataset["column"]));
    if (button !== null && shown?.field !== undefined)
      void openValueMenu({ field: shown.field, value: shown.value ?? null, name: shown.name }, button);
    else onOpen(index);
  };
  const press = (event: KeyboardEvent): void => {
    const page = Math.max(1, last - first - 1);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const step = steps[event.key];
    const isInCell = event.target !== place.current;
    if (step !== undefined) onActive(Math.min(list.length - 1, Math.max(0, active + step)));
    else if (event.key === "Home") onActive(0);
    else if (event.key === "End") onActive(list.length - 1);
    else if (event.key === "Enter" && !isInCell && active >= 0) onOpen(active);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={place}
      className={style["place"]}
      role="grid"
      aria-label={label}
      aria-rowcount={total ?? -1}
      aria-colcount={columns.length}
      aria-activedescendant={active >= 0 ? `row-${active}` : undefined}
      tabIndex={0}
      onClick={open}
      onKeyDown={press}
    >
      <div className={style["rows"]} style={{ height: rows.getTotalSize(), width }} role="presentation">
        <Head columns={columns} width={width} />
        <div role="rowgroup">
          {items.map(({ index, start }) => {
            const row = list.row(index);
            return row === undefined ? null : (
              <Row
                key={index}
                row={row}
                list={list}
                columns={columns}
                context={context}
                index={index}
                top={start}
                isActive={index === active}
                isChosen={chosen !== undefined && list.wordOf(row) === chosen}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

const Head = memo(function Head({
  columns,
  width,
}: {
  readonly columns: readonly RowColumn[];
  readonly width: number;
}) {
  return (
    <div className={style["head"]} style={{ width }} role="rowgroup">
      <div className={style["groups"]} role="row">
        {groupsOf(columns).map((group) => (
          <span
            key={group.title}
            role="columnheader"
            aria-colspan={group.columns}
            className={style["group"]}
            style={{ width: group.width }}
          >
            {group.title}
          </span>
        ))}
      </div>
      <div className={style["headings"]} role="row">
        {columns.map(({ id, heading, width: own, isNumber }) => (
          <span
            key={id}
            role="columnheader"
            className={isNumber === true ? style["number"] : undefined}
            style={{ width: own }}
          >
            {heading}
          </span>
        ))}
      </div>
    </div>
  );
});

interface RowProps {
  readonly row: readonly JsonCell[];
  readonly list: RowList;
  readonly columns: readonly RowColumn[];
  readonly context: ShowContext;
  readonly index: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly isChosen: boolean;
}

/** One row. A new page makes a new list, and no row that was drawn is another one then. */
const Row = memo(
  function Row({ row, list, columns, context, index, top, isActive, isChosen }: RowProps) {
    const verdict = list.cell(row, list.dataset === "flows" ? "action" : "verdict");
    return (
      <div
        id={`row-${index}`}
        role="row"
        aria-rowindex={index + 3}
        aria-selected={isChosen}
        className={style["row"]}
        data-index={index}
        data-active={isActive}
        data-ink={
          verdict === "denied" || verdict === "dropped" || verdict === "deny" || verdict === "drop"
            ? "denied"
            : undefined
        }
        style={{ transform: `translateY(${top}px)` }}
      >
        {columns.map((column, at) => {
          const shown = column.show((name) => list.cell(row, name), context);
          return (
            <span
              key={column.id}
              role="gridcell"
              className={column.isNumber === true ? style["number"] : undefined}
              style={{ width: column.width }}
            >
              <CellContent shown={shown} at={at} isReachable={isActive} />
            </span>
          );
        })}
      </div>
    );
  },
  (before, after) =>
    before.row === after.row &&
    before.columns === after.columns &&
    before.context === after.context &&
    before.index === after.index &&
    before.top === after.top &&
    before.isActive === after.isActive &&
    before.isChosen === after.isChosen,
);

function CellContent({
  shown,
  at,
  isReachable,
}: {
  readonly shown: Shown;
  readonly at: number;
  readonly isReachable: boolean;
}) {
  const { text, name, title, field, isFaint = false } = shown;
  if (text === "") return <span className={style["nothing"]}>–</span>;
  const content =
    name === undefined ? (
      text
    ) : (
      <>
        <b>{name}</b> <i>{text}</i>
      </>
    );
  if (field === undefined)
    return (
      <span title={title} className={isFaint ? style["nothing"] : undefined}>
        {content}
      </span>
    );
  return (
    <button
      type="button"
      tabIndex={isReachable ? 0 : -1}
      data-column={at}
      aria-haspopup="menu"
      title={title ?? (name === undefined ? text : `${name} ${text}`)}
    >
      {content}
    </button>
  );
}

function indexAt(target: EventTarget): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
  return row === null ? undefined : Number(row.dataset["index"]);
}

function shownAt(
  list: RowList,
  columns: readonly RowColumn[],
  context: ShowContext,
  index: number,
  at: number,
): Shown | undefined {
  const row = list.row(index);
  return row === undefined ? undefined : columns[at]?.show((name) => list.cell(row, name), context);
}
