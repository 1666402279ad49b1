import type { JsonCell } from "#api/contract/index.js";
import { fullCount, humanBytes, humanCount, humanRate } from "#base/human.js";

/** A value of any column as text; null is empty. */
export function cellText(value: JsonCell | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A measure in the unit of its column: `1.2 GB`. */
export function measureText(value: JsonCell, unit: string | null): string {
  if (value === null || value === undefined) return "–";
  const number = Number(value);
  if (Number.isNaN(number)) return cellText(value);
  if (unit === "bytes") return humanBytes(number);
  if (unit === "bytes/s") return humanRate(number);
  return humanCount(Math.round(number * 100) / 100);
}

/** All digits, for whoever wants them. */
export function exactText(value: JsonCell, unit: string | null): string {
  if (value === null || value === undefined) return "unknown";
  const number = Number(value);
  return Number.isNaN(number) ? cellText(value) : `${fullCount(number)}${unit === null ? "" : ` ${unit}`}`;
}

/** A measure with human units; the exact value on hover. */
export function Measure({ value, unit }: { readonly value: JsonCell; readonly unit: string | null }) {
  return <span title={exactText(value, unit)}>{measureText(value, unit)}</span>;
}
