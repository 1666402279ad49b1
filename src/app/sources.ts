import type { FoundObject, ObjectSearch, SourceFolder, SourceRow, SourceRun, SourceTotals } from "#catalog/index.js";
import type { TimeRange } from "#model/answer.js";
import { noRecords, type RecordCounts } from "#model/records.js";
import type { Scope } from "#model/query.js";
import { DuckDbEngine, readCalendar, segmentsInRange, type Calendar } from "#query/index.js";
import { timeRange, withSandbox, type AskedTime } from "./asking.ts";
import { isDemoLake } from "./demo-place.ts";
import { openCatalogToRead, type CatalogFiles } from "./lake-files.ts";
import { knownRun, type KnownRun, type RunState } from "./run-state.ts";
import type { SourceState } from "./serving/messages.ts";
import { lakeStatus, type LakeStatus } from "./status.ts";

/** One source, and how it is doing. Times are milliseconds. */
export interface SourceView {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
  readonly uri: string;
  readonly state: RunState | "idle";
  readonly lastError: string | null;
  readonly nextRunMs: number | null;
  readonly lastReadMs: number | null;
  /** Microseconds; null where none of its flows is among those of the newest day of the lake, and no run has told. */
  readonly newestFlow: number | null;
  readonly objects: SourceTotals["objects"];
  readonly records: RecordCounts;
  readonly bytes: number;
  /** The newest run, and what all of them asked; null where it is not collected on schedule. */
  readonly run: SourceRun | null;
}

/** Everything about where a lake's data came from. */
export interface SourcesView extends LakeStatus {
  readonly sources: readonly SourceView[];
  /** The newest hour of conversations, microseconds. */
  readonly newestHour: number | null;
  readonly isDemo: boolean;
}

const DAY = 86_400_000_000;
const HOUR = 3_600_000_000;
const MEMORY_MB = 1000;
const TIMEOUT_MS = 60_000;
const LIMITS = { timeoutMs: TIMEOUT_MS, maxRows: 2_000_000 };

/** Who stands for sources that nobody named. */
const names: Readonly<Record<string, string>> = { files: "weir ingest", upload: "Uploads" };

/** Sources with their counts. @param watched folders that are collected on schedule, as they are doing now */
export async function listSources(
  dataDir: string,
  watched: readonly SourceState[],
  options: { readonly signal: AbortSignal },
): Promise<SourcesView> {
  const status = lakeStatus(dataDir);
  const folders = foldersOf(watched);
  const { rows, totals } = readRows(dataDir, folders);
  const newest = await newestFlows(dataDir, folders, options.signal);
  const counted = new Map(totals.map((each) => [each.sourceId, each]));
  const sources = rows.flatMap((row): SourceView[] => {
    const state = watched.find(({ sourceId }) => sourceId === row.sourceId);
    const own = counted.get(row.sourceId);
    // A folder that is watched no longer has no objects of its own: they are those of files again.
    if (state === undefined && own === undefined) return [];
    const newestFlow = Math.max(newest.get(row.sourceId) ?? 0, row.run?.newestFlow ?? 0);
    const known = knownRun(dataDir, row.run);
    return [viewOf({ row, known, state, own }, newestFlow === 0 ? null : newestFlow)];
  });
  const conversations = status.tables.find(({ table }) => table === "conversations");
  const newestHour =
    conversations?.maxTime === null || conversations === undefined
      ? null
      : Math.floor(conversations.maxTime / HOUR) * HOUR;
  return { ...status, sources, newestHour, isDemo: isDemoLake(dataDir) };
}

interface Found {
  readonly row: SourceRow;
  readonly known: KnownRun;
  /** Undefined where nobody watches it here. */
  readonly state: SourceState | undefined;
  readonly own: SourceTotals | undefined;
}

