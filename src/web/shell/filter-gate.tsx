import type { ReactNode } from "react";
import { useFilterTools, type FilterTools } from "../state/filter-tools.ts";
import { datasetIn, useView, type FilterDataset } from "../state/view.ts";
import { Empty, Loading } from "../ui/states.tsx";
import style from "./filter-gate.module.css";

/** Draws a page only with a filter that is right: one with a mistake, of a link that was cut or of another dataset, is never asked. */
export function FilterGate({ children }: { readonly children: ReactNode }) {
  const { parameters } = useView();
  const filter = parameters.get("q") ?? "";
  const dataset = datasetIn(parameters);
  const tools = useFilterTools(filter !== "");
  if (filter === "") return children;
  if (tools === undefined) return <Loading what="the filter" />;
  const [mistake] = tools.mistakesOf(filter, dataset);
  if (mistake === undefined) return children;
  return <WrongFilter tools={tools} filter={filter} dataset={dataset} mistake={mistake} />;
}

interface WrongFilterProps {
  readonly tools: FilterTools;
  readonly filter: string;
  readonly dataset: FilterDataset;
  readonly mistake: ReturnType<FilterTools["mistakesOf"]>[number];
}

function WrongFilter({ tools, filter, dataset, mistake: { from, to, message, next } }: WrongFilterProps) {
  const { change, go } = useView();
  const fixed = tools.corrected(filter, dataset);
  const other = tools.otherWords(filter, dataset);
  return (
    <Empty title={other === undefined ? "This filter cannot be asked." : `This filter is in the words of ${other}.`}>
      <p>
        {message} {fixed === undefined ? next : undefined}
      </p>
      <p>
        <code>
          {filter.slice(0, from)}
          <mark className={style["mistake"]}>{filter.slice(from, to) || " "}</mark>
          {filter.slice(to)}
        </code>
      </p>
      <div className={style["ways"]}>
        {fixed !== undefined && (
          <button type="button" className="button button-main" onClick={() => change({ q: fixed })}>
            Ask {fixed}
          </button>
        )}
        {other !== undefined && (
          <button
            type="button"
            className="button"
            onClick={() => go("/conversations", { dataset: other === "flows" ? "flows" : undefined })}
          >
            Show {other}
          </button>
        )}
        <button type="button" className="button" onClick={() => change({ q: undefined })}>
          Without the filter
        </button>
      </div>
    </Empty>
  );
}
