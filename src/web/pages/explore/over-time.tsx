import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { AnswerJson } from "#api/contract/index.js";
import type { DrawnSeries } from "../../chart/drawn.ts";
import { gapStretches } from "../../chart/gaps.ts";
import { HeatMap } from "../../chart/heat-map.tsx";
import { usePalette } from "../../chart/palette.ts";
import { seriesFrom } from "../../chart/series.ts";
import { SeriesPick } from "../../chart/series-pick.tsx";
import { TimeChart } from "../../chart/time-chart.tsx";
import { useLogged } from "../../chart/use-logged.ts";
import { fieldText } from "../../state/fields.ts";
import { useTimeRange } from "../../state/time.ts";
import { useView } from "../../state/view.ts";
import { Value } from "../../ui/value.tsx";
import { narrowed } from "../../state/filter-edit.ts";
import { dimensionHeading, measureInfo } from "./catalogue.ts";
import { groupName, isDeniedGroup, seriesColour, valueLabel } from "./ink.ts";
import { measureText } from "./measure-text.ts";
import { SeriesTable, type TableSeries } from "./series-table.tsx";
import type { ExploreState } from "./state.ts";
import style from "./explore.module.css";

interface OverTimeProps {
  readonly state: ExploreState;
  readonly answer: AnswerJson;
  readonly set: (changes: Partial<ExploreState>) => void;
}

const HEIGHT = 360;

/** A question over time: the graph, and the table that is its legend. */
export function OverTime({ state, answer, set }: OverTimeProps) {
  const { timeZone, setRange } = useTimeRange();
  const palette = usePalette();
  const logged = useLogged();
  const [hovered, setHovered] = useState<string>();
  const [pick, setPick] = useState<{ id: string; x: number; y: number }>();
  const [drawnMeasure, setDrawnMeasure] = useState<string>();
  const measure = answer.measures.find((name) => name === drawnMeasure) ?? answer.measures[0] ?? "bytes";
  const { steps, series } = useMemo(() => seriesFrom(answer, measure, logged), [answer, measure, logged]);
  const inked = useMemo(
    () =>
      series.map((each, at): TableSeries => ({
        ...each,
        colour: seriesColour(each, at, answer.by, palette),
        isDenied: isDeniedGroup(each.values, answer.by, measure),
      })),
    [series, answer.by, measure, palette],
  );
  const drawn = useMemo(
    () =>
      inked
        .filter(
          ({ id }) =>
            state.pinned === undefined || id === state.pinned || !inked.some((each) => each.id === state.pinned),
        )
        .map((each): DrawnSeries & { values: TableSeries["values"]; isOthers: boolean } => ({
          ...each,
          name: groupName(each, answer.by, answer.names),
        })),
    [inked, state.pinned, answer],
  );
  const range = useMemo(
    () => ({ from: Date.parse(answer.range.from), to: Date.parse(answer.range.to) }),
    [answer.range],
  );
  const gaps = useMemo(() => gapStretches(answer.coverage.gaps, range, logged), [answer, range, logged]);
  const text = measureText(measure);
  const title = `${text.heading} by ${answer.by.map((name) => dimensionHeading(name, state.dataset)).join(", ") || "time"}`;
  const picked = pick === undefined ? undefined : inked.find(({ id }) => id === pick.id);
  const common = {
    title,
    steps,
    range,
    zone: timeZone,
    gaps,
    valueText: text.short,
    exactText: text.exact,
    emphasis: hovered,
    onHover: setHovered,
    onPick: (id: string, at: { x: number; y: number }) => setPick({ id, ...at }),
    onBrush: ({ from, to }: { from: number; to: number }) => setRange(from, to),
  };
  return (
    <>
      <MeasureTabs measures={answer.measures} shown={measure} onShow={setDrawnMeasure} />
      <div className={style["graph"]}>
        {state.graph === "heat" ? (
          <HeatMap
            {...common}
            rows={drawn.map((each) => ({
              ...each,
              isDenied: each.isDenied ?? false,
              label: <RowLabel each={each} answer={answer} />,
            }))}
          />
        ) : (
          <TimeChart
            {...common}
            series={drawn}
            shape={state.graph === "line" ? "line" : state.graph === "bars" ? "bars" : "area"}
            height={HEIGHT}
            isWhole={text.isWhole}
          />
        )}
        {pick !== undefined && picked !== undefined && (
          <Picked
            picked={picked}
            title={title}
            state={state}
            answer={answer}
            x={pick.x}
            y={pick.y}
            set={set}
            onClose={() => setPick(undefined)}
          />
        )}
      </div>
      <SeriesTable
        state={state}
        answer={answer}
        measure={measure}
        series={inked}
        steps={steps}
        emphasis={hovered}
        onHover={setHovered}
        onPin={(pinned) => set({ pinned })}
      />
    </>
  );
}

