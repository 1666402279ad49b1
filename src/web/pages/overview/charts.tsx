import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { AnswerJson } from "#api/contract/index.js";
import { fullCount, humanBytes, humanCount, humanRate } from "#base/human.js";
import { ChartTable } from "../../chart/chart-table.tsx";
import { cloudColour, isDeniedVerdict, verdictColour } from "../../chart/colours.ts";
import type { DrawnSeries } from "../../chart/drawn.ts";
import { gapStretches } from "../../chart/gaps.ts";
import { Legend } from "../../chart/legend.tsx";
import { usePalette, type Palette } from "../../chart/palette.ts";
import { joinSeries, perSecond, seriesFrom, statsOf, type SeriesSet } from "../../chart/series.ts";
import { SeriesPick } from "../../chart/series-pick.tsx";
import { TimeChart } from "../../chart/time-chart.tsx";
import { useLogged } from "../../chart/use-logged.ts";
import { cloudText } from "../../state/fields.ts";
import { useTimeRange } from "../../state/time.ts";
import { useView } from "../../state/view.ts";
import { AnswerPanel } from "../../ui/panel.tsx";
import { Value } from "../../ui/value.tsx";
import style from "./overview.module.css";

const HEIGHT = 220;

interface Drawing {
  readonly drawn: readonly DrawnSeries[];
  /** Of each series, over the whole time. */
  readonly sums: readonly number[];
}

/** Traffic by the clouds whose logs saw it: every byte once. */
export function CloudChart({ query }: { readonly query: UseQueryResult<AnswerJson> }) {
  const { linkTo } = useView();
  const [isTable, setTable] = useState(false);
  return (
    <AnswerPanel
      title="Traffic by cloud"
      query={query}
      className={style["chart-panel"] ?? ""}
      actions={
        <>
          <TableToggle isTable={isTable} onChange={setTable} />
          <Link href={linkTo("/explore", { by: "providers", m: "rate", g: "area" })}>Explore</Link>
        </>
      }
      empty="Widen the time or the filter."
    >
      {(answer) => (
        <OverTime
          answer={answer}
          title="Traffic by cloud"
          measure="bytes"
          field="providers"
          isTable={isTable}
          draw={drawClouds}
          labelOf={cloudText}
        />
      )}
    </AnswerPanel>
  );
}

/** How many conversations were allowed, and how many denied. */
export function VerdictChart({ query }: { readonly query: UseQueryResult<AnswerJson> }) {
  const { linkTo } = useView();
  const [isTable, setTable] = useState(false);
  return (
    <AnswerPanel
      title="Conversations, allowed and denied"
      query={query}
      className={style["chart-panel"] ?? ""}
      actions={
        <>
          <TableToggle isTable={isTable} onChange={setTable} />
          <Link href={linkTo("/explore", { by: "verdict", m: "conversations", g: "bars" })}>Explore</Link>
        </>
      }
      empty="Widen the time or the filter."
    >
      {(answer) => (
        <OverTime
          answer={answer}
          title="Conversations by verdict"
          measure="conversations"
          field="verdict"
          isTable={isTable}
          draw={drawVerdicts}
          labelOf={(value) => value}
        />
      )}
    </AnswerPanel>
  );
}

function drawClouds(set: SeriesSet, palette: Palette): Drawing {
  const joined = joinSeries(set, ({ values }) => values[0]);
  const rates = perSecond(joined);
  return {
    drawn: rates.series.map(({ id, values: [value = null], points }) => ({
      id,
      name: value === null ? "unknown" : cloudText(value),
      colour: cloudColour(value, palette),
      points,
    })),
    sums: joined.series.map(({ points }) => statsOf(points).total ?? 0),
  };
}

const verdictOrder = ["allowed", "observed", "mixed", "dropped", "denied"];

