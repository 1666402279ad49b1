import { askMap, askQuery, askWhy } from "#app/index.js";
import { answerJson, mapJson, pathJson } from "#export/index.js";
import type { MapRequest, Question, WhyRequest } from "../contract/index.ts";

/** What a worker is asked: the name of a task and its request, which the server has checked. */
export type Task =
  | { readonly name: "query"; readonly request: Question }
  | { readonly name: "why"; readonly request: WhyRequest }
  | { readonly name: "map"; readonly request: MapRequest };

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
    case "map":
      return mapJson(await askMap(dataDir, { ...withoutUndefined(task.request), nowMs, signal }));
    case "why":
      return JSON.stringify(pathJson(await askWhy(dataDir, { ...withoutUndefined(task.request), nowMs, signal })));
  }
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The same without keys that have no value: `exactOptionalPropertyTypes` tells the two apart. */
function withoutUndefined<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>;
}
