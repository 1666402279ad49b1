import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { answerTask } from "../answer-task.ts";
import { newViewSchema, savedViewSchema, savedViewsSchema } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { problem } from "./problem.ts";

const body = { required: true, content: { "application/json": { schema: newViewSchema } } };
const params = z.object({ id: z.uuid() });
const view = { description: "The view.", content: { "application/json": { schema: savedViewSchema } } };

const listRoute = createRoute({
  method: "get",
  path: "/views",
  summary: "The own views, and those that others share.",
  responses: {
    200: { description: "Views by name.", content: { "application/json": { schema: savedViewsSchema } } },
    default: problem,
  },
});

const saveRoute = createRoute({
  method: "post",
  path: "/views",
  summary: "Saves a view.",
  request: { body },
  responses: { 200: view, default: problem },
});

const changeRoute = createRoute({
  method: "put",
  path: "/views/{id}",
  summary: "Changes a view: its owner, or an admin.",
  request: { params, body },
  responses: { 200: view, default: problem },
});

const removeRoute = createRoute({
  method: "delete",
  path: "/views/{id}",
  summary: "Deletes a view: its owner, or an admin.",
  request: { params },
  responses: {
    200: { description: "It is gone.", content: { "application/json": { schema: z.object({ id: z.string() }) } } },
    default: problem,
  },
});

/** Saved views. */
export function viewRoutes(deps: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(listRoute, (context) =>
    answerTask(context, deps, { name: "listViews", request: { user: userOf(context) } }),
  );
  routes.openapi(saveRoute, (context) =>
    answerTask(context, deps, {
      name: "saveView",
      request: { user: userOf(context), view: context.req.valid("json") },
    }),
  );
  routes.openapi(changeRoute, (context) =>
    answerTask(context, deps, {
      name: "changeView",
      request: { user: userOf(context), ...context.req.valid("param"), view: context.req.valid("json") },
    }),
  );
  routes.openapi(removeRoute, (context) =>
    answerTask(context, deps, {
      name: "removeView",
      request: { user: userOf(context), ...context.req.valid("param") },
    }),
  );
  return routes;
}

function userOf(context: Context) {
  const { name, role } = context.get("principal");
  return { name, role };
}
