import { WeirError } from "#base/errors.js";
import { parseDuration, parseTime } from "#base/time.js";
import { parseFilter, parseMeasureCondition } from "#filter/index.js";
import { datasetNames, type DatasetName } from "#model/datasets.js";
import type { FilterNode } from "#model/filter.js";
import { measuresOf, type MeasureName } from "#model/measures.js";
import type { NameBook } from "#model/names.js";
import type { Query, Scope } from "#model/query.js";
import { answerQuery, DuckDbEngine, groupingOf, measureNamed, type QueryAnswer } from "#query/index.js";
import { timeRange, withSandbox, type AskedTime } from "./asking.ts";
import type { CatalogFiles } from "./lake-files.ts";
import { namesOfCells } from "./names-of-cells.ts";

/** A question as a person asks it: words are not checked yet. */
export interface AskRequest extends AskedTime {
  /** Without it, conversations if they know all words of the question and the lake has any, else flows. */
  readonly dataset?: string;
  /** A filter as it was written, or one that was checked already. */
  readonly filter?: string | FilterNode;
  /** Without it, what `defaultBy` says of the dataset. */
  readonly by?: readonly string[];
  readonly defaultBy?: (dataset: DatasetName) => readonly string[];
  readonly measures?: readonly string[];
  /** Measures beside those asked for. */
  readonly moreMeasures?: (dataset: DatasetName) => readonly MeasureName[];
  /** A length of time, or `auto`. */
  readonly step?: string;
  readonly having?: readonly string[];
  /** A measure, with `:asc` or `:desc` behind it. */
  readonly order?: string;
  /** `previous`, a length of time to go back, or the beginning of another time of the same length. */
  readonly compare?: string;
  readonly limit?: number;
  readonly others?: boolean;
  readonly timeZone?: string;
  readonly scope?: Scope;
  /** Groups and steps that an answer holds at most; a million if nothing is said. */
  readonly maxRows?: number;
  readonly signal?: AbortSignal;
}

/** An answer with the names of the addresses and ids in it. */
export interface AskedAnswer extends QueryAnswer {
  readonly by: readonly string[];
  readonly filter: FilterNode | undefined;
  readonly timeZone: string;
  readonly names: Readonly<Record<string, string>>;
}

const MEMORY_MB = 2000;
const TIMEOUT_MS = 120_000;
const MOST_ROWS = 1_000_000;

/** Answers a question. Only files that can hold rows of it are opened. */
export async function askQuery(dataDir: string, request: AskRequest): Promise<AskedAnswer> {
  const startedMs = performance.now();
  let asked: { query: Query; lake: CatalogFiles; names: NameBook } | undefined;
  const narrow = (lake: CatalogFiles, flowsEnd: number | null): CatalogFiles => {
    asked = { query: questionOf(request, lake, flowsEnd), lake, names: lake.names() };
    return lake;
  };
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal: request.signal, narrow }, async (sandbox) => {
    if (asked === undefined) throw new Error("the question was not read");
    const { query, lake, names } = asked;
    const engine = new DuckDbEngine(sandbox, names, { timeoutMs: TIMEOUT_MS, maxRows: request.maxRows ?? MOST_ROWS });
    const answer = await answerQuery(
      query,
      request.scope,
      {
        segments: (table) => lake.segments(table),
        names,
        staleHours: lake.staleHours(),
        told: lake.told(),
        nowMs: request.nowMs,
        memory: lake.memory,
      },
      engine,
    );
    return {
      ...answer,
      by: query.by,
      filter: query.filter,
      timeZone: query.timeZone,
      names: namesIn(answer, names),
      notes: [...answer.notes, ...pendingNotes(query.dataset, lake)],
      elapsedMs: Math.round(performance.now() - startedMs),
    };
  });
}

/** Whoever asks conversations must know of flows that are not in them yet. */
function pendingNotes(dataset: DatasetName, lake: CatalogFiles): string[] {
  const hours = lake.staleHours().length;
  if (hours === 0) return [];
  const pending = `${hours} ${hours === 1 ? "hour is" : "hours are"} still to be derived, or derived anew: weir store derive.`;
  if (dataset !== "flows") return [pending];
  return lake.segments("conversations").length === 0
    ? [`There are no conversations yet: this is about flows. ${pending}`]
    : [];
}

