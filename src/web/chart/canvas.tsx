import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { usePicture } from "../ui/panel-picture.ts";
import { usePalette } from "./palette.ts";
import style from "./chart.module.css";

/** What ECharts draws, filling its parent. The library is loaded with the first one; until then the place is empty. */
export function ChartCanvas({ option }: { readonly option: EChartsCoreOption }) {
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
  const { surface } = usePalette();
  const draw = useCallback(
    () => chart?.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: surface }) ?? "",
    [chart, surface],
  );
  usePicture(chart === undefined ? undefined : draw);
  useEffect(() => chart?.setOption(option, { notMerge: true }), [chart, option]);
  return <div ref={place} className={style["canvas"]} aria-hidden="true" />;
}
