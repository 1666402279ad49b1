import { writeFileWhole } from "#export/index.js";
import type { RowStream, TimeRange } from "#model/answer.js";
import { segmentsInRange } from "#query/index.js";
import type { LakeFiles } from "#store/index.js";
import { withSandbox } from "./asking.ts";
import { exportRange, planExport, type ExportQuestion } from "./export-plan.ts";

export interface ExportRequest extends ExportQuestion {
  readonly signal?: AbortSignal;
}

const LIMITS = { timeoutMs: 24 * 3_600_000, maxRows: Number.MAX_SAFE_INTEGER };
const MEMORY_MB = 2000;

/** Rows of a dataset or a query, however many. */
export async function exportRows<T>(
  dataDir: string,
  request: ExportRequest,
  use: (rows: RowStream) => Promise<T>,
): Promise<T> {
  return withSandbox(dataDir, sandboxOptions(request), async (sandbox, files, handOn) => {
    const { sql, parameters } = planExport(request, files);
    return use(handOn(await sandbox.query(sql, LIMITS, parameters)));
  });
}

/** Writes a dataset or a query as one Parquet file, addresses as text. @returns rows */
export async function exportParquet(
  dataDir: string,
  request: ExportRequest,
  file: string,
  options: { readonly force: boolean },
): Promise<number> {
  return writeFileWhole(file, options, (partial) =>
    withSandbox(dataDir, { ...sandboxOptions(request), mayWrite: partial }, (sandbox, files) => {
      const { sql, parameters } = planExport(request, files);
      return sandbox.copyTo(partial, sql, LIMITS, parameters);
    }),
  );
}

function sandboxOptions(request: ExportRequest): Parameters<typeof withSandbox>[1] {
  const range: TimeRange = exportRange(request);
  const narrow = (lake: LakeFiles): LakeFiles => ({
    segments: (table) =>
      request.sql === undefined ? segmentsInRange(lake.segments(table), range) : lake.segments(table),
    objects: () => lake.objects(),
  });
  return { memoryMb: MEMORY_MB, signal: request.signal, narrow };
}
