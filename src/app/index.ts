/**
 * What the product can do, as functions over a data folder: the door for the command line and, later, the server. Each loads
 * its machinery when it is called, so that a command pays only for what it uses.
 */
import type { CollectReport } from "#collect/index.js";
import type { DemoOptions, DemoProgress, DemoQuestion } from "./demo.ts";
import type { ExportRequest } from "./exporting.ts";
import type { IngestOptions } from "./ingest.ts";
import type {
  CheckResult,
  CompactResult,
  ExpiredRows,
  ExpireRequest,
  LakeFile,
  RepairResult,
  StoreCheck,
} from "./maintenance.ts";
import type { PathAnswer, TrustAnswer } from "#analyse/index.js";
import type { DoctorRequest } from "./doctor.ts";
import type { WhyRequest } from "./explaining.ts";
import type { DeriveRequest, DeriveResult } from "./deriving.ts";
import type { AskedTime, QueryOptions } from "./asking.ts";
import type { AskedAnswer, AskRequest } from "./questions.ts";
import type { MapAnswer, MapRequest } from "./mapping.ts";
import type { FoundValue, ValuesRequest } from "./values.ts";
import type { LakeStatus } from "./status.ts";
import type { Arrivals, TailRequest } from "./tailing.ts";
import type { WarmLimits } from "./warm-lake.ts";
import type { LakeVersion } from "./lake-version.ts";
import type { MalformedRequest, MalformedTotals } from "./malformed.ts";
import type * as SavedViewsModule from "./views.ts";
import type { RowStream, TimeRange } from "#model/answer.js";
import type { TableName } from "#model/tables.js";

export type { CollectProblem, CollectProgress, CollectReport } from "#collect/index.js";
export type { QueryOptions } from "./asking.ts";
export type { AskedAnswer, AskRequest } from "./questions.ts";
export type { DemoOptions, DemoProgress, DemoQuestion } from "./demo.ts";
export type { ExportTable } from "./export-plan.ts";
export type { ExportRequest } from "./exporting.ts";
export type { IngestOptions } from "./ingest.ts";
export type { CheckResult, CompactResult, ExpiredRows, ExpireRequest, LakeFile, RepairResult } from "./maintenance.ts";
export type { MalformedRequest, MalformedTotals } from "./malformed.ts";
export type { PathAnswer, TrustAnswer, TrustCheck } from "#analyse/index.js";
export type { DeriveRequest, DeriveResult } from "./deriving.ts";
export type { NameSource, StoredName, StoredView as SavedView } from "#catalog/index.js";
export type { ViewUser } from "./views.ts";
export type { MapAnswer, MapRequest } from "./mapping.ts";
export * from "./names-door.ts";
export * from "./entities-door.ts";
export * from "./rows-door.ts";
export type { LakeVersion } from "./lake-version.ts";
export type { LakeStatus } from "./status.ts";
export type { FoundValue, ValuesRequest } from "./values.ts";
export type { Arrival } from "./tailing.ts";
export * from "./sources-door.ts";
export * from "./logs-door.ts";

/** Reads files into the lake, each object once. */
export async function ingestPaths(options: IngestOptions): Promise<CollectReport> {
  return (await import("./ingest.ts")).ingestPaths(options);
}

/** Assembles conversations of the hours whose flows changed, or of all. */
export async function deriveStore(dataDir: string, request: DeriveRequest): Promise<DeriveResult> {
  return (await import("./deriving.ts")).deriveStore(dataDir, request);
}

/** Runs one read-only SQL statement and gives its rows to `use`, block by block. */
export async function askSql<T>(
  dataDir: string,
  sql: string,
  options: QueryOptions,
  use: (rows: RowStream) => Promise<T>,
): Promise<T> {
  return (await import("./asking.ts")).askSql(dataDir, sql, options, use);
}

/** What became of one address's attempts to reach another. */
export async function askWhy(dataDir: string, request: WhyRequest): Promise<PathAnswer> {
  return (await import("./explaining.ts")).askWhy(dataDir, request);
}

/** Whether answers about a lake's logs can be trusted. */
export async function judgeLake(dataDir: string, request: DoctorRequest): Promise<TrustAnswer> {
  return (await import("./doctor.ts")).judgeLake(dataDir, request);
}

/** Filters, groups, counts and ranks, over time if asked; every answer says what it is worth. */
export async function askQuery(dataDir: string, request: AskRequest): Promise<AskedAnswer> {
  return (await import("./questions.ts")).askQuery(dataDir, request);
}

/** Who talks to whom, as boxes in boxes: clouds, accounts, networks, subnets, addresses, and what is outside. */
export async function askMap(dataDir: string, request: MapRequest): Promise<MapAnswer> {
  return (await import("./mapping.ts")).askMap(dataDir, request);
}

/** Values of a field that are in the data, those with the most traffic first. */
export async function listValues(dataDir: string, request: ValuesRequest): Promise<FoundValue[]> {
  return (await import("./values.ts")).listValues(dataDir, request);
}

/** Follows the lake: conversations as they are derived, new ones and those that changed. */
export async function* tailLake(dataDir: string, request: TailRequest): AsyncGenerator<Arrivals> {
  yield* (await import("./tailing.ts")).tailLake(dataDir, request);
}

