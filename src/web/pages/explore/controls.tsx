import { AreaChart, BarChart3, Grid3x3, LineChart, Table2, Waypoints } from "lucide-react";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { dimensionsOf, measureChoices, measureInfo } from "./catalogue.ts";
import { Chips } from "./chips.tsx";
import type { Control } from "./question.ts";
import { isOverTime, type ExploreState, type Graph } from "./state.ts";
import style from "./explore.module.css";

interface ControlsProps {
  readonly state: ExploreState;
  readonly set: (changes: Partial<ExploreState>) => void;
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
export function Controls({ state, set, mistake }: ControlsProps) {
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
        <div className={style["segments"]} role="group" aria-label="Graph">
          {graphButtons.map(({ graph, title, icon }) => (
            <button
              key={graph}
              type="button"
              title={title}
              aria-label={title}
              aria-pressed={state.graph === graph}
              onClick={() => set({ graph })}
            >
              {icon}
              <span>{title}</span>
            </button>
          ))}
        </div>
        {overTime && (
          <Select
            title="Step"
            value={state.step}
            options={["auto", "1m", "5m", "15m", "1h", "6h", "1d", "7d"]}
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
        <Having value={state.having} onChange={(having) => set({ having })} />
        {at("having")}
        <Select
          title="of"
          value={state.dataset}
          options={["conversations", "observations", "flows"]}
          onChange={(dataset) =>
            set({
              dataset: dataset as ExploreState["dataset"],
              measures: measureChoices(dataset as ExploreState["dataset"])
                .slice(0, 1)
                .map(({ name }) => name),
              by: state.by.filter((name) =>
                dimensionsOf(dataset as ExploreState["dataset"]).some((each) => each.name === name),
              ),
              rank: "",
              having: [],
              pinned: undefined,
            })
          }
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

function Mistake({ message, next }: { readonly message: string; readonly next: string | undefined }) {
  return (
    <span className={style["mistake"]} role="alert">
      {message}
      {next !== undefined && <> {next}</>}
    </span>
  );
}

interface SelectProps {
  readonly title: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly textOf?: (option: string) => string;
  readonly onChange: (value: string) => void;
}

function Select({ title, value, options, textOf = (option) => option, onChange }: SelectProps) {
  return (
    <label className={style["select"]}>
      <span>{title}</span>
      <select className="input" value={value} onChange={(event) => onChange(event.target.value)}>
        {[...new Set([...options, value])].map((option) => (
          <option key={option} value={option}>
            {textOf(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface CheckProps {
  readonly title: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Check({ title, checked, onChange }: CheckProps) {
  return (
    <label className={style["check"]}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} /> {title}
    </label>
  );
}

interface HavingProps {
  readonly value: readonly string[];
  readonly onChange: (having: readonly string[]) => void;
}

/** Conditions on groups, such as `bytes > 1GB`. Asked when the field is left, or with Enter. */
function Having({ value, onChange }: HavingProps) {
  const joined = value.join("; ");
  const [text, setText] = useState(joined);
  useEffect(() => setText(joined), [joined]);
  const commit = (): void => {
    const conditions = text
      .split(";")
      .map((each) => each.trim())
      .filter((each) => each !== "");
    if (conditions.join("; ") !== joined) onChange(conditions);
  };
  return (
    <label className={style["select"]}>
      <span>Only with</span>
      <input
        className={`input ${style["having"] ?? ""}`}
        placeholder="bytes > 1GB"
        title="Conditions on measures of a group; several with a semicolon between them"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
      />
    </label>
  );
}
