import { ArrowDownWideNarrow, ArrowUpNarrowWide } from "lucide-react";
import { Fragment, useCallback, useMemo, useRef, useState } from "react";
import { fullCount, humanCount } from "#base/human.js";
import { rowsSource } from "../../client/panel-source.ts";
import { useTimeRange } from "../../state/time.ts";
import { AnswerNote } from "../../ui/answer-note.tsx";
import { PanelActions } from "../../ui/panel-actions.tsx";
import { Empty, Failed, Loading } from "../../ui/states.tsx";
import { ColumnChooser } from "./column-chooser.tsx";
import { FoldChips } from "./fold-chips.tsx";
import { chosenColumns, idColumns, type ShowContext } from "./row-columns.ts";
import { useRowCounts, useRowPages, type RowPages } from "./row-list.ts";
import { useRowKeys } from "./row-keys.ts";
import { RowPanel } from "./row-panel.tsx";
import { RowTable } from "./row-table.tsx";
import { unfoldText, useRowsState, type RowDataset, type RowsState } from "./rows-state.ts";
import { shownFilter } from "./shown-filter.ts";
import { spanOf } from "./span-of.ts";
import { Strip } from "./strip.tsx";
import { rowTime } from "./time-text.ts";
import { useOtherWords } from "./use-other-words.ts";
import { useFill } from "./use-fill.ts";
import style from "./rows.module.css";

/** Why there are more rows here than conversations elsewhere. */
const rowsMean: Readonly<Record<RowDataset, string>> = {
  conversations:
    "rows: a conversation has one in each hour that it ran in. Where conversations are counted, those count that began.",
  flows: "records",
};

/** Single conversations or flows, in the order of time. */
export default function RowsPage() {
  const state = useRowsState();
  const { dataset, order, question, change, view, fold } = state;
  const { setRange, step } = useTimeRange();
  const columns = useMemo(() => chosenColumns(dataset, state.columns), [dataset, state.columns]);
  const needed = useMemo(
    () => [...new Set([...idColumns[dataset], ...columns.flatMap(({ needs }) => needs)])],
    [dataset, columns],
  );
  const pages = useRowPages(question, order, needed);
  const counts = useRowCounts(question);
  const [seen, setSeen] = useState<{ readonly first: number; readonly last: number }>();
  const place = useRef<HTMLDivElement>(null);
  const height = useFill(place);
  const folded = fold.reduce((sum, name) => sum + (counts.data?.classes[name] ?? 0), 0);
  const words = useOtherWords(state);
  const seenTime = useMemo(() => spanOf(pages, seen), [pages, seen]);
  return (
    <div ref={place} className={style["page"]} style={{ height }}>
      <header className={style["head"]}>
        <h1>{dataset === "flows" ? "Flows" : "Conversations"}</h1>
        <p className={style["total"]} role="status">
          {counts.data === undefined ? (
            "…"
          ) : (
            <b title={`${fullCount(counts.data.total)} ${rowsMean[dataset]}`}>{humanCount(counts.data.total)}</b>
          )}{" "}
          {dataset === "flows" ? "records" : "rows"}
          {folded > 0 && <span title={fullCount(folded)}> and {humanCount(folded)} folded away</span>}
          {dataset === "conversations" && ", one for each hour of a conversation"}
        </p>
        <Controls state={state} shown={columns.map(({ id }) => id)} switchTo={words.switchTo} />
      </header>
      {words.left.length > 0 && <LeftOut dataset={dataset} conditions={words.left} />}
      {counts.data !== undefined && (
        <Strip counts={counts.data} timeZone={view.timeZone} seen={seenTime} onZoom={setRange} onStep={step} />
      )}
      <FoldChips
        classes={counts.data?.classes}
        fold={fold}
        onChange={(next) => change({ unfold: unfoldText(next), row: undefined })}
      />
      <div className={style["body"]}>
        <Listed
          state={state}
          pages={pages}
          columns={columns}
          total={counts.data?.total}
          folded={folded}
          onSeen={setSeen}
        />
      </div>
      {counts.data !== undefined && <AnswerNote answer={{ ...counts.data, why: "Single rows are read from it." }} />}
    </div>
  );
}

/** What the switch left out of the filter. */
function LeftOut({ dataset, conditions }: { readonly dataset: RowDataset; readonly conditions: readonly string[] }) {
  const [of, all] = dataset === "flows" ? ["conversation", "its flows"] : ["flow", "its conversation"];
  return (
    <p className={style["left"]} role="status">
      Not asked here, because it is said of a {of} and need not hold for {all}:{" "}
      {conditions.map((each, at) => (
        <Fragment key={each}>
          {at > 0 && ", "}
          <code>{each}</code>
        </Fragment>
      ))}
    </p>
  );
}

