import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { answerSchema, problemSchema, questionSchema, whyRequestSchema, whySchema } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";

const problem = { description: "What went wrong.", content: { "application/problem+json": { schema: problemSchema } } };

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

const JSON_TYPE = { "content-type": "application/json" };

/** Questions. */
export function askRoutes({ pool }: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(queryRoute, async (context) => {
    const asker = { key: context.get("principal").key, signal: context.req.raw.signal };
    const text = await pool.ask({ name: "query", request: context.req.valid("json") }, asker);
    return context.body(text, 200, JSON_TYPE) as never;
  });
  routes.openapi(whyRoute, async (context) => {
    const asker = { key: context.get("principal").key, signal: context.req.raw.signal };
    const text = await pool.ask({ name: "why", request: context.req.valid("json") }, asker);
    return context.body(text, 200, JSON_TYPE) as never;
  });
  return routes;
}
