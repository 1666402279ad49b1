import type { RowStream } from "#model/answer.js";
import { withSandbox } from "./asking.ts";

export interface MalformedRequest {
  readonly reasons: readonly string[];
  /** Part of the object's key. */
  readonly object?: string;
  readonly limit: number;
  readonly signal?: AbortSignal;
}

const MEMORY_MB = 1000;
const TIMEOUT_MS = 60_000;

/** Records that could not be read, with the key of their object, in the order of the objects. */
export async function listMalformed<T>(
  dataDir: string,
  request: MalformedRequest,
  use: (rows: RowStream) => Promise<T>,
): Promise<T> {
  const parameters: (string | number)[] = [];
  const bind = (value: string | number): string => `$${parameters.push(value)}`;
  const conditions = ["true"];
  if (request.reasons.length > 0) conditions.push(`reason IN (${request.reasons.map(bind).join(", ")})`);
  if (request.object !== undefined) conditions.push(`contains(key, ${bind(request.object)})`);
  const sql = `SELECT reason, key AS object, position, sub_position, log_type, text, time AS read_at
    FROM malformed LEFT JOIN objects USING (object_id) WHERE ${conditions.join(" AND ")}
    ORDER BY reason, key, position, sub_position LIMIT ${bind(request.limit)}`;
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal: request.signal }, async (sandbox, _files, handOn) =>
    use(handOn(await sandbox.query(sql, { timeoutMs: TIMEOUT_MS, maxRows: request.limit }, parameters))),
  );
}
