import type { ErrorData } from "#base/error-data.js";
import type { Scope } from "#model/query.js";
import type { ExportRequest } from "../contract/index.ts";

/** One export, as its process is told. */
export interface ExportTask {
  readonly request: ExportRequest;
  readonly dataDir: string;
  readonly scope: Scope | undefined;
  /** Milliseconds since 1970: what relative times count from. */
  readonly nowMs: number;
  /** Where a Parquet file is written before it is sent; it does not exist yet. */
  readonly file: string;
}

/** From the server to the process of an export. */
export type ToExporter = { readonly type: "run"; readonly task: ExportTask } | { readonly type: "cancel" };

/** Rows begin to come, or a file is whole: from here on the answer is a success. Microseconds since 1970. */
export interface ExportBegun {
  readonly type: "begun";
  readonly from: number;
  readonly to: number;
}

/** From the process of an export to the server. */
export type FromExporter =
  | ExportBegun
  | { readonly type: "done"; readonly rows: number }
  | { readonly type: "failed"; readonly error: ErrorData };
