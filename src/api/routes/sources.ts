import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import { answerTask } from "../answer-task.ts";
import {
  calendarRequestSchema,
  calendarSchema,
  malformedRequestSchema,
  malformedSchema,
  objectsRequestSchema,
  objectsSchema,
  sourceDoctorRequestSchema,
  sourceDoctorSchema,
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

const doctorRoute = createRoute({
  method: "get",
  path: "/sources/doctor",
  summary: "Why something of a source that others push to is missing, and what to do.",
  description:
    "The same findings as `weir doctor SOURCE`. Sources that Weir looks into are judged there, where their credentials are.",
  request: { query: sourceDoctorRequestSchema },
  responses: {
    200: { description: "Findings.", content: { "application/json": { schema: sourceDoctorSchema } } },
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
    const { configError } = deps.events;
    const request = { watched, pushed: deps.push.receiver.states, derivationError, upkeep, configError };
    return answerTask(context, deps, { name: "sources", request });
  });
  routes.openapi(objectsRoute, (context) =>
    answerTask(context, deps, {
      name: "objects",
      request: { ...context.req.valid("query"), watched: keeper.sources },
    }),
  );
  routes.openapi(doctorRoute, (context) => {
    const { source: name } = context.req.valid("query");
    const source = deps.push.source(name);
    if (source === undefined) throw notPushed(name, deps.push.names);
    const origin = originOf(context.req.header("host"), deps.isBehindTls);
    return answerTask(context, deps, { name: "source-doctor", request: { source, ...origin } });
  });
  routes.openapi(malformedRoute, (context) =>
    answerTask(context, deps, { name: "malformed", request: context.req.valid("query") }),
  );
  routes.openapi(calendarRoute, (context) =>
    answerTask(context, deps, { name: "calendar", request: context.req.valid("query") }),
  );
  return routes;
}

/** How whoever asks has reached the server: through a proxy perhaps. */
function originOf(host: string | undefined, isBehindTls: boolean): { readonly origin?: string } {
  const origin = `${isBehindTls ? "https" : "http"}://${host ?? ""}`;
  return URL.canParse(origin) ? { origin: new URL(origin).origin } : {};
}

function notPushed(name: string, names: readonly string[]): WeirError {
  const near = nearestWord(name, names);
  return new WeirError({
    code: "no-such-source",
    kind: "usage",
    message: `there is no source “${name}” that others push to`,
    next: near === undefined ? `weir doctor ${name} looks into others, where Weir runs.` : `Did you mean ${near}?`,
  });
}