function drawVerdicts(set: SeriesSet, palette: Palette): Drawing {
  const joined = joinSeries(set, ({ values }) => values[1]);
  const place = (value: string | null | undefined): number => verdictOrder.indexOf(value ?? "");
  const sorted = joined.series.toSorted((a, b) => place(a.values[0]) - place(b.values[0]));
  return {
    drawn: sorted.map(({ id, values: [value = null], points }) => ({
      id,
      name: value ?? "unknown",
      colour: verdictColour(value, palette),
      isDenied: isDeniedVerdict(value),
      points,
    })),
    sums: sorted.map(({ points }) => statsOf(points).total ?? 0),
  };
}

interface TableToggleProps {
  readonly isTable: boolean;
  readonly onChange: (isTable: boolean) => void;
}

function TableToggle({ isTable, onChange }: TableToggleProps) {
  return (
    <button type="button" className={style["toggle"]} aria-pressed={isTable} onClick={() => onChange(!isTable)}>
      Table
    </button>
  );
}

interface OverTimeProps {
  readonly answer: AnswerJson;
  readonly title: string;
  readonly measure: "bytes" | "conversations";
  readonly field: string;
  readonly isTable: boolean;
  readonly draw: (set: SeriesSet, palette: Palette) => Drawing;
  readonly labelOf: (value: string) => string;
}

function OverTime({ answer, title, measure, field, isTable, draw, labelOf }: OverTimeProps) {
  const { timeZone, setRange } = useTimeRange();
  const palette = usePalette();
  const logged = useLogged();
  const [emphasis, setEmphasis] = useState<string>();
  const [pick, setPick] = useState<{ id: string; x: number; y: number }>();
  const set = useMemo(() => seriesFrom(answer, measure, logged), [answer, measure, logged]);
  const { drawn, sums } = useMemo(() => draw(set, palette), [draw, set, palette]);
  const range = useMemo(
    () => ({ from: Date.parse(answer.range.from), to: Date.parse(answer.range.to) }),
    [answer.range],
  );
  const gaps = useMemo(() => gapStretches(answer.coverage.gaps, range, logged), [answer, range, logged]);
  const isBytes = measure === "bytes";
  const valueOf = (id: string): string | null => (JSON.parse(id) as [string | null])[0];
  return (
    <>
      <Legend
        emphasis={emphasis}
        onHover={setEmphasis}
        items={drawn.map(({ id, colour, isDenied }, at) => {
          const value = valueOf(id);
          const sum = sums[at] ?? 0;
          return {
            id,
            colour,
            isDenied,
            label: <Value field={field} value={value} label={value === null ? "unknown" : labelOf(value)} />,
            detail: <span title={fullCount(sum)}>{isBytes ? humanBytes(sum) : humanCount(sum)}</span>,
          };
        })}
      />
      <div className={style["chart"]}>
        {isTable ? (
          <ChartTable
            title={title}
            steps={set.steps}
            series={drawn}
            zone={timeZone}
            height={HEIGHT}
            exact={isBytes ? humanRate : fullCount}
          />
        ) : (
          <TimeChart
            title={title}
            steps={set.steps}
            range={range}
            series={drawn}
            shape={isBytes ? "area" : "bars"}
            height={HEIGHT}
            zone={timeZone}
            gaps={gaps}
            valueText={isBytes ? humanRate : humanCount}
            exactText={isBytes ? humanRate : fullCount}
            isWhole={!isBytes}
            emphasis={emphasis}
            onHover={setEmphasis}
            onPick={(id, at) => setPick({ id, ...at })}
            onBrush={({ from, to }) => setRange(from, to)}
          />
        )}
        {pick !== undefined && (
          <SeriesPick
            title={title}
            values={[
              {
                field,
                heading: field === "verdict" ? "Verdict" : "Clouds",
                value: valueOf(pick.id),
                label: labelOf(valueOf(pick.id) ?? "unknown"),
              },
            ]}
            x={pick.x}
            y={pick.y}
            onClose={() => setPick(undefined)}
          />
        )}
      </div>
    </>
  );
}
