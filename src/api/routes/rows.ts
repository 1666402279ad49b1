import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import {
  evidenceRequestSchema,
  evidenceSchema,
  problemSchema,
  rowCountsRequestSchema,
  rowCountsSchema,
  rowsRequestSchema,
  rowsSchema,
} from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";

const problem = { description: "What went wrong.", content: { "application/problem+json": { schema: problemSchema } } };

const rowsRoute = createRoute({
  method: "post",
  path: "/rows",
  summary: "A page of single conversations or flows, in the order of time.",
  request: { body: { required: true, content: { "application/json": { schema: rowsRequestSchema } } } },
  responses: {
    200: { description: "The page.", content: { "application/json": { schema: rowsSchema } } },
    default: problem,
  },
});

const countsRoute = createRoute({
  method: "post",
  path: "/rows/counts",
  summary: "All rows of a list, counted by time and verdict, and what is folded away.",
  request: { body: { required: true, content: { "application/json": { schema: rowCountsRequestSchema } } } },
  responses: {
    200: { description: "The counts.", content: { "application/json": { schema: rowCountsSchema } } },
    default: problem,
  },
});

const evidenceRoute = createRoute({
  method: "post",
  path: "/evidence",
  summary: "What a conversation or a flow rests on: observations, flows, and the records themselves.",
  request: { body: { required: true, content: { "application/json": { schema: evidenceRequestSchema } } } },
  responses: {
    200: { description: "The evidence.", content: { "application/json": { schema: evidenceSchema } } },
    default: problem,
  },
});

const JSON_TYPE = { "content-type": "application/json" };

/** Single rows, and the records behind them. */
export function rowRoutes({ pool }: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(rowsRoute, async (context) => {
    const asker = { key: context.get("principal").key, signal: context.req.raw.signal };
    const text = await pool.ask({ name: "rows", request: context.req.valid("json") }, asker);
    return context.body(text, 200, JSON_TYPE) as never;
  });
  routes.openapi(countsRoute, async (context) => {
    const asker = { key: context.get("principal").key, signal: context.req.raw.signal };
    const text = await pool.ask({ name: "row-counts", request: context.req.valid("json") }, asker);
    return context.body(text, 200, JSON_TYPE) as never;
  });
  routes.openapi(evidenceRoute, async (context) => {
    const asker = { key: context.get("principal").key, signal: context.req.raw.signal };
    const text = await pool.ask({ name: "evidence", request: context.req.valid("json") }, asker);
    return context.body(text, 200, JSON_TYPE) as never;
  });
  return routes;
}
