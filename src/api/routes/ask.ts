import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { answerTask } from "../answer-task.ts";
import { answerSchema, questionSchema, whyRequestSchema, whySchema } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { problem } from "./problem.ts";

const queryRoute = createRoute({
  method: "post",
  path: "/query",
  summary: "Filter, group, count and rank, over time if asked.",
  request: { body: { required: true, content: { "application/json": { schema: questionSchema } } } },
  responses: {
    200: { description: "The answer.", content: { "application/json": { schema: answerSchema } } },
    default: problem,
  },
});

const whyRoute = createRoute({
  method: "post",
  path: "/why",
  summary: "What became of one end's attempts to reach another.",
  request: { body: { required: true, content: { "application/json": { schema: whyRequestSchema } } } },
  responses: {
    200: { description: "The verdict.", content: { "application/json": { schema: whySchema } } },
    default: problem,
  },
});

/** Questions. */
export function askRoutes(deps: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(queryRoute, (context) =>
    answerTask(context, deps, { name: "query", request: context.req.valid("json") }),
  );
  routes.openapi(whyRoute, (context) => answerTask(context, deps, { name: "why", request: context.req.valid("json") }));
  return routes;
}
