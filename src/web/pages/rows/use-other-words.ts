import { useState } from "react";
import type { FilterState } from "../../state/filter-work.ts";
import type { RowDataset, RowsState } from "./rows-state.ts";

/** A switch from one dataset to the other: what was asked before, and what is asked instead. */
interface Switch {
  readonly dataset: RowDataset;
  readonly before: FilterState;
  readonly after: FilterState;
  readonly left: readonly string[];
}

interface WordsState {
  /** Shows the other dataset, with the filter in its words. Back again at once, the filter is what it was. */
  readonly switchTo: (dataset: RowDataset) => Promise<void>;
  /** What the switch left out of the filter, while that is as the switch made it. */
  readonly left: readonly string[];
}

/** The switch between conversations and flows. */
export function useOtherWords({ dataset, view, parameters, change }: RowsState): WordsState {
  const [last, setLast] = useState<Switch>();
  const now: FilterState = { on: view.filter, off: parameters.get("off") ?? "" };
  const isAsMade = last !== undefined && last.dataset === dataset && isSame(last.after, now);
  const switchTo = async (next: RowDataset): Promise<void> => {
    if (next === dataset) return;
    const made = isAsMade ? { dataset: next, before: now, after: last.before, left: [] } : await said(next, now);
    setLast(made);
    const { on, off } = made.after;
    change({
      dataset: next === "flows" ? next : undefined,
      q: on,
      off,
      row: undefined,
      cols: undefined,
      tab: undefined,
    });
  };
  return { switchTo, left: isAsMade ? last.left : [] };
}

function isSame(one: FilterState, other: FilterState): boolean {
  return one.on === other.on && one.off === other.off;
}

/** A filter in the words of the other dataset; what it cannot ask is switched off. */
async function said(dataset: RowDataset, before: FilterState): Promise<Switch> {
  const [{ inWordsOf }, { both }] = await Promise.all([
    import("./other-words.ts"),
    import("../../state/filter-edit.ts"),
  ]);
  const [on, off] = [inWordsOf(dataset, before.on), inWordsOf(dataset, before.off)];
  return {
    dataset,
    before,
    after: { on: on.filter, off: [off.filter, off.near, on.near].reduce(both) },
    left: on.left,
  };
}
