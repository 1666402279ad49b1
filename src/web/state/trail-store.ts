import { useSyncExternalStore } from "react";
import { stepLabel, withStep, type TrailStep } from "./trail.ts";

const KEY = "weir-trail";

interface TrailState {
  readonly trail: readonly TrailStep[];
  /** The step that is shown. */
  readonly at: number;
}

let state: TrailState | undefined;
const watchers = new Set<() => void>();

/** The steps of this tab. */
export function useTrail(): TrailState {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => (state ??= stored()),
  );
}

/** Notes where the page is now: a new step, or one that the browser's buttons went to. */
export function noteStep(path: string, search: string, titleOf: (path: string) => string): void {
  state = moved(state ?? stored(), { path, search }, titleOf);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // A tab that keeps nothing has a trail until it is loaded again.
  }
  for (const tell of watchers) tell();
}

function stored(): TrailState {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "");
    if (typeof kept === "object" && kept !== null && "trail" in kept && Array.isArray(kept.trail))
      return kept as TrailState;
  } catch {
    // The trail begins here.
  }
  return { trail: [], at: 0 };
}

type Place = Pick<TrailStep, "path" | "search">;

/** The trail after the page went somewhere: forth by a link, or back and forth in the history. */
function moved({ trail, at }: TrailState, place: Place, titleOf: (path: string) => string): TrailState {
  const step = (number: number): TrailStep => {
    const before = trail.findLast((each) => each.at < number);
    return { at: number, ...place, label: stepLabel(before, place, titleOf) };
  };
  const marked = stepMark();
  const here = trail.find((each) => each.at === marked);
  if (here === undefined) {
    mark(at + 1);
    return { trail: withStep(trail, step(at + 1)), at: at + 1 };
  }
  // Continuous changes replace the address of a step.
  const isSame = here.path === place.path && here.search === place.search;
  return { trail: isSame ? trail : trail.map((each) => (each === here ? step(here.at) : each)), at: here.at };
}

function stepMark(): number | undefined {
  const mark: unknown = history.state;
  if (typeof mark !== "object" || mark === null || !("weirStep" in mark)) return undefined;
  return typeof mark.weirStep === "number" ? mark.weirStep : undefined;
}

/** Marks the browser's own step, so that going back finds it again. The router does not hear of it: the address is the same. */
function mark(step: number): void {
  History.prototype.replaceState.call(history, { weirStep: step }, "");
}
