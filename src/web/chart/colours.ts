import { cloudColours, type Palette } from "./palette.ts";

const cloudPairs: Readonly<Record<string, number>> = { "aws+azure": 3, "aws+gcp": 4, "azure+gcp": 5 };

/** The ink of a cloud, or of what several clouds saw. */
export function cloudColour(value: string | null, { series, faint }: Palette): string {
  const at = value === null ? undefined : (cloudColours[value] ?? cloudPairs[value] ?? 6);
  return at === undefined ? faint : (series[at] ?? faint);
}

/** The ink of a verdict. */
export function verdictColour(value: string | null, { allowed, denied, series, faint }: Palette): string {
  if (value === "allowed") return allowed;
  if (value === "denied") return denied;
  if (value === "dropped") return series[5] ?? denied;
  if (value === "mixed") return series[3] ?? denied;
  return faint;
}

/** Whether the ink of a verdict is hatched. */
export function isDeniedVerdict(value: string | null): boolean {
  return value === "denied" || value === "dropped";
}

/** The ink of a series by its rank: eight colours, then their lighter forms; `others` is grey. */
export function rankColour(rank: number, isOthers: boolean, { series, faint, surface }: Palette): string {
  if (isOthers) return mixed(faint, surface, 0.45);
  // The last of the eight is grey, and grey is the rest's.
  const own = series.slice(0, -1);
  const base = own[rank % own.length] ?? faint;
  const round = Math.floor(rank / own.length);
  return round === 0 ? base : mixed(base, surface, Math.min(0.75, 0.35 * round));
}

/** One of the seven colours, over and over: where neighbours need only differ. */
export function cycleColour(at: number, isOthers: boolean, palette: Palette): string {
  return rankColour(at % (palette.series.length - 1), isOthers, palette);
}

function channels(colour: string): [number, number, number] | undefined {
  // Built style sheets write #ffffff as #fff.
  const long = colour.trim().replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/i, "#$1$1$2$2$3$3");
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(long);
  if (match === null) return undefined;
  const of = (at: number): number => Number.parseInt(match[at] ?? "0", 16);
  return [of(1), of(2), of(3)];
}

/** A colour with a share of another one in it; both as #rgb or #rrggbb. */
export function mixed(colour: string, other: string, share: number): string {
  const [a, b] = [channels(colour), channels(other)];
  if (a === undefined || b === undefined) return colour;
  const part = (at: 0 | 1 | 2): string =>
    Math.round(a[at] * (1 - share) + b[at] * share)
      .toString(16)
      .padStart(2, "0");
  return `#${part(0)}${part(1)}${part(2)}`;
}
