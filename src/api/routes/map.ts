import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { mapRequestSchema, mapSchema, problemSchema } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";

const mapRoute = createRoute({
  method: "post",
  path: "/map",
  summary: "Who talks to whom, as boxes in boxes and edges between them.",
  request: { body: { required: true, content: { "application/json": { schema: mapRequestSchema } } } },
  responses: {
    200: { description: "The map.", content: { "application/json": { schema: mapSchema } } },
    default: { description: "What went wrong.", content: { "application/problem+json": { schema: problemSchema } } },
  },
});

/** The map. */
export function mapRoutes({ pool }: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(mapRoute, async (context) => {
    const asker = { key: "local", signal: context.req.raw.signal };
    const text = await pool.ask({ name: "map", request: context.req.valid("json") }, asker);
    return context.body(text, 200, { "content-type": "application/json" }) as never;
  });
  return routes;
}
