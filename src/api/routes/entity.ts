import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { answerTask } from "../answer-task.ts";
import { entityRequestSchema, entitySchema, findRequestSchema, foundSchema } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { problem } from "./problem.ts";

const entityRoute = createRoute({
  method: "get",
  path: "/entities/{kind}/{id}",
  summary: "Who or what it is, as far as logs, names and inventories tell, and when it was seen.",
  request: { params: entityRequestSchema },
  responses: {
    200: {
      description: "The entity, also when it was never seen.",
      content: { "application/json": { schema: entitySchema } },
    },
    default: problem,
  },
});

const findRoute = createRoute({
  method: "get",
  path: "/find",
  summary: "What a text may mean: names, addresses and ids, those that begin with it first, at most 20.",
  request: { query: findRequestSchema },
  responses: {
    200: { description: "What was found.", content: { "application/json": { schema: foundSchema } } },
    default: problem,
  },
});

/** Things with a page, and how they are found. */
export function entityRoutes(deps: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(entityRoute, (context) =>
    answerTask(context, deps, { name: "entity", request: context.req.valid("param") }),
  );
  routes.openapi(findRoute, (context) =>
    answerTask(context, deps, { name: "find", request: context.req.valid("query") }),
  );
  return routes;
}
