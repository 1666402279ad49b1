import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { isDemoLake } from "#app/index.js";
import { sessionSchema, type SessionJson } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";

const sessionRoute = createRoute({
  method: "get",
  path: "/session",
  summary: "Who asks, and what there is to ask.",
  responses: { 200: { description: "The session.", content: { "application/json": { schema: sessionSchema } } } },
});

/** Signing in and out. */
export function sessionRoutes({ version, dataDir, keeper }: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(sessionRoute, async (context) => {
    const { lake } = keeper;
    const time = (micros: number | null | undefined): string | null =>
      micros === null || micros === undefined ? null : new Date(micros / 1000).toISOString();
    const session: SessionJson = {
      version,
      auth: "none",
      user: { name: "local", role: "admin" },
      csrf: null,
      expires: null,
      lake: {
        has_flows: lake?.hasFlows ?? false,
        ready: lake?.isReady ?? false,
        is_demo: isDemoLake(dataDir),
        newest_flow: time(lake?.newestFlow),
        oldest_flow: time(lake?.oldestFlow),
      },
    };
    return context.json(session, 200);
  });
  return routes;
}
