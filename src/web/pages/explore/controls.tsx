import { AreaChart, BarChart3, Grid3x3, LineChart, Table2, Waypoints } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { humanStep } from "#base/human.js";
import { dimensionsOf, measureChoices, measureInfo } from "./catalogue.ts";
import { Chips } from "./chips.tsx";
import { Check, Having, Mistake, Select } from "./fields.tsx";
import type { Control } from "./question.ts";
import { datasets, defaults, isOverTime, type ExploreState, type Graph } from "./state.ts";
import style from "./explore.module.css";

interface ControlsProps {
  readonly state: ExploreState;
  readonly set: (changes: Partial<ExploreState>) => void;
  /** The step that was chosen for the answer that is shown, in seconds. */
  readonly step: number | undefined;
  /** What the server did not accept, at the control that it is about. */
  readonly mistake:
    | { readonly control: Control; readonly message: string; readonly next: string | undefined }
    | undefined;
}

const graphButtons: readonly { readonly graph: Graph; readonly title: string; readonly icon: ReactNode }[] = [
  { graph: "area", title: "Stacked area", icon: <AreaChart size={15} /> },
  { graph: "line", title: "Lines", icon: <LineChart size={15} /> },
  { graph: "bars", title: "Bars", icon: <BarChart3 size={15} /> },
  { graph: "heat", title: "Heat map", icon: <Grid3x3 size={15} /> },
  { graph: "sankey", title: "Sankey", icon: <Waypoints size={15} /> },
  { graph: "table", title: "Table", icon: <Table2 size={15} /> },
];

/** What is asked, and how it is shown. Every change is a step back in the history. */
export function Controls({ state, set, step, mistake }: ControlsProps) {
  const dimensions = useMemo(() => dimensionsOf(state.dataset), [state.dataset]);
  const measures = useMemo(() => measureChoices(state.dataset), [state.dataset]);
  const at = (control: Control): ReactNode => mistake?.control === control && <Mistake {...mistake} />;
  const overTime = isOverTime(state.graph);
  return (
    <section className={style["controls"]} aria-label="Question">
      <div className={style["row"]}>
        <Chips
          title="Group by"
          what="dimensions"
          words={state.by}
          choices={dimensions}
          most={8}
          inFamilies
          onChange={(by) => set({ by, pinned: undefined })}
        />
        {at("by")}
      </div>
      <div className={style["row"]}>
        <Chips
          title="Measures"
          what="measures"
          words={state.measures}
          choices={measures}
          most={8}
          least={1}
          onChange={(words) => set({ measures: words })}
        />
        {at("measures")}
      </div>
      <div className={style["row"]}>
        <GraphButtons graph={state.graph} onChange={(graph) => set({ graph })} />
        {overTime && (
          <Select
            title="Step"
            value={state.step}
            options={["auto", "1m", "5m", "15m", "1h", "6h", "1d", "7d"]}
            hint="auto: as fine as can be read, and no finer than the longest window of the logs. Finer steps spread its bytes evenly."
            textOf={(name) => (name === "auto" && step !== undefined ? `auto, ${humanStep(step)}` : name)}
            onChange={(step) => set({ step })}
          />
        )}
        {at("step")}
        <Select
          title="Top"
          value={String(state.top)}
          options={["5", "10", "20", "30", "50", "100"]}
          onChange={(top) => set({ top: Number(top) })}
        />
        {at("top")}
        <Select
          title="by"
          value={state.rank}
          options={["", ...state.measures.flatMap((name) => [name, `${name}:asc`])]}
          textOf={(name) => (name === "" ? `${headingOf(state.measures[0] ?? "")} (first)` : rankText(name))}
          onChange={(rank) => set({ rank })}
        />
        {at("rank")}
        <Check title="Others" checked={state.others} onChange={(others) => set({ others })} />
        <Select
          title="Compare"
          value={state.compare}
          options={["", "previous", "1d", "7d", "28d"]}
          textOf={(value) =>
            value === "" ? "with nothing" : value === "previous" ? "time before" : `${value.slice(0, -1)} d earlier`
          }
          onChange={(compare) => set({ compare })}
        />
        {at("compare")}
        {state.graph === "sankey" && (
          <Check title="Tell denied" checked={state.byVerdict} onChange={(byVerdict) => set({ byVerdict })} />
        )}
        <Having key={state.having.join(";")} value={state.having} onChange={(having) => set({ having })} />
        {at("having")}
        <Select
          title="of"
          value={state.dataset}
          options={datasets}
          onChange={(dataset) => set(inDataset(state, dataset))}
        />
      </div>
    </section>
  );
}

function headingOf(name: string): string {
  return measureInfo(name).heading;
}

function rankText(rank: string): string {
  const [name = "", direction] = rank.split(":");
  return `${headingOf(name)}${direction === "asc" ? ", least first" : ""}`;
}

interface GraphButtonsProps {
  readonly graph: Graph;
  readonly onChange: (graph: Graph) => void;
}

function GraphButtons({ graph: chosen, onChange }: GraphButtonsProps) {
  return (
    <div className={style["segments"]} role="group" aria-label="Graph">
      {graphButtons.map(({ graph, title, icon }) => (
        <button
          key={graph}
          type="button"
          title={title}
          aria-label={title}
          aria-pressed={chosen === graph}
          onClick={() => onChange(graph)}
        >
          {icon}
          <span>{title}</span>
        </button>
      ))}
    </div>
  );
}

/** What of a question another dataset knows. */
function inDataset({ by }: ExploreState, name: string): Partial<ExploreState> {
  const dataset = datasets.find((each) => each === name) ?? defaults.dataset;
  const known = dimensionsOf(dataset);
  return {
    dataset,
    measures: measureChoices(dataset)
      .slice(0, 1)
      .map((choice) => choice.name),
    by: by.filter((word) => known.some((choice) => choice.name === word)),
    rank: "",
    having: [],
    pinned: undefined,
  };
}
