import type { ExportFormat, ExportRequest, Question, WhyRequest } from "#api/contract/index.js";
import { shellWord } from "#base/shell-word.js";
import { shellOption, withArguments } from "./shell-words.ts";

/** Where a panel's content comes from: what its menu can download and copy. */
export interface PanelSource {
  /** What is downloaded; undefined where there are no rows. */
  readonly rows: ExportedRows | undefined;
  /** The request that it was asked with, for curl. */
  readonly request: { readonly path: string; readonly body: object };
  /** The same question on the command line. */
  readonly command: string;
}

export type ExportedRows = Omit<ExportRequest, "format" | "spreadsheet">;

/** A panel that shows an answer. */
export function questionSource(question: Question): PanelSource {
  const isRow = (question.by?.length ?? 0) === 0 && question.step === undefined;
  const measures = question.measures ?? [];
  return {
    // The total of everything is an answer, too, and without words it would read as single rows.
    rows: isRow && measures.length === 0 ? { ...question, measures: ["bytes"] } : question,
    request: { path: "/query", body: question },
    command: withArguments("weir query", filterWords(question.filter), [
      ...shellOption("dataset", question.dataset),
      ...shellOption("by", question.by?.join(",")),
      ...shellOption("measure", question.measures?.join(",")),
      ...timeOptions(question),
      ...shellOption("step", question.step),
      ...(question.having ?? []).flatMap((condition) => shellOption("having", condition)),
      ...shellOption("order", question.order),
      ...shellOption("compare", question.compare),
      // The command shows 20 groups of its own accord.
      ...(isRow ? [] : shellOption("top", question.limit ?? 10_000)),
      ...shellOption("tz", question.time_zone),
      ...(question.others === false ? ["--no-others"] : []),
    ]),
  };
}

/** What a panel of single rows shows. */
export interface RowsShown {
  readonly dataset: "conversations" | "flows";
  readonly filter?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A panel that shows single rows, page by page. */
export function rowsSource({ dataset, filter, from, to }: RowsShown): PanelSource {
  const asked = {
    dataset,
    ...(filter !== undefined && filter.trim() !== "" && { filter }),
    ...(from !== undefined && from !== "" && { from }),
    ...(to !== undefined && to !== "" && { to }),
  };
  return {
    rows: { ...asked, order: "time" },
    request: { path: "/rows", body: asked },
    command: withArguments("weir export", filterWords(filter), [
      ...shellOption("dataset", dataset),
      ...timeOptions(asked),
      ...shellOption("order", "time"),
      ...shellOption("output", `${dataset}.csv`),
    ]),
  };
}

/** The answer to why one end cannot reach another. */
export function whySource(why: WhyRequest): PanelSource {
  return {
    rows: undefined,
    request: { path: "/why", body: why },
    command: withArguments("weir why", [why.client, why.server], timeOptions(why)),
  };
}

/** A link that downloads; CSV is made for spreadsheet programs, since that is where a click on it leads. */
export function exportLink(rows: ExportedRows, format: ExportFormat): string {
  const { by, measures, having, limit, others, all_columns: allColumns, ...words } = rows;
  const link = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(words)) if (value !== undefined) link.set(name, value);
  if (by !== undefined && by.length > 0) link.set("by", by.join(","));
  if (measures !== undefined && measures.length > 0) link.set("measures", measures.join(","));
  for (const condition of having ?? []) link.append("having", condition);
  if (limit !== undefined) link.set("limit", String(limit));
  if (others !== undefined) link.set("others", String(others));
  if (allColumns !== undefined) link.set("all_columns", String(allColumns));
  if (format === "csv") link.set("spreadsheet", "true");
  return `/api/v1/export?${link.toString()}`;
}

/** The request as a command. Where people sign in, a token comes from the environment. */
export function curlCommand({ request }: PanelSource, origin: string, needsToken: boolean): string {
  return [
    "curl -sS",
    ...(needsToken ? ['-H "authorization: Bearer $WEIR_TOKEN"'] : []),
    "-H 'content-type: application/json'",
    `--data-raw ${shellWord(JSON.stringify(request.body))}`,
    shellWord(`${origin}/api/v1${request.path}`),
  ].join(" ");
}

function filterWords(filter: string | undefined): string[] {
  return filter === undefined || filter.trim() === "" ? [] : [filter];
}

function timeOptions({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): string[] {
  return [...shellOption("from", from), ...shellOption("to", to)];
}