/** The question with every word checked, about the dataset that knows them all. */
function questionOf(request: AskRequest, lake: CatalogFiles, flowsEnd: number | null): Query {
  const range = timeRange(request, flowsEnd);
  if (request.dataset !== undefined) return queryOf(request, datasetNamed(request.dataset), range);
  if (lake.segments("conversations").length === 0) return queryOf(request, "flows", range);
  try {
    return queryOf(request, "conversations", range);
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    try {
      return queryOf(request, "flows", range);
    } catch {
      // A mistake is told in the words of conversations: most questions are about them.
      throw error;
    }
  }
}

function queryOf(request: AskRequest, dataset: DatasetName, range: Query["range"]): Query {
  const { filter, step, having = [], order, compare, limit, others, nowMs, timeZone = "UTC" } = request;
  const asked = (request.measures ?? []).map((word) => measureNamed(word, dataset));
  const measures = [...new Set([...(request.moreMeasures?.(dataset) ?? []), ...asked])];
  const [first] = asked;
  // Rows have a name with `_` where a question may write a dot: the answer says the same names of both.
  const by = (request.by ?? request.defaultBy?.(dataset) ?? []).map((word) => word.trim().replaceAll(/[.-]/g, "_"));
  groupingOf({ by, dataset });
  const node = typeof filter === "string" ? parseFilter(filter, dataset, { nowMs }) : filter;
  return {
    dataset,
    range,
    by,
    measures: measures.length > 0 ? measures : measuresOf(dataset).slice(0, 1),
    timeZone,
    ...(node !== undefined && { filter: node }),
    ...(step !== undefined && { step: stepNamed(step) }),
    ...(having.length > 0 && { having: having.map((text) => parseMeasureCondition(text, dataset)) }),
    ...orderOf(order, first, dataset),
    ...(compare !== undefined && { compare: comparedTime(compare, range, nowMs) }),
    ...(limit !== undefined && { limit }),
    ...(others !== undefined && { others }),
  };
}

function datasetNamed(word: string): DatasetName {
  const known = datasetNames.find((name) => name === word);
  if (known !== undefined) return known;
  throw new WeirError({
    code: "unknown-dataset",
    kind: "usage",
    message: `there is no dataset “${word}”`,
    place: "--dataset",
    next: `Datasets are ${datasetNames.join(", ")}.`,
  });
}

function stepNamed(text: string): number | "auto" {
  if (text === "auto") return "auto";
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new WeirError({
    code: "bad-step",
    kind: "usage",
    message: `“${text}” is no length of time`,
    place: "--step",
    next: "Write auto, 5m, 1h or 1d.",
  });
}

/** What ranks: the order asked for, else the first measure asked for. */
function orderOf(text: string | undefined, first: MeasureName | undefined, dataset: DatasetName): Pick<Query, "order"> {
  if (text === undefined) return first === undefined ? {} : { order: { measure: first, descending: true } };
  const [word = "", direction = "desc"] = text.split(":", 2);
  if (direction !== "asc" && direction !== "desc")
    throw new WeirError({
      code: "bad-order",
      kind: "usage",
      message: `“${direction}” is no order`,
      place: "--order",
      next: `Write ${word}:asc or ${word}:desc.`,
    });
  return { order: { measure: measureNamed(word, dataset), descending: direction === "desc" } };
}

function comparedTime(text: string, { from, to }: Query["range"], nowMs: number): NonNullable<Query["compare"]> {
  if (text === "previous") return "previous";
  const back = parseDuration(text);
  const start = back === undefined ? parseTime(text, nowMs, "--compare") : from - back * 1000;
  return { from: start, to: start + (to - from) };
}

/** The names of what an answer is grouped by. */
function namesIn({ columns, rows, keyCount, step }: QueryAnswer, book: NameBook): Record<string, string> {
  const first = step === undefined ? 0 : 1;
  return namesOfCells(columns.slice(0, first + keyCount), rows, book);
}
