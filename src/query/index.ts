export { dimensionWords } from "./dimensions.ts";
export { findMeasure, planTop, segmentsInRange, topFlows, topMeasures } from "./top.ts";
export type { TableReader, TopAnswer, TopMeasure, TopQuery } from "./top.ts";
