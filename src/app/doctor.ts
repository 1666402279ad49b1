import { checkTrust, type TrustAnswer, type TrustCheck } from "#analyse/index.js";
import type { TimeRange } from "#model/answer.js";
import type { ToldFlowLogs } from "#model/told-flow-log.js";
import { segmentsInRange, type TableReader } from "#query/index.js";
import type { LakeFiles } from "#store/index.js";
import { timeRange, withSandbox, type AskedTime } from "./asking.ts";
import { checkNames } from "./doctor-names.ts";
import type { CatalogFiles } from "./lake-files.ts";
import { checkStorage, fileProblem } from "./doctor-storage.ts";

export interface DoctorRequest extends AskedTime {
  readonly signal?: AbortSignal;
}

const MEMORY_MB = 1500;
const TIMEOUT_MS = 300_000;
const HOUR = 3_600_000_000;

/** Judges a lake and its logs: can answers about the range be trusted? */
export async function judgeLake(dataDir: string, request: DoctorRequest): Promise<TrustAnswer> {
  const { nowMs, signal } = request;
  const storage = checkStorage(dataDir);
  let [range, told]: [TimeRange, ToldFlowLogs] = [{ from: 0, to: 0 }, new Map()];
  const narrow = (lake: CatalogFiles, flowsEnd: number | null): LakeFiles => {
    told = lake.told();
    range = timeRange(request, flowsEnd);
    const wide = { from: range.from - HOUR, to: range.to + HOUR };
    const day = { from: range.from - 24 * HOUR, to: range.to };
    return {
      // A row of presence stands for its whole day.
      segments: (table) =>
        segmentsInRange(lake.segments(table), table === "presence" ? day : wide).filter(
          // A damaged file is one finding; the rest is judged all the same.
          (segment) => fileProblem(dataDir, segment) === null,
        ),
      objects: () => [],
    };
  };
  const found = await withSandbox(
    dataDir,
    { memoryMb: MEMORY_MB, signal, narrow },
    async (sandbox): Promise<TrustCheck[]> => {
      const limits = { timeoutMs: TIMEOUT_MS, maxRows: 100_000 };
      const reader: TableReader = { query: (sql, parameters) => sandbox.query(sql, limits, parameters) };
      return [...(await checkTrust({ range, nowMs, told }, reader)), await checkNames(dataDir, range, reader)];
    },
  );
  return { range, checks: [...storage, ...found] };
}
