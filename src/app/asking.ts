import { WeirError } from "#base/errors.js";
import { parseTime } from "#base/time.js";
import type { AnswerColumn, Cell, RowStream, TimeRange } from "#model/answer.js";
import { openSandbox } from "#store/engine.js";
import { SEGMENT_MISSING, type LakeFiles, type Sandbox } from "#store/index.js";
import { warmLake } from "./warm-lake.ts";
import { openLakeFiles, type CatalogFiles } from "./lake-files.ts";

export { wholeHours } from "#query/index.js";

/** What a query may use, and how it is stopped. */
export interface QueryOptions {
  readonly timeoutMs: number;
  readonly maxRows: number;
  readonly memoryMb: number;
  readonly signal?: AbortSignal;
}

/** A stretch of time as a person wrote it; without `from`, 24 h before the end. */
export interface AskedTime {
  readonly from?: string;
  readonly to?: string;
  readonly nowMs: number;
}

const THREADS = 2;
const DAY_MICROS = 86_400_000_000;

export interface SandboxOptions {
  readonly memoryMb: number;
  readonly signal?: AbortSignal | undefined;
  /** The one file outside the lake that may be written. */
  readonly mayWrite?: string;
  /** Leaves out files that cannot matter, so that DuckDB never opens them. */
  readonly narrow?: (lake: CatalogFiles, flowsEnd: number | null) => LakeFiles;
}

/**
 * Opens a sandbox over what is live now and works with it. When a file was retired between planning and reading, plans once
 * more with a fresh list, unless rows were handed on already.
 */
export async function withSandbox<T>(
  dataDir: string,
  options: SandboxOptions,
  work: (sandbox: Sandbox, files: LakeFiles, handOn: (rows: RowStream) => RowStream) => Promise<T>,
): Promise<T> {
  const { signal, narrow, memoryMb, mayWrite } = options;
  for (let attempt = 1; ; attempt++) {
    let isHandedOn = false;
    using lake = openLakeFiles(dataDir);
    const files = narrow?.(lake, lake.flowsEnd()) ?? lake;
    const warm = mayWrite === undefined ? warmLake(dataDir) : undefined;
    const sandbox =
      (await warm?.sandbox(files)) ?? (await openSandbox(dataDir, files, { memoryMb, threads: THREADS }, mayWrite));
    const stop = (): void => sandbox.interrupt();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      return await work(sandbox, files, (rows) => watched(rows, () => (isHandedOn = true)));
    } catch (error) {
      if (signal?.aborted === true) throw interrupted(error);
      warm?.doubt(error);
      if (error instanceof WeirError && error.code === SEGMENT_MISSING && attempt === 1 && !isHandedOn) continue;
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      sandbox.close();
    }
  }
}

function watched(rows: RowStream, onBlock: () => void): RowStream {
  return {
    columns: rows.columns,
    async *blocks() {
      for await (const block of rows.blocks()) {
        onBlock();
        yield block;
      }
    },
  };
}

function interrupted(cause: unknown): WeirError {
  return new WeirError({ code: "interrupted", kind: "environment", message: "stopped", cause });
}

/** Runs one read-only SQL statement. */
export async function askSql<T>(
  dataDir: string,
  sql: string,
  options: QueryOptions,
  use: (rows: RowStream) => Promise<T>,
): Promise<T> {
  return withSandbox(dataDir, options, async (sandbox, _files, handOn) =>
    use(handOn(await sandbox.query(sql, options))),
  );
}

/**
 * The range asked for; by default the 24 h up to the end of the newest flow.
 * @param flowsEnd see {@link CatalogFiles.flowsEnd}
 */
export function timeRange({ from, to, nowMs }: AskedTime, flowsEnd: number | null): TimeRange {
  const end = to === undefined ? (flowsEnd ?? nowMs * 1000) : parseTime(to, nowMs, "--to");
  const start = from === undefined ? end - DAY_MICROS : parseTime(from, nowMs, "--from");
  if (start < end) return { from: start, to: end };
  const newest = new Date(end / 1000).toISOString();
  throw new WeirError({
    code: "empty-range",
    kind: "usage",
    message: "the range ends before it begins",
    place: `${new Date(start / 1000).toISOString()} to ${newest}`,
    next:
      to === undefined && flowsEnd !== null
        ? `The newest flow ends before ${newest}; -2h and the like count from now. Give --from an earlier time.`
        : "Give --to a later time than --from.",
  });
}

/** Columns and rows that stand ready, as a stream. */
export function rowStream(columns: readonly AnswerColumn[], rows: readonly (readonly Cell[])[]): RowStream {
  return {
    columns,
    async *blocks() {
      yield rows;
    },
  };
}