interface ControlsProps {
  readonly state: RowsState;
  readonly shown: readonly string[];
  readonly switchTo: (dataset: RowDataset) => Promise<void>;
}

function Controls({ state, shown, switchTo }: ControlsProps) {
  const { dataset, order, change } = state;
  const isNewest = order === "newest";
  const { filter, from, to } = state.question;
  const source = rowsSource({ dataset, filter: shownFilter(filter, state.fold), from, to });
  return (
    <div className={style["controls"]}>
      <div className={style["switch"]} role="group" aria-label="Rows of">
        {(["conversations", "flows"] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={dataset === each}
            title={
              each === "flows"
                ? "What the logs said, record by record"
                : "What client and server said to each other, counted once"
            }
            onClick={() => void switchTo(each)}
          >
            {each === "flows" ? "Flows" : "Conversations"}
          </button>
        ))}
      </div>
      <button
        type="button"
        className="button"
        title="Turn the order around"
        onClick={() => change({ order: isNewest ? "oldest" : undefined })}
      >
        {isNewest ? (
          <ArrowDownWideNarrow size={15} aria-hidden="true" />
        ) : (
          <ArrowUpNarrowWide size={15} aria-hidden="true" />
        )}
        {isNewest ? "Newest first" : "Oldest first"}
      </button>
      <ColumnChooser dataset={dataset} shown={shown} onChange={(ids) => change({ cols: ids?.join(",") })} />
      <PanelActions title={dataset === "flows" ? "Flows" : "Conversations"} source={source} />
    </div>
  );
}

interface ListedProps {
  readonly state: RowsState;
  readonly pages: RowPages;
  readonly columns: ReturnType<typeof chosenColumns>;
  readonly total: number | undefined;
  /** Rows that match and are not shown for what they are. */
  readonly folded: number;
  readonly onSeen: (seen: { readonly first: number; readonly last: number }) => void;
}

/** Why there are no rows, and what to do. */
function NoRows({ folded, onUnfold }: { readonly folded: number; readonly onUnfold: () => void }) {
  if (folded === 0)
    return (
      <Empty title="Nothing in this time that matches.">Widen the time, or take a condition out of the filter.</Empty>
    );
  return (
    <Empty
      title={
        folded === 1
          ? "The one row that matches is folded away."
          : `All ${fullCount(folded)} rows that match are folded away.`
      }
    >
      <button type="button" className="button" onClick={onUnfold}>
        Show {folded === 1 ? "it" : "them"}
      </button>
    </Empty>
  );
}

/** The table, in all of its states, and the panel of the row that is chosen. */
function Listed({ state, pages, columns, total, folded, onSeen }: ListedProps) {
  const { dataset, chosen, change, view } = state;
  const { list, error, isOld, loadMore, restart } = pages;
  const [held, setHeld] = useState({ of: listKey(state), at: -1 });
  const key = listKey(state);
  const active = held.of === key ? held.at : -1;
  const setActive = useCallback((at: number) => setHeld({ of: key, at }), [key]);
  const context = useMemo<ShowContext>(
    () => ({ names: (text) => list?.nameOf(text), timeText: (iso) => rowTime(iso, view.timeZone) }),
    [list, view.timeZone],
  );
  const openRow = useCallback(
    (index: number, isStep = false): void => {
      const row = list?.row(index);
      if (list === undefined || row === undefined) return;
      setActive(index);
      change({ row: list.wordOf(row) }, { replace: isStep });
    },
    [list, change, setActive],
  );
  const close = useCallback(() => change({ row: undefined, tab: undefined }), [change]);
  const go = useRowKeys({ list, active, chosen, openRow, close });
  const see = useCallback((first: number, last: number) => onSeen({ first, last }), [onSeen]);
  if (error !== null && (list === undefined || list.length === 0)) return <Failed error={error} retry={restart} />;
  if (list === undefined) return <Loading what={dataset} />;
  return (
    <>
      <div className={`${style["table"]} ${isOld ? style["old"] : ""}`} aria-busy={isOld}>
        {list.length === 0 ? (
          <NoRows folded={folded} onUnfold={() => change({ unfold: unfoldText([]), row: undefined })} />
        ) : (
          <RowTable
            list={list}
            columns={columns}
            context={context}
            active={active}
            chosen={chosen}
            total={total}
            label={dataset === "flows" ? "Flows" : "Conversations"}
            onActive={setActive}
            onOpen={openRow}
            onNearEnd={loadMore}
            onSeen={see}
          />
        )}
        {error !== null && list.length > 0 && <Failed error={error} retry={restart} />}
      </div>
      {chosen !== undefined && <RowPanel state={state} word={chosen} onGo={go} onClose={close} />}
    </>
  );
}

/** Which list it is: the keyboard's place is one in a list, and a new one begins without. */
function listKey({ question, order }: RowsState): string {
  return JSON.stringify([question, order]);
}
