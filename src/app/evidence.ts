import { join } from "node:path";
import { readRecordTexts, type ObjectTexts, type ReadBudget } from "#collect/index.js";
import { WeirError } from "#base/errors.js";
import type { ObjectContent } from "#catalog/index.js";
import type { AnswerColumn, Cell, RowStream, TimeRange } from "#model/answer.js";
import type { NameBook } from "#model/names.js";
import type { Scope } from "#model/query.js";
import { segmentsInRange } from "#query/index.js";
import { openEngine, ParquetText } from "#store/engine.js";
import type { Engine, LakeFiles, Sandbox } from "#store/index.js";
import { withSandbox } from "./asking.ts";
import {
  conversationSql,
  flowsOfConversationSql,
  flowSql,
  observationsSql,
  type ConversationPlace,
  type FlowPlace,
} from "./evidence-sql.ts";
import type { CatalogFiles } from "./lake-files.ts";
import { namesOfCells } from "./names-of-cells.ts";

export interface EvidenceRequest {
  readonly of: ({ readonly kind: "conversation" } & ConversationPlace) | ({ readonly kind: "flow" } & FlowPlace);
  /** Records; 0: only what is known of the row. */
  readonly limit?: number;
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
}

/** A row by the names of its columns, those with a value. */
export type NamedRow = Readonly<Record<string, Cell>>;

/** A record as the cloud wrote it, with the flow that was made of it. */
export interface EvidenceRecord {
  readonly flow: NamedRow;
  /** Number, from 0, of the observation that it is part of; null: of none. */
  readonly observation: number | null;
  readonly object: string;
  readonly position: number;
  readonly subPosition: number | null;
  readonly sha256: string | null;
  readonly form: string | null;
  readonly text: string | null;
  readonly context: string | null;
  readonly state: ObjectTexts["state"];
  readonly reason: string | null;
}

export interface Evidence {
  readonly row: NamedRow | null;
  readonly names: Readonly<Record<string, string>>;
  readonly observations: readonly NamedRow[];
  readonly records: readonly EvidenceRecord[];
  readonly more: boolean;
  /** Where the flows of that time were deleted: the oldest that are kept, microseconds. */
  readonly flowsKeptSince: number | null;
  readonly elapsedMs: number;
}

const HOUR = 3_600_000_000;
const MEMORY_MB = 600;
const limits = { timeoutMs: 30_000, maxRows: 5000 };
const MOST_RECORDS = 200;
/** Stored bytes and milliseconds that reading the objects again may take. */
const READ_BYTES = 256 * 1024 * 1024;
const READ_MS = 8000;

interface Table {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What one row rests on: the observations that a conversation was made of, the flows behind them, and the records themselves. */
export async function showEvidence(dataDir: string, request: EvidenceRequest): Promise<Evidence> {
  const startedMs = performance.now();
  const { of, limit = MOST_RECORDS, signal } = request;
  const hour = of.kind === "conversation" ? of.hour : Math.floor(of.time / HOUR) * HOUR;
  const around: TimeRange = { from: hour - HOUR, to: hour + 2 * HOUR };
  let lake: CatalogFiles | undefined;
  const narrow = (files: CatalogFiles): LakeFiles => {
    lake = files;
    return { segments: (table) => segmentsInRange(files.segments(table), around), objects: () => files.objects() };
  };
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal, narrow }, async (sandbox) => {
    if (lake === undefined) throw new Error("the lake was not opened");
    const names = lake.names();
    const found =
      of.kind === "conversation"
        ? await ofConversation(sandbox, of, request)
        : await ofFlow(sandbox, of, request.scope);
    const observations = rowsOf(found.observations);
    const flows = limit === 0 ? [] : rowsOf(found.flows);
    const budget = {
      bytes: READ_BYTES,
      deadlineMs: performance.now() + READ_MS,
      ...(signal !== undefined && { signal }),
    };
    return {
      row: rowsOf(found.row)[0] ?? null,
      names: { ...namesIn(found.row, names), ...namesIn(found.observations, names), ...namesIn(found.flows, names) },
      observations,
      records: await recordsOf(flows.slice(0, limit), observations, lake, { dataDir, budget }),
      more: flows.length > limit,
      flowsKeptSince: keptSince(lake, hour),
      elapsedMs: Math.round(performance.now() - startedMs),
    };
  });
}

interface Found {
  readonly row: Table;
  readonly observations: Table;
  readonly flows: Table;
}

const NOTHING: Table = { columns: [], rows: [] };

async function ofConversation(
  sandbox: Sandbox,
  place: ConversationPlace,
  { limit = MOST_RECORDS, scope }: EvidenceRequest,
): Promise<Found> {
  const row = within(await run(sandbox, conversationSql(place)), scope, ["client_account_id", "server_account_id"]);
  if (row.rows.length === 0)
    throw noSuchRow("conversation", "It may have been derived anew since: ask for the list again.");
  const [observations, flows] = [
    await run(sandbox, observationsSql(place)),
    limit === 0 ? NOTHING : await run(sandbox, flowsOfConversationSql(place, limit + 1)),
  ];
  // Observations do not say whose they are.
  const isScoped = scope?.accounts !== undefined;
  return { row, observations: isScoped ? NOTHING : observations, flows: within(flows, scope, FLOW_ACCOUNTS) };
}

const FLOW_ACCOUNTS = ["account_id", "log_account_id"];

