import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { answerTask } from "../answer-task.ts";
import {
  calendarRequestSchema,
  calendarSchema,
  malformedRequestSchema,
  malformedSchema,
  objectsRequestSchema,
  objectsSchema,
  sourcesSchema,
} from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { problem } from "./problem.ts";

const sourcesRoute = createRoute({
  method: "get",
  path: "/sources",
  summary: "Where the data came from, how collecting and derivation go, and what could not be read.",
  responses: {
    200: { description: "Sources.", content: { "application/json": { schema: sourcesSchema } } },
    default: problem,
  },
});

const objectsRoute = createRoute({
  method: "get",
  path: "/sources/objects",
  summary: "Objects, the newest first.",
  request: { query: objectsRequestSchema },
  responses: {
    200: { description: "A page of objects.", content: { "application/json": { schema: objectsSchema } } },
    default: problem,
  },
});

const malformedRoute = createRoute({
  method: "get",
  path: "/malformed",
  summary: "Records that could not be read, with place, reason and text.",
  request: { query: malformedRequestSchema },
  responses: {
    200: { description: "Records.", content: { "application/json": { schema: malformedSchema } } },
    default: problem,
  },
});

const calendarRoute = createRoute({
  method: "get",
  path: "/coverage/calendar",
  summary: "What each flow log wrote by hour or day, and when it should have and did not.",
  request: { query: calendarRequestSchema },
  responses: {
    200: { description: "The calendar.", content: { "application/json": { schema: calendarSchema } } },
    default: problem,
  },
});

/** Where the data came from, and what is missing. */
export function sourcesRoutes(deps: ApiDependencies): OpenAPIHono {
  const { keeper } = deps;
  const routes = new OpenAPIHono();
  routes.openapi(sourcesRoute, (context) => {
    const { sources: watched, derivationError, upkeep } = keeper;
    const request = { watched, pushed: deps.push.receiver.states, derivationError, upkeep };
    return answerTask(context, deps, { name: "sources", request });
  });
  routes.openapi(objectsRoute, (context) =>
    answerTask(context, deps, {
      name: "objects",
      request: { ...context.req.valid("query"), watched: keeper.sources },
    }),
  );
  routes.openapi(malformedRoute, (context) =>
    answerTask(context, deps, { name: "malformed", request: context.req.valid("query") }),
  );
  routes.openapi(calendarRoute, (context) =>
    answerTask(context, deps, { name: "calendar", request: context.req.valid("query") }),
  );
  return routes;
}
