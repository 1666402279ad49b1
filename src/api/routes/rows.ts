import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { answerTask } from "../answer-task.ts";
import {
  evidenceRequestSchema,
  evidenceSchema,
  rowCountsRequestSchema,
  rowCountsSchema,
  rowsRequestSchema,
  rowsSchema,
} from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { problem } from "./problem.ts";

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

/** Single rows, and the records behind them. */
export function rowRoutes(deps: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(rowsRoute, (context) =>
    answerTask(context, deps, { name: "rows", request: context.req.valid("json") }),
  );
  routes.openapi(countsRoute, (context) =>
    answerTask(context, deps, { name: "row-counts", request: context.req.valid("json") }),
  );
  routes.openapi(evidenceRoute, (context) =>
    answerTask(context, deps, { name: "evidence", request: context.req.valid("json") }),
  );
  return routes;
}
