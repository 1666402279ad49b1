import { askQuery, askWhy } from "#app/index.js";
import { answerJson, pathJson } from "#export/index.js";
import type { Question, WhyRequest } from "../../contract/index.ts";
import { lastingOf } from "../lasting.ts";
import { task, withoutUndefined, type Cost } from "../task.ts";

/** Flows and observations have no rollups: they are read row by row. */
function costOfQuestion({ dataset }: Question): Cost {
  return dataset === "flows" || dataset === "observations" ? "heavy" : "light";
}

/** Questions of the query language, and of the path between two ends. */
export const askTasks = {
  query: task<Question>({
    cost: costOfQuestion,
    lasting: lastingOf,
    async run({ time_zone: timeZone, ...question }, { dataDir, scope, nowMs, signal, limits }) {
      const words = withoutUndefined({ ...question, timeZone, scope, maxRows: limits.maxRows });
      return answerJson(await askQuery(dataDir, { ...words, nowMs, signal }));
    },
  }),
  why: task<WhyRequest>({
    cost: "heavy",
    lasting: lastingOf,
    async run(request, { dataDir, nowMs, signal }) {
      return JSON.stringify(pathJson(await askWhy(dataDir, { ...withoutUndefined(request), nowMs, signal })));
    },
  }),
};
