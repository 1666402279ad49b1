import { WeirError } from "#base/errors.js";
import { parseFilter } from "#filter/index.js";
import type { AnswerColumn, AnswerCoverage, Cell, TimeRange } from "#model/answer.js";
import type { FoldClass } from "#model/folds.js";
import type { NameBook } from "#model/names.js";
import type { Scope } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import {
  countRows,
  coverageIn,
  DuckDbEngine,
  hoursOf,
  keyLength,
  readRowPage,
  type QueryEngine,
  type RowCounts,
  type RowDataset,
  type RowsQuestion,
} from "#query/index.js";
import { SEGMENT_MISSING } from "#store/index.js";
import { timeRange, withSandbox, type AskedTime } from "./asking.ts";
import type { CatalogFiles } from "./lake-files.ts";
import { columnsNamed } from "./listed-columns.ts";
import { namesOfCells } from "./names-of-cells.ts";
import { cursorText, lakeChanged, parseCursor, stateOf, type RowCursor } from "./row-cursor.ts";

/** Single rows, as a person asks for them. */
export interface RowsRequest extends AskedTime {
  readonly dataset: RowDataset;
  readonly filter?: string;
  /** What is left out and only counted; nothing of flows. */
  readonly fold?: readonly FoldClass[];
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
}

export interface RowListRequest extends RowsRequest {
  /** Without it, those that people look at first. */
  readonly columns?: readonly string[];
  readonly order?: "newest" | "oldest";
  /** `next` of the page before. */
  readonly cursor?: string;
  readonly limit?: number;
  /** Whether the first page also counts all rows of the range. */
  readonly totals?: boolean;
}

/** What all rows of a question come to. */
export interface RowTotals extends RowCounts {
  readonly range: TimeRange;
  readonly coverage: AnswerCoverage;
  readonly notes: readonly string[];
  readonly table: RowDataset;
  readonly elapsedMs: number;
}

export interface ListedRows {
  readonly dataset: RowDataset;
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly names: Readonly<Record<string, string>>;
  /** Cursor of the next page; null after the last. */
  readonly next: string | null;
  readonly range: TimeRange;
  /** On the first page, if asked for. */
  readonly totals: Pick<RowTotals, "total" | "classes" | "coverage"> | undefined;
  readonly scannedRows: number;
  readonly scannedFiles: number;
  readonly elapsedMs: number;
}

const MEMORY_MB = 1000;
const limits = { timeoutMs: 60_000, maxRows: 100_000 };
const LEAST_PAGE = 200;

/** What all work on rows is done with. */
interface RowsPlace {
  readonly lake: CatalogFiles;
  readonly names: NameBook;
  readonly question: RowsQuestion;
  readonly engine: QueryEngine;
  readonly segments: (table: TableName) => readonly Segment[];
}

/**
 * One page of single conversations or flows, in the order of time. Pages that follow one another by cursor are of one state of
 * the lake: each row once, whatever is ingested meanwhile.
 * @throws WeirError `bad-cursor`; `lake-changed` when the state that a cursor goes on in is gone
 */
export async function listRows(dataDir: string, request: RowListRequest): Promise<ListedRows> {
  const startedMs = performance.now();
  const { dataset, order = "newest", limit = LEAST_PAGE, totals = true } = request;
  const columns = columnsNamed(request.columns, dataset);
  const words = wordsOf(request, order);
  const cursor = request.cursor === undefined ? undefined : parseCursor(request.cursor, words, keyLength(dataset));
  try {
    return await withRows(dataDir, request, cursor, async (place) => {
      const { names, question, engine, segments } = place;
      const hours = await knownHours(place, cursor);
      const rowsLake = { segments, names, hours };
      const page = await readRowPage(question, rowsLake, { columns, order, after: cursor?.after, limit }, engine);
      const { range } = question;
      return {
        dataset,
        columns: page.columns,
        rows: page.rows,
        names: namesOfCells(page.columns, page.rows, names),
        next:
          page.last === undefined
            ? null
            : cursorText({ ...(cursor ?? firstState(place)), range, after: page.last }, words),
        range,
        totals:
          cursor !== undefined || !totals
            ? undefined
            : {
                ...(await countRows(question, rowsLake, engine)),
                coverage: await coverageIn({
                  engine,
                  segments,
                  range,
                  scope: request.scope,
                  nowMs: request.nowMs,
                  memory: place.lake.memory,
                  told: place.lake.told(),
                }),
              },
        scannedRows: page.scannedRows,
        scannedFiles: page.scannedFiles,
        elapsedMs: Math.round(performance.now() - startedMs),
      };
    });
  } catch (error) {
    if (cursor !== undefined && error instanceof WeirError && error.code === SEGMENT_MISSING) throw lakeChanged(error);
    throw error;
  }
}

