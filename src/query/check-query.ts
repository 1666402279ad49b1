import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import type { TimeRange } from "#model/answer.js";
import { datasetNames, type DatasetName } from "#model/datasets.js";
import { measureOf, measureNames, measuresOf, type MeasureName } from "#model/measures.js";
import type { Query } from "#model/query.js";
import { groupingOf, type Grouping } from "./dimensions.ts";
import { wholeHours } from "./reads.ts";
import { automaticStep, DAY, gridCells, HOUR, MINUTE, type TimeCell, type TimeGrid } from "./time-grid.ts";
import { movedZone, zoneOf } from "./time-zone.ts";

/** A question that can be planned: every word known, the range as it will be answered. */
export interface CheckedQuery extends Query {
  readonly grouping: Grouping;
  /** Those asked for, then those that only conditions or the order need. */
  readonly allMeasures: readonly MeasureName[];
  readonly ranking: { readonly measure: MeasureName; readonly descending: boolean };
  /** How time is cut, by `step` or by a word among `by`. */
  readonly grid: TimeGrid | undefined;
  /** The steps of a series, each with every group. */
  readonly cells: readonly TimeCell[];
  readonly isSeries: boolean;
  /** The steps that p95 is found among. */
  readonly rateGrid: TimeGrid;
  /** The time that is compared with. */
  readonly before: TimeRange | undefined;
  /** Of a series: how that time is cut, so that its steps line up with those of now; and its steps that percentiles are found among. */
  readonly gridBefore: TimeGrid | undefined;
  readonly rateGridBefore: TimeGrid | undefined;
  /** What people should know of how it was understood. */
  readonly notes: readonly string[];
}

/** Whether a measure's values over groups add up to that over all: rates do where all groups have the same time. */
export function addsUp(measure: MeasureName, { grouping }: CheckedQuery): boolean {
  return measureOf(measure).adds && (measure !== "rate" || grouping.time === undefined);
}

/** More rows than this in a series are too many for anyone. */
const MOST_CELLS = 100_000;
/** Rates are billed and judged by five minutes. */
const RATE_STEP = 5 * MINUTE;

/** @throws WeirError when it cannot be asked */
export function checkedQuery(query: Query, longestWindow: number): CheckedQuery {
  const { dataset, timeZone } = query;
  const grouping = groupingOf(query);
  const range = answeredRange(query.range, dataset);
  const notes: string[] = [];
  const allMeasures = measuresAsked(query);
  const step = stepOf(query, grouping, range, longestWindow, notes);
  const zone = zoneOf(timeZone, range);
  const grid = step === undefined ? undefined : { step, zone };
  const isSeries = query.step !== undefined;
  if (isSeries && step !== undefined && (range.to - range.from) / step > MOST_CELLS) throw tooManySteps(step, range);
  const before = beforeOf(query, range);
  const rateGrid = rateGridOf(step, longestWindow, zone);
  const back = isSeries && before !== undefined ? range.from - before.from : undefined;
  return {
    ...query,
    range,
    grouping,
    allMeasures,
    ranking: query.order ?? { measure: firstOf(query), descending: true },
    grid,
    cells: isSeries && grid !== undefined ? gridCells(grid, range) : [],
    isSeries,
    rateGrid,
    before,
    gridBefore: back === undefined ? undefined : movedGrid(grid, back),
    rateGridBefore: back === undefined ? undefined : movedGrid(rateGrid, back),
    notes,
  };
}

function firstOf({ measures, dataset }: Query): MeasureName {
  const [first] = measures;
  if (first !== undefined) return first;
  throw new WeirError({
    code: "no-measure",
    kind: "usage",
    message: "the question counts nothing",
    place: "--measure",
    next: `Measures of ${dataset} are ${measuresOf(dataset).join(", ")}.`,
  });
}

/** Rows of derived tables are cut by minutes at the finest: the range is widened to full ones, of presence to full hours. */
export function answeredRange({ from, to }: TimeRange, dataset: DatasetName): TimeRange {
  if (dataset === "presence") return wholeHours({ from, to });
  if (dataset !== "conversations" && dataset !== "observations") return { from, to };
  return { from: Math.floor(from / MINUTE) * MINUTE, to: Math.ceil(to / MINUTE) * MINUTE };
}

