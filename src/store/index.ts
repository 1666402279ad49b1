export { openEngine, type Engine, type EngineLimits } from "./lake/duckdb.ts";
export { ParquetImporter } from "./lake/parquet-import.ts";
export { SegmentWriter } from "./lake/segment-writer.ts";
export { openLake, type Lake } from "./lake/lake.ts";
export { isLake } from "./lake/lake-folders.ts";
export { SEGMENT_MISSING } from "./lake/sql-errors.ts";
export { openSandbox, type LakeFiles, type Sandbox } from "./lake/sandbox.ts";
