import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiDependencies } from "../dependencies.ts";
import { askRoutes } from "./ask.ts";
import { entityRoutes } from "./entity.ts";
import { mapRoutes } from "./map.ts";
import { sessionRoutes } from "./session.ts";
import { wordRoutes } from "./words.ts";

/** All routes below `/api/v1`, group by group. */
export const routeGroups: readonly ((deps: ApiDependencies) => OpenAPIHono)[] = [
  sessionRoutes,
  askRoutes,
  entityRoutes,
  mapRoutes,
  wordRoutes,
];
