import {
  gradeLogs,
  judgeMigration,
  type LogsAnswer,
  type LogsKnown,
  type MigrationAnswer,
  type ToldEstate,
} from "#analyse/index.js";
import type { Catalog } from "#catalog/index.js";
import type { TimeRange } from "#model/answer.js";
import type { Scope } from "#model/query.js";
import { describedKinds } from "#model/log-kinds.js";
import { segmentsInRange, type TableReader } from "#query/index.js";
import type { LakeFiles } from "#store/index.js";
import { timeRange, withSandbox, type AskedTime } from "./asking.ts";
import { openCatalogToRead } from "./lake-files.ts";

export interface LogsRequest extends AskedTime {
  readonly scope?: Scope;
  readonly signal?: AbortSignal;
}

const MEMORY_MB = 1500;
const TIMEOUT_MS = 300_000;

/** What each flow log that wrote in a range can answer. */
export async function judgeLogs(dataDir: string, request: LogsRequest): Promise<LogsAnswer> {
  const known = readKnown(dataDir);
  return readRange(dataDir, request, async (range, reader) =>
    gradeLogs({ range, scope: request.scope }, known, reader),
  );
}

/** How far NSG flow logs have been replaced, and how both kinds compare where both run. */
export async function judgeNsgMigration(dataDir: string, request: LogsRequest): Promise<MigrationAnswer> {
  const told = readToldEstate(dataDir);
  return readRange(dataDir, request, async (range, reader) =>
    judgeMigration({ range, scope: request.scope }, told, reader),
  );
}

async function readRange<T>(
  dataDir: string,
  request: LogsRequest,
  judge: (range: TimeRange, reader: TableReader) => Promise<T>,
): Promise<T> {
  let range: TimeRange = { from: 0, to: 0 };
  const narrow = (lake: LakeFiles, flowsEnd: number | null): LakeFiles => {
    range = timeRange(request, flowsEnd);
    return { segments: (table) => segmentsInRange(lake.segments(table), range), objects: () => [] };
  };
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal: request.signal, narrow }, async (sandbox) => {
    const limits = { timeoutMs: TIMEOUT_MS, maxRows: 100_000 };
    return judge(range, { query: (sql, parameters) => sandbox.query(sql, limits, parameters) });
  });
}

function readToldEstate(dataDir: string): ToldEstate {
  const catalog = openCatalogToRead(dataDir);
  try {
    return { interfaces: catalog.told.interfaces(), flowLogs: catalog.told.flowLogs() };
  } finally {
    catalog.close();
  }
}

/** Which networks the machines behind each security group are in, but for those that a VNet flow log covers whole. */
function networksBehind({ told }: Catalog): Map<string, string[]> {
  const covered = new Set(
    told.flowLogs().flatMap((log) => {
      const kinds = describedKinds(log);
      const isWhole = log.isEnabled && log.goneMs === null && kinds.allowed === "full" && kinds.denied === "full";
      return isWhole ? log.target : [];
    }),
  );
  const found = new Map<string, Set<string>>();
  for (const { network, ownGroup, subnetGroup } of told.interfaces())
    for (const group of [ownGroup, subnetGroup])
      if (group !== null) found.set(group, (found.get(group) ?? new Set()).add(network));
  return new Map(
    [...found].map(([group, networks]) => [group, [...networks].filter((id) => !covered.has(id)).toSorted()]),
  );
}

function readKnown(dataDir: string): LogsKnown {
  const catalog = openCatalogToRead(dataDir);
  try {
    const ids = catalog.names().filter(({ kind }) => kind !== "block");
    const names = new Map(ids.map(({ target, name }) => [target, name]));
    return {
      formats: catalog.knownFormats(),
      told: catalog.told.byRecords(),
      networksBehind: networksBehind(catalog),
      names,
    };
  } finally {
    catalog.close();
  }
}
