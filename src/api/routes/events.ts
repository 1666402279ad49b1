import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { serverEventSchema } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { problem } from "./problem.ts";

const eventsRoute = createRoute({
  method: "get",
  path: "/events",
  summary:
    "Server-sent events: the lake changed, collecting and derivation go on. `event` is the type, `data` is JSON.",
  responses: {
    200: { description: "Events, without end.", content: { "text/event-stream": { schema: serverEventSchema } } },
    default: problem,
  },
});

/** What happens, as it happens. */
export function eventRoutes({ events }: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(
    eventsRoute,
    (context) =>
      context.body(events.stream(), 200, {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        // nginx would keep events back.
        "x-accel-buffering": "no",
      }) as never,
  );
  return routes;
}
