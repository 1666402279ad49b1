import type { RowPages } from "./row-list.ts";

/** The stretch of time that rows on screen are of; undefined while there are none. */
export function spanOf(
  { list }: Pick<RowPages, "list">,
  seen: { readonly first: number; readonly last: number } | undefined,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  if (list === undefined || list.length === 0 || seen === undefined) return undefined;
  const times = [seen.first, Math.min(seen.last, list.length - 1)].map((index) => {
    const row = list.row(index);
    const time = row === undefined ? null : list.cell(row, list.dataset === "flows" ? "time" : "start_time");
    return typeof time === "string" ? Date.parse(time) : Number.NaN;
  });
  if (times.some(Number.isNaN)) return undefined;
  return { fromMs: Math.min(...times), toMs: Math.max(...times) };
}