/** @throws WeirError `unknown-measure` */
function measuresAsked(query: Query): MeasureName[] {
  const { dataset, measures, having = [], order } = query;
  const all = [...new Set([...measures, ...having.map(({ measure }) => measure), ...(order ? [order.measure] : [])])];
  for (const measure of all) if (!measureOf(measure).datasets.includes(dataset)) throw unknownMeasure(measure, dataset);
  return all;
}

/** A measure by the word for it. @throws WeirError `unknown-measure` that says the nearest */
export function measureNamed(word: string, dataset: DatasetName): MeasureName {
  const name = word.trim().toLowerCase().replaceAll(/[.-]/g, "_");
  const known = measureNames.find((measure) => measure === name);
  // Of flows, bytes are the plain sum: the word for it is asked for by mistake only.
  const own = dataset === "flows" && known === "bytes" ? "logged_bytes" : known;
  if (own !== undefined && measureOf(own).datasets.includes(dataset)) return own;
  throw unknownMeasure(word, dataset);
}

function unknownMeasure(word: string, dataset: DatasetName): WeirError {
  const words = measuresOf(dataset);
  const near = nearestWord(word, words);
  const other = datasetNames.find((name) => measuresOf(name).some((measure) => measure === word));
  const list = `Measures of ${dataset} are ${words.join(", ")}.`;
  const hint =
    near !== undefined && near !== word
      ? `Did you mean ${near}? `
      : other === undefined
        ? ""
        : `${other} have it: --dataset ${other}. `;
  return new WeirError({
    code: "unknown-measure",
    kind: "usage",
    message: `${dataset} have no measure “${word}”`,
    place: "--measure",
    next: hint + list,
  });
}

function stepOf(
  { step, dataset }: Query,
  { time }: Grouping,
  range: TimeRange,
  longestWindow: number,
  notes: string[],
): number | undefined {
  if (step === undefined) return time?.step;
  if (time !== undefined)
    throw badStep(`rows are one a step already, and --by names ${time.name}, too`, "Leave out one of them.");
  const finest = dataset === "flows" || dataset === "coverage" ? 1_000_000 : dataset === "presence" ? HOUR : MINUTE;
  if (step === "auto") return Math.max(finest, automaticStep(range, longestWindow));
  const micros = step * 1000;
  if (micros < finest || micros % finest !== 0)
    throw badStep(
      `${dataset} know no step of ${step / 1000} s`,
      `Give a multiple of ${finest / 1_000_000} s, such as 5m, 1h or 1d.`,
    );
  if (micros > DAY && micros % DAY !== 0) throw badStep("a step above a day must be of full days", "Give 2d or 7d.");
  if (micros < longestWindow)
    notes.push(
      dataset === "flows"
        ? `Steps are finer than the longest window of the logs (${longestWindow / MINUTE} min): each record counts at its own time.`
        : `Steps are finer than the longest window of the logs (${longestWindow / MINUTE} min): bytes are spread evenly over the time that the logs give.`,
    );
  return micros;
}

function badStep(message: string, next: string): WeirError {
  return new WeirError({ code: "bad-step", kind: "usage", message, place: "--step", next });
}

function tooManySteps(step: number, { from, to }: TimeRange): WeirError {
  const count = Math.ceil((to - from) / step);
  return badStep(`that makes ${count} steps, and ${MOST_CELLS} are the most`, "Give a longer step or a shorter time.");
}

/** The steps that rates are compared by: five minutes, no finer than the longest window, and whole parts of a step. */
function rateGridOf(step: number | undefined, longestWindow: number, zone: TimeGrid["zone"]): TimeGrid {
  const finest = Math.max(RATE_STEP, Math.ceil(longestWindow / RATE_STEP) * RATE_STEP);
  return { step: step === undefined || (step > finest && step % finest === 0 && finest < HOUR) ? finest : step, zone };
}

function movedGrid<G extends TimeGrid | undefined>(grid: G, back: number): G | TimeGrid {
  return grid === undefined ? grid : { step: grid.step, zone: movedZone(grid.zone, back) };
}

function beforeOf({ compare, dataset }: Query, { from, to }: TimeRange): TimeRange | undefined {
  if (compare === undefined) return undefined;
  return compare === "previous" ? { from: from - (to - from), to: from } : answeredRange(compare, dataset);
}
