import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { AnswerJson } from "#api/contract/index.js";
import { Sankey, type SankeyPick } from "../../chart/sankey.tsx";
import type { SankeyPath } from "../../chart/sankey-layout.ts";
import { groupValue } from "../../chart/series.ts";
import { SeriesPick } from "../../chart/series-pick.tsx";
import { isDeniedVerdict } from "../../chart/colours.ts";
import { fieldText } from "../../state/fields.ts";
import { narrowed } from "../../state/filter-edit.ts";
import { useView } from "../../state/view.ts";
import { Empty } from "../../ui/states.tsx";
import { dimensionHeading } from "./catalogue.ts";
import { isDeniedGroup, valueLabel } from "./ink.ts";
import { measureText } from "./measure-text.ts";
import { RankedTable } from "./ranked-table.tsx";
import type { ExploreState } from "./state.ts";
import style from "./explore.module.css";

interface WaysProps {
  readonly state: ExploreState;
  readonly answer: AnswerJson;
}

/** Groups as ways through their dimensions, with the table of the same rows. */
export function Ways({ state, answer }: WaysProps) {
  const { view, linkTo } = useView();
  const [hovered, setHovered] = useState<ReadonlySet<number>>();
  const [pick, setPick] = useState<SankeyPick>();
  const layers = state.by;
  const measure = answer.measures[0] ?? "bytes";
  const tellsDenied = state.byVerdict || layers.includes("verdict");
  const paths = useMemo(
    () =>
      answer.rows.map((row): SankeyPath => {
        const values = answer.by.map((name) => groupValue(row[name]));
        const others = values[0] === "(others)" && values.slice(1).every((value) => value === null);
        return {
          values: layers.map((_, at) => (others ? "(others)" : (values[at] ?? null))),
          value: Number(row[measure] ?? 0),
          isDenied: isDeniedVerdict(groupValue(row["verdict"])) || isDeniedGroup(values, answer.by, measure),
        };
      }),
    [answer, layers, measure],
  );
  const text = measureText(measure);
  if (layers.length < 2)
    return (
      <Empty title="A sankey needs two dimensions or more.">
        Add one above, such as client and server, or service.
      </Empty>
    );
  const height = Math.min(900, Math.max(320, 60 + 24 * mostNodes(paths)));
  const nameOf = (layer: number, value: string | null): string =>
    value === "(others)" ? "all others" : (answer.names[value ?? ""] ?? valueLabel(layers[layer] ?? "", value));
  const ends = pick?.ends.filter(({ value }) => value !== "(others)") ?? [];
  const q = narrowed(
    view.filter,
    ends.map(({ layer, value }) => ({ field: fieldText(layers[layer] ?? ""), value })),
  );
  return (
    <>
      <div className={style["graph"]}>
        <Sankey
          title={`${text.heading} through ${layers.map((name) => dimensionHeading(name, state.dataset)).join(", ")}`}
          layers={layers.map((name) => dimensionHeading(name, state.dataset))}
          paths={paths}
          height={height}
          nameOf={nameOf}
          valueText={text.short}
          exactText={text.exact}
          tellDenied={tellsDenied}
          emphasis={hovered}
          onHover={setHovered}
          onPick={setPick}
        />
        {pick !== undefined && (
          <SeriesPick
            title={ends.length === 0 ? "Everything that the number of groups cuts off" : "What passes here"}
            values={ends.map(({ layer, value }) => ({
              field: layers[layer] ?? "",
              heading: dimensionHeading(layers[layer] ?? "", state.dataset),
              value,
              name: answer.names[value ?? ""],
              label: valueLabel(layers[layer] ?? "", value),
            }))}
            x={pick.x}
            y={pick.y}
            onClose={() => setPick(undefined)}
          >
            {ends.length > 0 && (
              <div className={style["pick-actions"]}>
                <Link className="button" href={linkTo("/conversations", { q, unfold: "all" })}>
                  Conversations {ends.length > 1 ? "of this pair" : ""}
                </Link>
              </div>
            )}
          </SeriesPick>
        )}
      </div>
      <RankedTable
        state={state}
        answer={answer}
        emphasis={hovered}
        onHover={(row) => setHovered(row === undefined ? undefined : new Set([row]))}
      />
    </>
  );
}

function mostNodes(paths: readonly SankeyPath[]): number {
  const layers = Math.max(0, ...paths.map(({ values }) => values.length));
  return Math.max(
    1,
    ...Array.from({ length: layers }, (_, layer) => new Set(paths.map(({ values }) => values[layer])).size),
  );
}
