import { useEffect, useRef, useState } from "react";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { Loading } from "../ui/states.tsx";

interface ChartProps {
  /** Made anew whenever data or theme change. The tooltip of ECharts is not used: it writes markup. */
  readonly option: EChartsCoreOption;
  readonly height: number;
  /** What the chart shows, for who cannot see it. */
  readonly label: string;
  /** Called once with the chart, for its events; what it returns ends them. */
  readonly connect?: (chart: EChartsType) => () => void;
}

/** A chart. The library is loaded with the first one. */
export function Chart({ option, height, label, connect }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  useEffect(() => {
    let isGone = false;
    let made: EChartsType | undefined;
    let watcher: ResizeObserver | undefined;
    const make = async (): Promise<void> => {
      const { init } = await import("./echarts.ts");
      if (isGone || place.current === null) return;
      made = init(place.current, undefined, { renderer: "canvas" });
      watcher = new ResizeObserver(() => made?.resize());
      watcher.observe(place.current);
      setChart(made);
    };
    void make();
    return () => {
      isGone = true;
      watcher?.disconnect();
      made?.dispose();
      setChart(undefined);
    };
  }, []);
  useEffect(() => chart?.setOption(option, { notMerge: true }), [chart, option]);
  useEffect(() => (chart === undefined || connect === undefined ? undefined : connect(chart)), [chart, connect]);
  return (
    <div style={{ height, position: "relative" }}>
      {chart === undefined && <Loading what="the chart" />}
      <div ref={place} role="img" aria-label={label} style={{ position: "absolute", inset: 0 }} />
    </div>
  );
}
