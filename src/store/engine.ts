/** The second door of the store: what needs DuckDB, which takes a tenth of a second to load. */
export { checkLake, dropLost } from "./lake/check.ts";
export { compactLake } from "./lake/compact.ts";
export { openEngine } from "./lake/duckdb.ts";
export { expireLake } from "./lake/expire.ts";
export { ParquetText } from "./lake/parquet-text.ts";
export { openSandbox, SandboxHost } from "./lake/sandbox-host.ts";
export { SegmentWriter } from "./lake/segment-writer.ts";
export { discardSegments } from "./lake/publish.ts";
export { fileText, segmentsSql } from "./lake/read-segments.ts";
export { rewriteSegment } from "./lake/remove-objects.ts";
export { writeSegment } from "./lake/rewrite.ts";
export { sqlText } from "./lake/sql-literal.ts";
