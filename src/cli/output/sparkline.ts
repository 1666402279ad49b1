const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * Values as a line of bars, the largest the highest; what is nothing is the lowest, and what is something never looks like it.
 * Of more values than `width` those that stand together show as their largest.
 */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.length <= width ? values : thinned(values, width);
  const most = shown.reduce((largest, value) => Math.max(largest, value), 0);
  return shown
    .map((value) => {
      if (value <= 0 || most === 0) return LEVELS[0];
      return LEVELS[Math.max(1, Math.ceil((value / most) * (LEVELS.length - 1)))];
    })
    .join("");
}

function thinned(values: readonly number[], width: number): number[] {
  return Array.from({ length: width }, (_, at) =>
    Math.max(...values.slice(Math.floor((at * values.length) / width), Math.floor(((at + 1) * values.length) / width))),
  );
}