interface MeasureTabsProps {
  readonly measures: readonly string[];
  readonly shown: string;
  readonly onShow: (measure: string) => void;
}

/** Which of several measures is drawn. */
function MeasureTabs({ measures, shown, onShow }: MeasureTabsProps) {
  if (measures.length < 2) return null;
  return (
    <div className={style["measure-tabs"]} role="group" aria-label="Measure that is drawn">
      {measures.map((name) => (
        <button key={name} type="button" aria-pressed={name === shown} onClick={() => onShow(name)}>
          {measureInfo(name).heading}
        </button>
      ))}
    </div>
  );
}

interface PickedProps extends OverTimeProps {
  readonly picked: TableSeries;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly onClose: () => void;
}

/** What can be done with a series that was clicked. */
function Picked({ picked, title, state, answer, x, y, set, onClose }: PickedProps) {
  return (
    <SeriesPick
      title={picked.isOthers ? "Everything that the number of groups cuts off" : title}
      values={
        picked.isOthers
          ? []
          : picked.values.map((value, at) => ({
              field: answer.by[at] ?? "",
              heading: dimensionHeading(answer.by[at] ?? "", state.dataset),
              value,
              name: answer.names[value ?? ""],
              label: valueLabel(answer.by[at] ?? "", value),
            }))
      }
      x={x}
      y={y}
      onClose={onClose}
    >
      <PickActions
        picked={picked}
        by={answer.by}
        isPinned={state.pinned === picked.id}
        onPin={() => {
          set({ pinned: state.pinned === picked.id ? undefined : picked.id });
          onClose();
        }}
        onMore={() => set({ top: Math.min(1000, state.top * 2) })}
      />
    </SeriesPick>
  );
}

function RowLabel({
  each,
  answer,
}: {
  readonly each: Pick<TableSeries, "values" | "isOthers">;
  readonly answer: AnswerJson;
}) {
  if (each.isOthers) return <span className={style["others"]}>all others</span>;
  return each.values.map((value, at) => {
    const field = answer.by[at] ?? "";
    return (
      <Value
        key={field}
        field={fieldText(field)}
        value={value}
        name={answer.names[value ?? ""]}
        label={valueLabel(field, value)}
      />
    );
  });
}

interface PickActionsProps {
  readonly picked: TableSeries;
  readonly by: readonly string[];
  readonly isPinned: boolean;
  readonly onPin: () => void;
  readonly onMore: () => void;
}

function PickActions({ picked, by, isPinned, onPin, onMore }: PickActionsProps) {
  const { view, linkTo } = useView();
  if (picked.isOthers)
    return (
      <button type="button" className="button" onClick={onMore}>
        Show twice as many groups
      </button>
    );
  const q = narrowed(
    view.filter,
    picked.values.map((value, at) => ({ field: fieldText(by[at] ?? ""), value })),
  );
  return (
    <div className={style["pick-actions"]}>
      <button type="button" className="button" onClick={onPin}>
        {isPinned ? "Show all series" : "Show alone"}
      </button>
      <Link className="button" href={linkTo("/conversations", { q, unfold: "all" })}>
        Conversations
      </Link>
    </div>
  );
}
