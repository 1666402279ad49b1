export { gradeLogs } from "./grade-logs.ts";
export type { GradedLog, GradedQuestion, LogGrade, LogsAnswer } from "./log-types.ts";
export type { LogsKnown } from "./read-facts.ts";
