export { openEngine, type Engine, type EngineLimits } from "./lake/duckdb.ts";
export { SegmentWriter } from "./lake/segment-writer.ts";
