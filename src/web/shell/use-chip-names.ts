import { useQueries } from "@tanstack/react-query";
import type { FoundJson } from "#api/contract/index.js";
import { request } from "../client/request.ts";
import type { FilterTools } from "../state/filter-tools.ts";
import type { Chip } from "../state/filter-work.ts";

/** Chips whose value's name is looked up. */
const MOST = 8;

/** What people call the values of chips: of single addresses and ids that have a page. */
export function useChipNames(tools: FilterTools | undefined, chips: readonly Chip[]): Readonly<Record<string, string>> {
  const values = new Set<string>();
  for (const { field, operator, value } of chips)
    if (field !== undefined && value !== undefined && (operator === "=" || operator === "!="))
      if (tools?.entityKindOf(field) !== undefined && !/[\s/("]/.test(value)) values.add(value);
  const asked = [...values].slice(0, MOST);
  const found = useQueries({
    queries: asked.map((value) => ({
      queryKey: ["find", value],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        request<FoundJson>(`/find?text=${encodeURIComponent(value)}`, { signal }),
      staleTime: 600_000,
    })),
  });
  const names: Record<string, string> = {};
  for (const [at, value] of asked.entries()) {
    const name = found[at]?.data?.found.find(({ id }) => id.toLowerCase() === value.toLowerCase())?.name;
    if (name !== null && name !== undefined) names[value] = name;
  }
  return names;
}
