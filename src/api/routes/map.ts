import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { answerTask } from "../answer-task.ts";
import { mapRequestSchema, mapSchema } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { problem } from "./problem.ts";

const mapRoute = createRoute({
  method: "post",
  path: "/map",
  summary: "Who talks to whom, as boxes in boxes and edges between them.",
  request: { body: { required: true, content: { "application/json": { schema: mapRequestSchema } } } },
  responses: {
    200: { description: "The map.", content: { "application/json": { schema: mapSchema } } },
    default: problem,
  },
});

/** The map. */
export function mapRoutes(deps: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(mapRoute, (context) => answerTask(context, deps, { name: "map", request: context.req.valid("json") }));
  return routes;
}
