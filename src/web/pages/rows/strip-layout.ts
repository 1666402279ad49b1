import type { RowCountsJson } from "#api/contract/index.js";

/** A bar of the strip: its stretch of time, and its stacked parts as shares of the highest bar. */
export interface StripBar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** Milliseconds from the range's beginning, as a share of its length. */
  readonly left: number;
  readonly width: number;
  /** From the bottom up. */
  readonly parts: readonly { readonly ink: "allowed" | "denied" | "other"; readonly share: number }[];
}

/** Refusals have their own ink; what is neither let through nor refused is told apart from both. */
export function inkOf(verdict: string): "allowed" | "denied" | "other" {
  if (verdict === "allowed" || verdict === "allow") return "allowed";
  return /^(denied|deny|dropped|drop)$/.test(verdict) ? "denied" : "other";
}

const inks = ["allowed", "other", "denied"] as const;

/** The bars of a strip. Heights grow with the square root, so that a few refusals beside many rows can be seen. */
export function stripBars({ range, step_s: step, cells }: RowCountsJson): StripBar[] {
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)];
  const length = Math.max(1, to - from);
  const sums = cells.map(({ verdicts }) => Object.values(verdicts).reduce((sum, count) => sum + count, 0));
  const most = Math.max(1, ...sums);
  return cells.map(({ from: begin, verdicts }, at) => {
    const fromMs = Math.max(from, Date.parse(begin));
    const toMs = Math.min(to, Date.parse(begin) + step * 1000);
    const rows = sums[at] ?? 0;
    const height = Math.sqrt(rows / most);
    const byInk = inks.map((ink) => ({
      ink,
      share:
        rows === 0
          ? 0
          : (height *
              Object.entries(verdicts).reduce((sum, [word, count]) => sum + (inkOf(word) === ink ? count : 0), 0)) /
            rows,
    }));
    return {
      fromMs,
      toMs,
      rows,
      verdicts,
      left: (fromMs - from) / length,
      width: (toMs - fromMs) / length,
      parts: byInk.filter(({ share }) => share > 0),
    };
  });
}

const tickSteps = [1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800].map(
  (seconds) => seconds * 1000,
);

/** Times to write under a strip, no more than `most`, each on a full step. */
export function stripTicks(fromMs: number, toMs: number, most: number): number[] {
  const step = tickSteps.find((each) => (toMs - fromMs) / each <= most) ?? (toMs - fromMs) / most;
  const ticks: number[] = [];
  for (let at = Math.ceil(fromMs / step) * step; at < toMs; at += step) ticks.push(at);
  return ticks;
}
