import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import type { AnswerJson } from "#api/contract/index.js";
import { fullCount, humanBytes, humanCount, humanRate } from "#base/human.js";
import { verdictColour } from "../../chart/colours.ts";
import type { DrawnSeries } from "../../chart/drawn.ts";
import { gapStretches } from "../../chart/gaps.ts";
import { usePalette, type Palette } from "../../chart/palette.ts";
import { joinSeries, perSecond, seriesFrom, statsOf } from "../../chart/series.ts";
import { TimeChart } from "../../chart/time-chart.tsx";
import { useLogged } from "../../chart/use-logged.ts";
import { useTimeRange } from "../../state/time.ts";
import { AnswerPanel } from "../../ui/panel.tsx";
import style from "./entity.module.css";

/** What passed over time, and what was denied below it; drawing a stretch on either shows that time. */
export function EntityTimeline({ query }: { readonly query: UseQueryResult<AnswerJson> }) {
  return (
    <AnswerPanel
      title="Over time"
      query={query}
      className={style["wide"] ?? ""}
      empty="It had no conversation then. The days on which it was seen are above: a click shows one."
    >
      {(answer) => <Timeline answer={answer} />}
    </AnswerPanel>
  );
}

function Timeline({ answer }: { readonly answer: AnswerJson }) {
  const { timeZone, setRange } = useTimeRange();
  const palette = usePalette();
  const logged = useLogged();
  const bytes = useMemo(() => joinSeries(seriesFrom(answer, "bytes", logged), () => "all"), [answer, logged]);
  const denied = useMemo(() => joinSeries(seriesFrom(answer, "denied", logged), () => "all"), [answer, logged]);
  const range = useMemo(
    () => ({ from: Date.parse(answer.range.from), to: Date.parse(answer.range.to) }),
    [answer.range],
  );
  const gaps = useMemo(() => gapStretches(answer.coverage.gaps, range, logged), [answer, range, logged]);
  const total = (set: typeof bytes): number =>
    set.series.reduce((sum, { points }) => sum + (statsOf(points).total ?? 0), 0);
  const refused = total(denied);
  const shared = { range, gaps, zone: timeZone, onBrush: ({ from, to }: typeof range) => setRange(from, to) };
  return (
    <>
      <h3 className={style["subtitle"]}>
        Bytes a second <span className={style["faint"]}>{humanBytes(total(bytes))} in all</span>
      </h3>
      <TimeChart
        title="Bytes a second"
        steps={bytes.steps}
        series={drawn(perSecond(bytes).series, palette, false)}
        shape="area"
        height={150}
        valueText={humanRate}
        exactText={humanRate}
        {...shared}
      />
      {refused > 0 ? (
        <>
          <h3 className={style["subtitle"]}>
            Denied attempts <span className={style["deniedText"]}>{humanCount(refused)} in all</span>
          </h3>
          <TimeChart
            title="Denied attempts"
            steps={denied.steps}
            series={drawn(denied.series, palette, true)}
            shape="bars"
            height={96}
            valueText={humanCount}
            exactText={fullCount}
            isWhole
            {...shared}
          />
        </>
      ) : (
        <p className={style["faint"]}>
          {answer.coverage.kinds.denied === "none"
            ? "No denied traffic was logged in this time: whether anything was denied is not known."
            : "Nothing of it or at it was denied."}
        </p>
      )}
    </>
  );
}

function drawn(
  series: readonly { readonly id: string; readonly points: readonly (number | null)[] }[],
  palette: Palette,
  isDenied: boolean,
): DrawnSeries[] {
  return series.map(({ id, points }) => ({
    id,
    name: isDenied ? "denied" : "transferred",
    colour: verdictColour(isDenied ? "denied" : "allowed", palette),
    isDenied,
    points,
  }));
}
