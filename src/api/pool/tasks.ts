import { askQuery, askWhy } from "#app/index.js";
import { answerJson, pathJson } from "#export/index.js";
import type { EvidenceRequest, Question, RowCountsRequest, RowsRequest, WhyRequest } from "../contract/index.ts";
import { evidenceText, rowCountsText, rowsText } from "./row-tasks.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** What a worker is asked: the name of a task and its request, which the server has checked. */
export type Task =
  | { readonly name: "query"; readonly request: Question }
  | { readonly name: "why"; readonly request: WhyRequest }
  | { readonly name: "rows"; readonly request: RowsRequest }
  | { readonly name: "row-counts"; readonly request: RowCountsRequest }
  | { readonly name: "evidence"; readonly request: EvidenceRequest };

export interface TaskContext {
  readonly dataDir: string;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** Does a task. @returns the answer as JSON text, so that the server only passes it on */
export async function runTask(task: Task, { dataDir, nowMs, signal }: TaskContext): Promise<string> {
  switch (task.name) {
    case "query": {
      const { time_zone: timeZone, ...question } = task.request;
      const words = withoutUndefined({ ...question, timeZone });
      return answerJson(await askQuery(dataDir, { ...words, nowMs, signal }));
    }
    case "why":
      return JSON.stringify(pathJson(await askWhy(dataDir, { ...withoutUndefined(task.request), nowMs, signal })));
    case "rows":
      return rowsText(task.request, { dataDir, nowMs, signal });
    case "row-counts":
      return rowCountsText(task.request, { dataDir, nowMs, signal });
    case "evidence":
      return evidenceText(task.request, { dataDir, nowMs, signal });
  }
}
