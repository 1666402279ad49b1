export { answerTop, planTop, segmentsInRange } from "./top.ts";
export type { TableReader, TopAnswer } from "./top.ts";
export { conversationsDataset, flowsDataset, type TopDataset } from "./top-dataset.ts";
