import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiDependencies } from "../dependencies.ts";
import { askRoutes } from "./ask.ts";
import { sessionRoutes } from "./session.ts";

/** All routes below `/api/v1`, group by group. */
export const routeGroups: readonly ((deps: ApiDependencies) => OpenAPIHono)[] = [sessionRoutes, askRoutes];
