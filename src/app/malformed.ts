import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import type { RowStream } from "#model/answer.js";
import { withSandbox } from "./asking.ts";
import { openCatalogToRead } from "./lake-files.ts";

export interface MalformedRequest {
  readonly reasons: readonly string[];
  /** Part of the object's key. */
  readonly object?: string;
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/** Malformed records of the whole lake, whatever was asked for. */
export interface MalformedTotals {
  /** Those whose text is in the lake. */
  readonly kept: number;
  /** All that were met. */
  readonly counted: number;
}

const MEMORY_MB = 1000;
const TIMEOUT_MS = 60_000;

/**
 * Records that could not be read, with the key of their object, in the order of the objects.
 * @throws WeirError `unknown-reason` when no record of the lake has one of the reasons
 */
export async function listMalformed<T>(
  dataDir: string,
  request: MalformedRequest,
  use: (rows: RowStream, totals: MalformedTotals) => Promise<T>,
): Promise<T> {
  const totals = totalsOf(dataDir, request.reasons);
  const parameters: (string | number)[] = [];
  const bind = (value: string | number): string => `$${parameters.push(value)}`;
  const conditions = ["true"];
  if (request.reasons.length > 0) conditions.push(`reason IN (${request.reasons.map(bind).join(", ")})`);
  if (request.object !== undefined) conditions.push(`contains(key, ${bind(request.object)})`);
  const sql = `SELECT reason, key AS object, position, sub_position, log_type, text, time AS read_at
    FROM malformed LEFT JOIN objects USING (object_id) WHERE ${conditions.join(" AND ")}
    ORDER BY reason, key, position, sub_position LIMIT ${bind(request.limit)}`;
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal: request.signal }, async (sandbox, _files, handOn) =>
    use(handOn(await sandbox.query(sql, { timeoutMs: TIMEOUT_MS, maxRows: request.limit }, parameters)), totals),
  );
}

function totalsOf(dataDir: string, asked: readonly string[]): MalformedTotals {
  const catalog = openCatalogToRead(dataDir);
  try {
    const { records, reasons } = catalog.objectTotals();
    mustBeKnown(asked, Object.keys(reasons));
    const kept = catalog.tableTotals().find(({ table }) => table === "malformed")?.rows ?? 0;
    return { kept, counted: records.malformed };
  } finally {
    catalog.close();
  }
}

/** Reasons are known by what the lake has: where all could be read there is none to mistake. */
function mustBeKnown(asked: readonly string[], known: readonly string[]): void {
  const unknown = asked.find((reason) => !known.includes(reason));
  if (unknown === undefined || known.length === 0) return;
  const near = nearestWord(unknown, known);
  throw new WeirError({
    code: "unknown-reason",
    kind: "usage",
    message: `no record of this lake has the reason “${unknown}”`,
    place: "--reason",
    next: `${near === undefined ? "" : `Did you mean ${near}? `}Reasons in this lake: ${known.toSorted().join(", ")}.`,
  });
}
