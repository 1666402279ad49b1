import { writeFileWhole } from "#export/index.js";
import type { RowStream, TimeRange } from "#model/answer.js";
import type { NameBook } from "#model/names.js";
import { NAMES_TABLE, segmentsInRange } from "#query/index.js";
import type { LakeFiles, Sandbox } from "#store/index.js";
import { timeRange, withSandbox, type AskedTime } from "./asking.ts";
import { wholeRange, planExport, type ExportPlan, type ExportQuestion } from "./export-plan.ts";
import { openLakeFiles, type CatalogFiles } from "./lake-files.ts";
import type { AskedAnswer } from "./questions.ts";

export interface ExportRequest extends ExportQuestion {
  readonly signal?: AbortSignal;
}

const LIMITS = { timeoutMs: 24 * 3_600_000, maxRows: Number.MAX_SAFE_INTEGER };
const MEMORY_MB = 2000;
const noNames: NameBook = { blocks: [], ids: new Map() };

/** Rows of a dataset or a query, however many. */
export async function exportRows<T>(
  dataDir: string,
  request: ExportRequest,
  use: (rows: RowStream) => Promise<T>,
): Promise<T> {
  return withPlan(dataDir, request, async ({ sql, parameters }, sandbox, handOn) =>
    use(handOn(await sandbox.query(sql, LIMITS, parameters))),
  );
}

/** Writes a dataset or a query as one Parquet file, addresses as text. @returns rows */
export async function exportParquet(
  dataDir: string,
  request: ExportRequest,
  file: string,
  options: { readonly force: boolean },
): Promise<number> {
  return writeFileWhole(file, options, (partial) =>
    withPlan(
      dataDir,
      request,
      ({ sql, parameters }, sandbox) => sandbox.copyTo(partial, sql, LIMITS, parameters),
      partial,
    ),
  );
}

/** Writes the rows of an answer as one Parquet file, addresses as text. @returns rows */
export async function exportAnswer(
  dataDir: string,
  { columns, rows }: Pick<AskedAnswer, "columns" | "rows">,
  file: string,
  signal?: AbortSignal,
): Promise<number> {
  const none: LakeFiles = { segments: () => [], objects: () => [] };
  return writeFileWhole(file, { force: false }, (partial) =>
    withSandbox(dataDir, { memoryMb: MEMORY_MB, signal, mayWrite: partial, narrow: () => none }, async (sandbox) => {
      await sandbox.offerRows("answer", columns, rows);
      return sandbox.copyTo(partial, "SELECT * FROM answer", LIMITS);
    }),
  );
}

/** The stretch of time that is asked for, with the same default as for questions. */
export function askedRange(dataDir: string, time: AskedTime): TimeRange {
  using lake = openLakeFiles(dataDir);
  return timeRange(time, lake.flowsEnd());
}

type UsePlan<T> = (plan: ExportPlan, sandbox: Sandbox, handOn: (rows: RowStream) => RowStream) => Promise<T>;

/** Plans with the files of the moment, in a sandbox where everything is there that the plan names. */
async function withPlan<T>(dataDir: string, request: ExportRequest, use: UsePlan<T>, mayWrite?: string): Promise<T> {
  const range = wholeRange(request);
  let names = noNames;
  const narrow = (lake: CatalogFiles): LakeFiles => {
    if (request.filter !== undefined) names = lake.names();
    if (request.sql !== undefined) return lake;
    return { segments: (table) => segmentsInRange(lake.segments(table), range), objects: () => lake.objects() };
  };
  const options = { memoryMb: MEMORY_MB, signal: request.signal, narrow, ...(mayWrite !== undefined && { mayWrite }) };
  return withSandbox(dataDir, options, async (sandbox, files, handOn) => {
    const plan = planExport(request, files, names);
    if (plan.readsNames) await sandbox.offerNames(NAMES_TABLE, names.blocks);
    for (const { name, blocks } of plan.blockTables) await sandbox.offerBlocks(name, blocks);
    return use(plan, sandbox, handOn);
  });
}
