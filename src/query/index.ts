export { findMeasure, segmentsInRange, topFlows } from "./top.ts";
export type { TableReader, TopAnswer, TopMeasure, TopQuery } from "./top.ts";
