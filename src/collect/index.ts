export { Collector, defaultCollectorConfig, type CollectProgress, type CollectorConfig } from "./collector.ts";
export { CollectReport, type CollectProblem } from "./collect-report.ts";
export type { ObjectGroup, ObjectTask } from "./messages.ts";
export { readRecordTexts, type ObjectTexts, type ReadBudget, type TextState } from "./record-texts.ts";
export { RemoteRun, type RemoteRunConfig } from "./remote-run.ts";
