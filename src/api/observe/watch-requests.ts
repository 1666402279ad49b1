import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { WeirError } from "#base/errors.js";
import type { ServerMetrics } from "./metrics.ts";
import type { ServerLog } from "./server-log.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** Names a request in the log, in its answer's header `x-request-id`, and in what went wrong. */
    requestId: string;
    /** What a sender calls what was pushed; undefined where nothing was. */
    deliveryId: string | undefined;
  }
}

const ID_BYTES = 9;

/** Gives every request an id, counts it and notes it in the log: its route, never what it asked. */
export function watchRequests(log: ServerLog, metrics: ServerMetrics): MiddlewareHandler {
  return createMiddleware(async (context, next) => {
    const startedMs = performance.now();
    const requestId = randomBytes(ID_BYTES).toString("base64url");
    context.set("requestId", requestId);
    await next();
    context.header("x-request-id", requestId);
    const { method } = context.req;
    const route = routeOf(context);
    const { status } = context.res;
    const ms = Math.round(performance.now() - startedMs);
    metrics.request(route, method, status, ms / 1000);
    const { error } = context;
    const fields = {
      request: requestId,
      status,
      ms,
      user: context.get("caller")?.name,
      cache: context.res.headers.get("x-weir-cache") ?? undefined,
      delivery: context.get("deliveryId")?.slice(0, 100),
      code: error instanceof WeirError ? error.code : undefined,
    };
    const message = `${method} ${route}`;
    if (status < 500) log[route.startsWith("/api/") ? "info" : "debug"](message, fields);
    // 503 is the server's word that it has too much to do; all else is worth a look.
    else log[status === 503 || status === 504 ? "warn" : "error"](message, { ...fields, ...causeOf(error) });
  });
}

/** The pattern of the route that answered: with a path's own words every request would be another one. */
function routeOf(context: Context): string {
  return matchedRoutes(context).find(({ method }) => method !== "ALL")?.path ?? "none";
}

/** What is unexpected is told whole: it is a fault of the program. */
function causeOf(error: Error | undefined): { error?: string } {
  if (error === undefined) return {};
  return { error: error instanceof WeirError ? error.message : (error.stack ?? error.message) };
}