async function ofFlow(sandbox: Sandbox, place: FlowPlace, scope: Scope | undefined): Promise<Found> {
  const row = within(await run(sandbox, flowSql(place)), scope, FLOW_ACCOUNTS);
  if (row.rows.length === 0)
    throw noSuchRow("flow", "Its object may have been read anew, or it is past its retention: ask for the list again.");
  return { row, observations: NOTHING, flows: row };
}

function noSuchRow(what: string, next: string): WeirError {
  return new WeirError({ code: "not-found", kind: "usage", message: `there is no such ${what}`, next });
}

async function run(
  sandbox: Sandbox,
  { sql, values }: { readonly sql: string; readonly values: readonly (string | number | bigint)[] },
): Promise<Table> {
  const stream: RowStream = await sandbox.query(sql, limits, values);
  const rows: (readonly Cell[])[] = [];
  for await (const block of stream.blocks()) rows.push(...block);
  return { columns: stream.columns, rows };
}

function rowsOf({ columns, rows }: Table): NamedRow[] {
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name }, at) => [name, row[at] ?? null] as const).filter(([, cell]) => cell !== null),
    ),
  );
}

function namesIn({ columns, rows }: Table, book: NameBook): Record<string, string> {
  return namesOfCells(columns, rows, book);
}

/** The flows as records: their objects are opened one after the other, each once. */
async function recordsOf(
  flows: readonly NamedRow[],
  observations: readonly NamedRow[],
  lake: CatalogFiles,
  { dataDir, budget }: { readonly dataDir: string; readonly budget: ReadBudget },
): Promise<EvidenceRecord[]> {
  const byObject = groupedByObject(flows);
  const contents = new Map(lake.objectContents([...byObject.keys()]).map((each) => [each.objectId, each]));
  const texts = new Map<number, ObjectTexts>();
  let engine: Engine | undefined;
  const parquet = async (): Promise<ParquetText> => {
    engine ??= await openEngine(join(dataDir, "tmp"), { memoryMb: MEMORY_MB, threads: 1 });
    return new ParquetText(engine, join(dataDir, "tmp"));
  };
  try {
    for (const [objectId, own] of byObject) {
      const content = contents.get(objectId);
      if (content !== undefined) texts.set(objectId, await readRecordTexts(content, own.map(placeOf), budget, parquet));
    }
  } finally {
    engine?.close();
  }
  return flows.map((flow) => {
    const objectId = Number(flow["object_id"]);
    return recordOf(flow, observationOf(flow, observations), contents.get(objectId), texts.get(objectId));
  });
}

function groupedByObject(flows: readonly NamedRow[]): Map<number, NamedRow[]> {
  const groups = new Map<number, NamedRow[]>();
  for (const flow of flows) {
    const id = Number(flow["object_id"]);
    groups.set(id, [...(groups.get(id) ?? []), flow]);
  }
  return groups;
}

function placeOf(flow: NamedRow): { position: number; subPosition: number | null } {
  const sub = flow["sub_position"];
  return { position: Number(flow["position"]), subPosition: sub === undefined ? null : Number(sub) };
}

function recordOf(
  flow: NamedRow,
  observation: number | null,
  content: ObjectContent | undefined,
  texts: ObjectTexts | undefined,
): EvidenceRecord {
  const place = placeOf(flow);
  const text = texts?.textOf(place);
  const { client_side: _side, ...shown } = flow;
  const isLost = text === undefined && texts?.state === "original";
  return {
    flow: shown,
    observation,
    object: content?.key ?? "",
    ...place,
    sha256: content?.sha256 ?? null,
    form: text?.form ?? null,
    text: text?.text ?? null,
    context: text?.context ?? null,
    state: isLost ? "unreadable" : (texts?.state ?? "deleted"),
    reason: isLost ? (texts.reason ?? "There is no record at this place any more.") : (texts?.reason ?? null),
  };
}

/** What a caller may see of a table: rows that name one of the accounts in one of the columns. */
function within({ columns, rows }: Table, scope: Scope | undefined, accountColumns: readonly string[]): Table {
  if (scope?.accounts === undefined) return { columns, rows };
  const accounts = new Set<Cell>(scope.accounts);
  const own = columns.flatMap(({ name }, at) => (accountColumns.includes(name) ? [at] : []));
  return { columns, rows: rows.filter((row) => own.some((at) => accounts.has(row[at] ?? null))) };
}

const verdictOf: Readonly<Record<string, string>> = {
  allow: "allowed",
  deny: "denied",
  drop: "dropped",
  observed: "observed",
};

/** The observation that a flow is part of: of the same observer, flow log and sender, and of the same verdict if there are several. */
function observationOf(flow: NamedRow, observations: readonly NamedRow[]): number | null {
  const verdict = typeof flow["action"] === "string" ? verdictOf[flow["action"]] : undefined;
  const own = observations.flatMap((each, at) =>
    each["observer_id"] === flow["observer_id"] &&
    each["flow_log_id"] === flow["flow_log_id"] &&
    each["sender"] === flow["client_side"]
      ? [{ at, fits: each["verdict"] === verdict }]
      : [],
  );
  return (own.find(({ fits }) => fits) ?? own[0])?.at ?? null;
}

/** Null while the flows of an hour are kept. */
function keptSince(lake: CatalogFiles, hour: number): number | null {
  const oldest = Math.min(...lake.segments("flows").map(({ minTime }) => minTime));
  return hour + HOUR <= oldest && Number.isFinite(oldest) ? oldest : null;
}
