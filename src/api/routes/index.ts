import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiDependencies } from "../dependencies.ts";
import { askRoutes } from "./ask.ts";
import { eventRoutes } from "./events.ts";
import { ingestRoutes } from "./ingest.ts";
import { sessionRoutes } from "./session.ts";
import { sourcesRoutes } from "./sources.ts";

/** All routes below `/api/v1`, group by group. */
export const routeGroups: readonly ((deps: ApiDependencies) => OpenAPIHono)[] = [
  sessionRoutes,
  askRoutes,
  sourcesRoutes,
  ingestRoutes,
  eventRoutes,
];
