/** The part of the door that is about what flow logs can answer: see index.ts. */
import type { LogsAnswer, MigrationAnswer } from "#analyse/index.js";
import type { LogsRequest } from "./doctor-logs.ts";

export type {
  ComparedInterface,
  GradedLog,
  GradedQuestion,
  LogGrade,
  LogsAnswer,
  MigrationAnswer,
  NsgLog,
} from "#analyse/index.js";

/** What each flow log that wrote in a range can answer, and what it lacks. */
export async function judgeLogs(dataDir: string, request: LogsRequest): Promise<LogsAnswer> {
  return (await import("./doctor-logs.ts")).judgeLogs(dataDir, request);
}

/** Which NSG flow logs have no VNet flow log in their place, and how both compare where both run. */
export async function judgeNsgMigration(dataDir: string, request: LogsRequest): Promise<MigrationAnswer> {
  return (await import("./doctor-logs.ts")).judgeNsgMigration(dataDir, request);
}
