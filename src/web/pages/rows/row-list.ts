import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useMemo } from "react";
import type { JsonCell, RowCountsJson, RowCountsRequest, RowsJson, RowsRequest } from "#api/contract/index.js";
import type { ColumnName } from "#model/columns.js";
import { request } from "../../client/request.ts";
import { rowWord, type RowDataset, type RowOrder } from "./rows-state.ts";

/** The first page is small, so that something is there at once. */
const FIRST_PAGE = 200;
const NEXT_PAGES = 1000;

/** Rows of pages that have come so far, by their number. */
export class RowList {
  readonly dataset: RowDataset;
  readonly length: number;
  readonly #pages: readonly RowsJson[];
  readonly #at: ReadonlyMap<string, number>;
  readonly #names: ReadonlyMap<string, string>;

  constructor(dataset: RowDataset, pages: readonly RowsJson[]) {
    this.dataset = dataset;
    this.#pages = pages;
    this.#at = new Map(pages[0]?.columns.map(({ name }, at) => [name, at]));
    this.#names = namesIn(pages);
    this.length = pages.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  /** The cells of a row; undefined where it has not come. */
  row(index: number): readonly JsonCell[] | undefined {
    if (index < FIRST_PAGE) return this.#pages[0]?.rows[index];
    const behind = index - FIRST_PAGE;
    return this.#pages[1 + Math.floor(behind / NEXT_PAGES)]?.rows[behind % NEXT_PAGES];
  }

  cell(row: readonly JsonCell[], name: ColumnName): JsonCell {
    const at = this.#at.get(name);
    return at === undefined ? null : (row[at] ?? null);
  }

  /** What people call a value. */
  nameOf(text: string): string | undefined {
    return this.#names.get(text);
  }

  wordOf(row: readonly JsonCell[]): string {
    return rowWord(this.dataset, (name) => this.cell(row, name as ColumnName));
  }

  /** Where a row is among those that have come; -1: not there. */
  indexOf(word: string): number {
    for (let index = 0; index < this.length; index++) {
      const row = this.row(index);
      if (row !== undefined && this.wordOf(row) === word) return index;
    }
    return -1;
  }
}

/** The names of a list's pages so far: each new page adds its own. */
const namesByList = new WeakMap<RowsJson, { pages: number; readonly names: Map<string, string> }>();

function namesIn(pages: readonly RowsJson[]): ReadonlyMap<string, string> {
  const [first] = pages;
  if (first === undefined) return new Map();
  const known = namesByList.get(first) ?? { pages: 0, names: new Map<string, string>() };
  namesByList.set(first, known);
  for (const page of pages.slice(known.pages))
    for (const [text, name] of Object.entries(page.names)) known.names.set(text, name);
  known.pages = Math.max(known.pages, pages.length);
  return known.names;
}

export interface RowPages {
  readonly list: RowList | undefined;
  readonly error: unknown;
  readonly isOld: boolean;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  /** From the first page on, of the lake as it is now. */
  readonly restart: () => void;
}

/** The rows of a question, page by page. What was there stays until the new rows are. */
export function useRowPages(question: RowCountsRequest, order: RowOrder, columns: readonly ColumnName[]): RowPages {
  const { dataset } = question;
  const client = useQueryClient();
  const queryKey = ["rows", question, order, columns];
  const query = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }) => {
      const body: RowsRequest = {
        ...question,
        order,
        columns: [...columns],
        totals: false,
        limit: pageParam === undefined ? FIRST_PAGE : NEXT_PAGES,
        ...(pageParam !== undefined && { cursor: pageParam }),
      };
      return shareTexts(await request<RowsJson>("/rows", { method: "POST", body, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    // Comparing a million rows with themselves would take longer than getting them.
    structuralSharing: false,
    // Pages go on from one another: asking them all again is `restart`.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data, error, isPlaceholderData, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const list = useMemo(() => listOf(data), [data]);
  return {
    list: list ?? (data === undefined ? undefined : new RowList(dataset, [])),
    error,
    isOld: isPlaceholderData,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    restart: () => void client.resetQueries({ queryKey, exact: true }),
  };
}

function listOf(data: InfiniteData<RowsJson> | undefined): RowList | undefined {
  const [first] = data?.pages ?? [];
  return data === undefined || first === undefined ? undefined : new RowList(first.dataset, data.pages);
}

/** The same address stands in thousands of rows: it is kept once. */
const texts = new Map<string, string>();
const MOST_TEXTS = 200_000;

function shareTexts(page: RowsJson): RowsJson {
  if (texts.size > MOST_TEXTS) texts.clear();
  const shared = page.columns.map(({ name, type }) => name !== "conversation_id" && type !== "TIMESTAMP");
  const rows = page.rows.map((row) =>
    row.map((cell, at) => {
      if (typeof cell !== "string" || shared[at] !== true) return cell;
      const known = texts.get(cell);
      if (known === undefined) texts.set(cell, cell);
      return known ?? cell;
    }),
  );
  return { ...page, rows };
}

/** All rows of a question, counted by time and verdict. */
export function useRowCounts(question: RowCountsRequest) {
  return useQuery({
    queryKey: ["row-counts", question],
    queryFn: ({ signal }) => request<RowCountsJson>("/rows/counts", { method: "POST", body: question, signal }),
    placeholderData: keepPreviousData,
  });
}
