import { humanTime } from "#base/human.js";
import { tellerOf, type ToldFlowLog } from "#model/told-flow-log.js";
import type { GradedQuestion, LogFacts, LogGrade } from "./log-types.ts";
import type { LogQuestionId } from "#model/log-questions.js";

/** A grade with its reason. */
export type Told = Omit<GradedQuestion, "question">;

/** What one kind of log says to each question. */
export type Grader = (facts: LogFacts) => Readonly<Record<LogQuestionId, Told>>;

export const yes = (finding: string): Told => ({ grade: "yes", finding, missing: [], canMend: false });

/** A better flow log would have what is missing. */
export const mendable = (grade: LogGrade, finding: string, ...missing: readonly string[]): Told => ({
  grade,
  finding,
  missing,
  canMend: true,
});

/** No flow log of this kind has it. */
export const never = (grade: LogGrade, finding: string): Told => ({ grade, finding, missing: [], canMend: false });

/** `told by DescribeFlowLogs 2026-03-03 12:00 UTC`. */
export const toldBy = (told: ToldFlowLog): string => `told by ${tellerOf(told)} ${humanTime(told.toldMs * 1000)} UTC`;

/** `a, b and c`. */
export function andList(words: readonly string[]): string {
  return words.length <= 1 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

export const count = (number: number, one: string): string =>
  `${number.toLocaleString("en-US")} ${one}${number === 1 ? "" : "s"}`;
