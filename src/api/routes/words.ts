import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { adviceOf, completeFilter, formatFilter, lintFilter, parseFilter } from "#filter/index.js";
import { answerTask } from "../answer-task.ts";
import { askerOf } from "../asker.ts";
import {
  catalogueSchema,
  checkRequestSchema,
  checkSchema,
  completionRequestSchema,
  completionSchema,
  valuesRequestSchema,
  valuesSchema,
} from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { catalogueJson } from "../words/catalogue.ts";
import { ValuesInTime } from "../words/values-in-time.ts";
import { problem } from "./problem.ts";

const completeRoute = createRoute({
  method: "post",
  path: "/filter/complete",
  summary: "What may be written at a place of a filter. Values from the data are among it if they are found at once.",
  request: { body: { required: true, content: { "application/json": { schema: completionRequestSchema } } } },
  responses: {
    200: { description: "Options.", content: { "application/json": { schema: completionSchema } } },
    default: problem,
  },
});

const checkRoute = createRoute({
  method: "post",
  path: "/filter/check",
  summary: "All mistakes of a filter, with their places; its usual form if there are none.",
  request: { body: { required: true, content: { "application/json": { schema: checkRequestSchema } } } },
  responses: {
    200: { description: "What was found.", content: { "application/json": { schema: checkSchema } } },
    default: problem,
  },
});

const catalogueRoute = createRoute({
  method: "get",
  path: "/catalogue",
  summary: "Fields and measures of every dataset.",
  responses: {
    200: { description: "All words.", content: { "application/json": { schema: catalogueSchema } } },
    default: problem,
  },
});

const valuesRoute = createRoute({
  method: "get",
  path: "/values",
  summary: "Values of a field in the newest days, those with the most traffic first, at most 500.",
  request: { query: valuesRequestSchema },
  responses: {
    200: { description: "Values.", content: { "application/json": { schema: valuesSchema } } },
    default: problem,
  },
});

/** The words of filters and of the data. */
export function wordRoutes(deps: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  const values = new ValuesInTime(deps.answers);
  const catalogue = catalogueJson();
  routes.openapi(completeRoute, async (context) => {
    const { dataset, text, cursor } = context.req.valid("json");
    const asker = askerOf(context);
    const { from, to, options } = await completeFilter(text, cursor, dataset, async ({ name }, typed) =>
      values.find(dataset, name, typed, asker),
    );
    return context.json({ from, to, options: [...options] }, 200);
  });
  routes.openapi(checkRoute, (context) => {
    const { dataset, text } = context.req.valid("json");
    if (text.trim() === "") return context.json({ ok: true, formatted: "", mistakes: [] }, 200);
    const mistakes = lintFilter(text, dataset).map((mistake) => {
      const { from, to, message } = mistake;
      return { from, to, message, next: adviceOf(mistake) ?? null };
    });
    const formatted = mistakes.length > 0 ? null : formatFilter(parseFilter(text, dataset));
    return context.json({ ok: formatted !== null, formatted, mistakes }, 200);
  });
  routes.openapi(catalogueRoute, (context) => context.json(catalogue, 200));
  routes.openapi(valuesRoute, (context) => {
    const { dataset, field, typed = "" } = context.req.valid("query");
    return answerTask(context, deps, { name: "values", request: { dataset, field, typed } });
  });
  return routes;
}