function viewOf({ row, known, state, own }: Found, newestFlow: number | null): SourceView {
  const { run } = known;
  // Of what nobody watches it is told that somebody collects it by hand, or was killed over it.
  const isUnderWay = known.state === "collecting" || known.state === "stopped";
  const noObjects = { pending: 0, done: 0, "same-content": 0, skipped: 0, failed: 0 };
  return {
    id: row.sourceId,
    name: state?.name ?? names[row.kind] ?? row.uri,
    kind: row.kind,
    uri: row.uri,
    state: state?.state ?? (isUnderWay ? known.state : "idle"),
    lastError: state === undefined ? (known.state === "stopped" ? (run?.error ?? null) : null) : state.lastError,
    nextRunMs: state?.nextRunMs ?? null,
    lastReadMs: own?.lastReadMs ?? null,
    newestFlow,
    objects: own?.objects ?? noObjects,
    records: own?.records ?? noRecords(),
    bytes: own?.bytes ?? 0,
    run,
  };
}

function foldersOf(watched: readonly SourceState[]): SourceFolder[] {
  return watched.flatMap(({ sourceId, prefix }) => (prefix === null ? [] : [{ sourceId, prefix }]));
}

function readRows(dataDir: string, folders: readonly SourceFolder[]): { rows: SourceRow[]; totals: SourceTotals[] } {
  const catalog = openCatalogToRead(dataDir);
  try {
    return { rows: catalog.sources.list(), totals: catalog.sources.totals(folders) };
  } finally {
    catalog.close();
  }
}

/** The newest flow of each source, among those of the newest day. */
async function newestFlows(
  dataDir: string,
  folders: readonly SourceFolder[],
  signal: AbortSignal,
): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  const narrow = (lake: CatalogFiles): CatalogFiles => lake;
  await withSandbox(dataDir, { memoryMb: MEMORY_MB, signal, narrow }, async (sandbox, lake) => {
    const segments = lake.segments("flows");
    const newest = segments.reduce((last, { maxTime }) => Math.max(last, maxTime), 0);
    const read = segmentsInRange(segments, { from: newest - DAY, to: newest + 1 });
    if (read.length === 0) return;
    const engine = new DuckDbEngine(sandbox, { blocks: [], ids: new Map() }, LIMITS);
    const { rows } = await engine.run({
      sql: "SELECT object_id, epoch_us(max(time)) FROM newest_flows GROUP BY object_id",
      parameters: [],
      blockTables: [],
      reads: [{ view: "newest_flows", table: "flows", segments: read }],
      readsNames: false,
    });
    const times = new Map(rows.map(([object, time]) => [Number(object), Number(time)]));
    const catalog = openCatalogToRead(dataDir);
    try {
      for (const [object, source] of catalog.sources.owners([...times.keys()], folders))
        found.set(source, Math.max(found.get(source) ?? 0, times.get(object) ?? 0));
    } finally {
      catalog.close();
    }
  });
  return found;
}

/** Objects, the newest first. */
export function searchObjects(
  dataDir: string,
  search: ObjectSearch,
  watched: readonly SourceState[],
): readonly FoundObject[] {
  const catalog = openCatalogToRead(dataDir);
  try {
    return catalog.sources.objects(search, foldersOf(watched));
  } finally {
    catalog.close();
  }
}

export interface CalendarRequest extends AskedTime {
  readonly scope?: Scope;
  readonly signal: AbortSignal;
}

/** Without a time that is asked for, what the lake has of the last 30 days. */
const MOST_DAYS = 30;

/** When each flow log wrote, and when it should have. */
export async function coverageCalendar(dataDir: string, request: CalendarRequest): Promise<Calendar> {
  let lake: CatalogFiles | undefined;
  let range: TimeRange | undefined;
  const narrow = (files: CatalogFiles, flowsEnd: number | null): CatalogFiles => {
    lake = files;
    range = timeRange(request, flowsEnd);
    if (request.from === undefined) {
      const first = (table: "observers" | "observations"): number =>
        Math.min(...files.segments(table).map(({ minTime }) => minTime));
      const oldest = Math.min(first("observers"), first("observations"));
      range = { from: Math.min(Math.max(oldest, range.to - MOST_DAYS * DAY), range.to - HOUR), to: range.to };
    }
    return files;
  };
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal: request.signal, narrow }, async (sandbox) => {
    if (lake === undefined || range === undefined) throw new Error("the question was not read");
    const files = lake;
    const engine = new DuckDbEngine(sandbox, { blocks: [], ids: new Map() }, LIMITS);
    return readCalendar({
      engine,
      segments: (table) => files.segments(table),
      range,
      scope: request.scope,
      told: files.told(),
    });
  });
}