/** All rows of a question, counted by time and verdict, with what is folded away and what the logs cover. */
export async function countAllRows(dataDir: string, request: RowsRequest): Promise<RowTotals> {
  const startedMs = performance.now();
  return withRows(dataDir, request, undefined, async (place) => {
    const { question, segments, names, engine } = place;
    const hours = await knownHours(place, undefined);
    const counts = await countRows(question, { segments, names, hours }, engine);
    const { range, dataset } = question;
    return {
      ...counts,
      range,
      table: dataset,
      coverage: await coverageIn({
        engine,
        segments,
        range,
        scope: request.scope,
        nowMs: request.nowMs,
        memory: place.lake.memory,
        told: place.lake.told(),
      }),
      notes: pendingNotes(dataset, place.lake),
      elapsedMs: Math.round(performance.now() - startedMs),
    };
  });
}

async function withRows<T>(
  dataDir: string,
  request: RowsRequest,
  cursor: RowCursor | undefined,
  work: (place: RowsPlace) => Promise<T>,
): Promise<T> {
  const { dataset, fold = [], nowMs, scope } = request;
  if (dataset === "flows" && fold.length > 0) throw foldOfFlows();
  let planned: Omit<RowsPlace, "engine"> | undefined;
  const narrow = (lake: CatalogFiles, flowsEnd: number | null): CatalogFiles => {
    const filter = request.filter === undefined ? undefined : parseFilter(request.filter, dataset, { nowMs });
    planned = {
      lake,
      names: lake.names(),
      segments: cursor === undefined ? (table) => lake.segments(table) : segmentsAt(cursor, dataset, lake),
      question: {
        dataset,
        fold,
        range: cursor?.range ?? timeRange(request, flowsEnd),
        ...(filter !== undefined && { filter }),
        ...(scope !== undefined && { scope }),
      },
    };
    return lake;
  };
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal: request.signal, narrow }, async (sandbox) => {
    if (planned === undefined) throw new Error("the question was not read");
    return work({ ...planned, engine: new DuckDbEngine(sandbox, planned.names, limits) });
  });
}

/** The tables that pages depend on: the rows themselves, and where hours are looked up. */
function tablesOf(dataset: RowDataset): readonly TableName[] {
  return dataset === "flows" ? ["flows"] : ["conversations", "presence"];
}

function firstState({ lake, question }: RowsPlace): Pick<RowCursor, "version" | "names" | "state"> {
  return {
    version: lake.version(),
    names: lake.nameVersion(),
    state: stateOf(...tablesOf(question.dataset).map((table) => lake.segments(table))),
  };
}

/** The files that a list was begun with. @throws WeirError `lake-changed` */
function segmentsAt(
  { version, names, state }: RowCursor,
  dataset: RowDataset,
  lake: CatalogFiles,
): (table: TableName) => readonly Segment[] {
  const found = lake.earlierSegments(tablesOf(dataset), version, (segments) => stateOf(segments) === state);
  if (found === undefined || lake.nameVersion() !== names) throw lakeChanged();
  return (table) => found.filter((segment) => segment.table === table);
}

/** The hours that can have rows, where the filter names addresses. Of flows only on the first page: what is known of them changes. */
async function knownHours(
  { question, engine, segments, names, lake }: RowsPlace,
  cursor: RowCursor | undefined,
): Promise<readonly number[] | undefined> {
  if (question.dataset === "flows" && cursor !== undefined) return undefined;
  const query = { ...question, by: [], measures: [], timeZone: "UTC" };
  return hoursOf(query, { engine, segments, names, staleHours: lake.staleHours() });
}

/** All words that decide which rows come in which order. */
function wordsOf({ dataset, filter = "", from = "", to = "", fold = [], scope }: RowsRequest, order: string): string {
  return JSON.stringify([dataset, filter, from, to, order, fold.toSorted(), scope?.accounts ?? null]);
}

function pendingNotes(dataset: RowDataset, lake: CatalogFiles): string[] {
  const hours = dataset === "flows" ? 0 : lake.staleHours().length;
  if (hours === 0) return [];
  return [`${hours} ${hours === 1 ? "hour is" : "hours are"} still to be derived, or derived anew.`];
}

function foldOfFlows(): WeirError {
  return new WeirError({
    code: "fold-of-flows",
    kind: "usage",
    message: "flows are what the logs said: nothing of them is folded away",
    place: "fold",
    next: "Leave `fold` out, or ask conversations.",
  });
}
