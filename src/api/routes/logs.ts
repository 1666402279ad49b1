import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { answerTask } from "../answer-task.ts";
import { logsRequestSchema, logsSchema } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { problem } from "./problem.ts";

const logsRoute = createRoute({
  method: "get",
  path: "/logs",
  summary: "What each flow log can answer, what it lacks, and how far NSG flow logs have been replaced.",
  request: { query: logsRequestSchema },
  responses: {
    200: { description: "Grades.", content: { "application/json": { schema: logsSchema } } },
    default: problem,
  },
});

/** What flow logs can answer. */
export function logsRoutes(deps: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(logsRoute, (context) =>
    answerTask(context, deps, { name: "logs", request: context.req.valid("query") }),
  );
  return routes;
}