/** Records that could not be read, with their object. */
export async function listMalformed<T>(
  dataDir: string,
  request: MalformedRequest,
  use: (rows: RowStream, totals: MalformedTotals) => Promise<T>,
): Promise<T> {
  return (await import("./malformed.ts")).listMalformed(dataDir, request, use);
}

/** What is in the lake, and what could not be read. */
export async function lakeStatus(dataDir: string): Promise<LakeStatus> {
  return (await import("./status.ts")).lakeStatus(dataDir);
}

/** Keeps what questions about a lake have in common between them, in this process and from now on. */
export async function keepWarm(dataDir: string, limits: WarmLimits): Promise<void> {
  return (await import("./warm-lake.ts")).keepWarm(dataDir, limits);
}

/** What a lake is at, for as long as it is kept open. */
export async function watchLakeVersion(dataDir: string): Promise<LakeVersion> {
  return new (await import("./lake-version.ts")).LakeVersion(dataDir);
}

/** Rows of a dataset or a query for export, block by block. */
export async function exportRows<T>(
  dataDir: string,
  request: ExportRequest,
  use: (rows: RowStream) => Promise<T>,
): Promise<T> {
  return (await import("./exporting.ts")).exportRows(dataDir, request, use);
}

/** Writes a dataset or a query as a Parquet file. @returns rows */
export async function exportParquet(
  dataDir: string,
  request: ExportRequest,
  file: string,
  options: { readonly force: boolean },
): Promise<number> {
  return (await import("./exporting.ts")).exportParquet(dataDir, request, file, options);
}

/** Writes the rows of an answer as a Parquet file. @returns rows */
export async function exportAnswer(
  dataDir: string,
  answer: Pick<AskedAnswer, "columns" | "rows">,
  file: string,
  signal?: AbortSignal,
): Promise<number> {
  return (await import("./exporting.ts")).exportAnswer(dataDir, answer, file, signal);
}

/** The stretch of time that a person asks for: by default the 24 h up to the newest flow. */
export async function askedRange(dataDir: string, time: AskedTime): Promise<TimeRange> {
  return (await import("./exporting.ts")).askedRange(dataDir, time);
}

/** The range of time that an export takes: whole hours where rows stand for hours. */
export async function exportRange(request: ExportRequest): Promise<TimeRange> {
  return (await import("./export-plan.ts")).exportRange(request);
}

/** Joins the small files of hours that are over. */
export async function compactStore(dataDir: string, nowMs: number, signal?: AbortSignal): Promise<CompactResult> {
  return (await import("./maintenance.ts")).compactStore(dataDir, nowMs, signal);
}

/** Deletes rows that are older than they may be. */
export async function expireStore(dataDir: string, request: ExpireRequest): Promise<ExpiredRows[]> {
  return (await import("./maintenance.ts")).expireStore(dataDir, request);
}

/** Compares the catalog with the files. */
export async function checkStore(dataDir: string, nowMs: number, check: StoreCheck): Promise<CheckResult> {
  return (await import("./maintenance.ts")).checkStore(dataDir, nowMs, check);
}

/** Checks, takes lost files off the list, and has their objects read again. */
export async function repairStore(dataDir: string, nowMs: number, deep: boolean): Promise<RepairResult> {
  return (await import("./maintenance.ts")).repairStore(dataDir, nowMs, deep);
}

/** The live files of a table. */
export async function storeFiles(dataDir: string, table: TableName): Promise<LakeFile[]> {
  return (await import("./maintenance.ts")).storeFiles(dataDir, table);
}

/** A statement that reads the live files of a table in another engine. */
export async function storeStatement(
  dataDir: string,
  table: TableName,
  engine: "duckdb" | "clickhouse",
): Promise<string> {
  return (await import("./maintenance.ts")).storeStatement(dataDir, table, engine);
}

/** What lies where a demo's lake and its logs belong. @throws WeirError `not-a-demo` when no demo made it */
export async function lookAtDemo(lakeDir: string, logsDir: string): Promise<"empty" | "demo"> {
  const demo = await import("./demo.ts");
  const place = demo.lookAtDemo(lakeDir, logsDir);
  if (place === "other") throw demo.notADemo(lakeDir);
  return place;
}

/** Deletes a demo's lake and its logs, nothing else. */
export async function removeDemo(lakeDir: string, logsDir: string): Promise<void> {
  (await import("./demo.ts")).removeDemo(lakeDir, logsDir);
}

/** Writes the log files of the demo world. */
export async function writeDemo(
  dir: string,
  options: DemoOptions,
  onProgress: (progress: DemoProgress) => void,
): Promise<void> {
  return (await import("./demo.ts")).writeDemo(dir, options, onProgress);
}

/** Loads the names that lie beside the demo's logs. @returns how many */
export async function loadDemoNames(lakeDir: string, logsDir: string): Promise<number> {
  return (await import("./demo.ts")).loadDemoNames(lakeDir, logsDir);
}

/** Questions to `weir why` that a demo world has an answer to. */
export async function demoQuestions(lakeDir: string, logsDir: string): Promise<DemoQuestion[]> {
  return (await import("./demo.ts")).demoQuestions(lakeDir, logsDir);
}

/** Saved views of the console: to list, save, change and remove them. */
export async function savedViews(): Promise<typeof SavedViewsModule> {
  return import("./views.ts");
}
