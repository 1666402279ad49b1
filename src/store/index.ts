/** The door for whoever writes to or plans with the lake. It does not load DuckDB: see engine.ts. */
export { openLake, type Lake } from "./lake/lake.ts";
export { isWriterAlive } from "./lake/writer-lock.ts";
export { explainStorage } from "./lake/lake-folders.ts";
export { SEGMENT_MISSING } from "./lake/sql-errors.ts";
export type { CheckOptions, CheckResult, FileProblem } from "./lake/check.ts";
export type { CompactOptions, CompactResult } from "./lake/compact.ts";
export type { Engine, EngineLimits } from "./lake/duckdb.ts";
export type { ExpiredRows, ExpireOptions } from "./lake/expire.ts";
export type { ParquetText } from "./lake/parquet-text.ts";
export type { LakeFiles, Sandbox } from "./lake/sandbox.ts";
export type { SegmentWriter } from "./lake/segment-writer.ts";
