import { fullCount, humanBytes, humanCount, humanRate } from "#base/human.js";
import { measureInfo } from "./catalogue.ts";

/** How values of a measure are written. */
export interface MeasureText {
  readonly heading: string;
  readonly short: (value: number) => string;
  readonly exact: (value: number) => string;
  /** Counts have no halves. */
  readonly isWhole: boolean;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Writes values of a measure, short and with all digits. */
export function measureText(name: string): MeasureText {
  const { heading, unit } = measureInfo(name);
  if (unit === "bytes/s")
    return { heading, short: humanRate, exact: (value) => `${fullCount(rounded(value))} B/s`, isWhole: false };
  if (unit === "bytes")
    return {
      heading,
      short: (value) => humanBytes(Math.round(value)),
      exact: (value) => `${fullCount(rounded(value))} B`,
      isWhole: false,
    };
  return {
    heading,
    short: (value) => humanCount(rounded(value)),
    exact: (value) => fullCount(rounded(value)),
    isWhole: true,
  };
}

/** Whether a measure counts what was denied: its ink is hatched. */
export function isDeniedMeasure(name: string): boolean {
  return name === "denied" || name === "attempted_bytes";
}
