import { useEffect, useSyncExternalStore } from "react";
import type * as Work from "./filter-work.ts";

/** What works on filters: the language and its field list are loaded when the first filter is there. */
export type FilterTools = typeof Work;

let tools: FilterTools | undefined;
let loading: Promise<FilterTools> | undefined;
const watchers = new Set<() => void>();

/** The tools; loads them once. */
export async function filterTools(): Promise<FilterTools> {
  loading ??= load();
  return loading;
}

async function load(): Promise<FilterTools> {
  try {
    tools = await import("./filter-work.ts");
    for (const tell of watchers) tell();
    return tools;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/** The tools where they are there already; loads them when they are wanted. */
export function useFilterTools(isWanted: boolean): FilterTools | undefined {
  useEffect(() => {
    if (isWanted) void filterTools();
  }, [isWanted]);
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => tools,
  );
}
