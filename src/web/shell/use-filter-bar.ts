import { useEffect, useEffectEvent, useMemo, useState } from "react";
import type { FilterState } from "../state/filter-work.ts";
import { filterTools, useFilterTools, type FilterTools } from "../state/filter-tools.ts";
import { rememberFilter } from "../state/filter-history.ts";
import { datasetIn, useView, type FilterDataset } from "../state/view.ts";

/** A filter that cannot be asked, and why. */
export interface FilterProblem {
  readonly filter: string;
  readonly mistake: ReturnType<FilterTools["mistakesOf"]>[number];
}

export interface FilterBarState {
  readonly dataset: FilterDataset;
  readonly tools: FilterTools | undefined;
  /** What is asked, or will be in a moment. */
  readonly shown: FilterState;
  readonly problem: FilterProblem | undefined;
  readonly forget: () => void;
  /** Asks in a moment, so that several changes of chips are one question. */
  readonly changeSoon: (next: FilterState) => void;
  /** Asks now. @returns whether the filter is right; a wrong one is told and not asked */
  readonly ask: (next: FilterState) => Promise<boolean>;
}

/** Milliseconds between a change of chips and the question. */
const DELAY = 300;

/** Something that holds as long as the URL has the filter that it was made for. */
interface Since<T> {
  readonly url: string;
  readonly it: T;
}

/** The filter of the view, and how the bar changes it. */
export function useFilterBar(): FilterBarState {
  const { parameters, change } = useView();
  const dataset = datasetIn(parameters);
  const on = parameters.get("q") ?? "";
  const off = parameters.get("off") ?? "";
  const url = JSON.stringify([on, off, dataset]);
  const tools = useFilterTools(on !== "" || off !== "");
  const [draft, setDraft] = useState<Since<FilterState>>();
  const [problem, setProblem] = useState<Since<FilterProblem>>();

  const ask = async (next: FilterState): Promise<boolean> => {
    const { mistakesOf } = await filterTools();
    const [mistake] = mistakesOf(next.on, dataset);
    setProblem(mistake === undefined ? undefined : { url, it: { filter: next.on, mistake } });
    if (mistake !== undefined) return false;
    setDraft(undefined);
    if (next.on !== on || next.off !== off) {
      rememberFilter(next.on);
      change({ q: next.on, off: next.off });
    }
    return true;
  };
  const askDraft = useEffectEvent(() => {
    if (draft?.url === url) void ask(draft.it);
  });
  useEffect(() => {
    if (draft === undefined) return undefined;
    const timer = setTimeout(() => askDraft(), DELAY);
    return () => clearTimeout(timer);
  }, [draft]);

  const shown = useMemo(() => (draft?.url === url ? draft.it : { on, off }), [draft, url, on, off]);
  return {
    dataset,
    tools,
    shown,
    problem: problem?.url === url ? problem.it : undefined,
    forget: () => setProblem(undefined),
    changeSoon: (next) => setDraft({ url, it: next }),
    ask,
  };
}
