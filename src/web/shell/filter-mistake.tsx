import { TriangleAlert } from "lucide-react";
import type { FilterTools } from "../state/filter-tools.ts";
import type { FilterDataset } from "../state/view.ts";
import type { FilterProblem } from "./use-filter-bar.ts";
import style from "./filter-mistake.module.css";

interface FilterMistakeProps {
  readonly problem: FilterProblem;
  readonly tools: FilterTools;
  readonly dataset: FilterDataset;
  /** Asks another filter in its place. */
  readonly onFix: (filter: string) => void;
}

/** Why a filter cannot be asked: what is wrong, where, and what would be right. */
export function FilterMistake({ problem: { filter, mistake }, tools, dataset, onFix }: FilterMistakeProps) {
  const { from, to, message, suggestion, next } = mistake;
  const fixed = tools.corrected(filter, dataset);
  const advice = suggestion === undefined ? next : next?.replace(/^Did you mean [^?]*\?\s*/, "");
  return (
    <div className={style["mistake"]} role="alert">
      <TriangleAlert size={14} aria-hidden="true" className={style["sign"]} />
      <span>{message}</span>
      <code className={style["place"]}>
        {from > 24 ? `…${filter.slice(from - 24, from)}` : filter.slice(0, from)}
        <mark>{filter.slice(from, to) || " "}</mark>
        {filter.slice(to, to + 24)}
        {filter.length > to + 24 ? "…" : ""}
      </code>
      {suggestion !== undefined && (
        <button
          type="button"
          className={style["fix"]}
          onClick={() => onFix(fixed ?? tools.withSuggestion(filter, mistake))}
        >
          {fixed === undefined || fixed === tools.withSuggestion(filter, mistake)
            ? `Write ${suggestion}`
            : `Write ${fixed}`}
        </button>
      )}
      {advice !== undefined && advice !== "" && <span className={style["advice"]}>{advice}</span>}
    </div>
  );
}
