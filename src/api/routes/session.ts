import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { lakeStatus } from "#app/index.js";
import { sessionSchema, type SessionJson } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { problem } from "./problem.ts";

const sessionRoute = createRoute({
  method: "get",
  path: "/session",
  summary: "Who asks, and what there is to ask.",
  responses: {
    200: { description: "The session.", content: { "application/json": { schema: sessionSchema } } },
    default: problem,
  },
});

/** Signing in and out. */
export function sessionRoutes({ version, dataDir }: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(sessionRoute, async (context) => {
    const flows = (await lakeStatus(dataDir)).tables.find(({ table }) => table === "flows");
    const time = (micros: number | null | undefined): string | null =>
      micros === null || micros === undefined ? null : new Date(micros / 1000).toISOString();
    const session: SessionJson = {
      version,
      auth: "none",
      user: { name: "local", role: "admin" },
      csrf: null,
      expires: null,
      lake: {
        has_flows: (flows?.rows ?? 0) > 0,
        is_demo: false,
        newest_flow: time(flows?.maxTime),
        oldest_flow: time(flows?.minTime),
      },
    };
    return context.json(session, 200);
  });
  return routes;
}
