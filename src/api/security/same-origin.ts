import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { WeirError } from "#base/errors.js";
import { isLoopback, type AuthMode } from "./auth-mode.ts";

interface OriginConfig {
  readonly auth: AuthMode;
  readonly isBehindTls: boolean;
}

const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether a method changes nothing. */
export function isReading(method: string): boolean {
  return reading.has(method);
}

/**
 * Keeps out what other sites have a browser send here. Without sign-in, the name in the Host header must be this machine's: a name
 * that an attacker points at 127.0.0.1 is none. What is not only read must come from our own page, or from no page at all.
 */
export function sameOrigin({ auth, isBehindTls }: OriginConfig): MiddlewareHandler {
  return createMiddleware(async (context, next) => {
    if (auth === "none") checkHost(context.req.header("host") ?? "");
    if (!isReading(context.req.method)) checkOrigin(context, isBehindTls);
    await next();
  });
}

function checkHost(host: string): void {
  if (isLoopback(host.replace(/:\d*$/, ""))) return;
  throw new WeirError({
    code: "foreign-host",
    kind: "usage",
    message: "without sign-in, Weir answers only under the names of this machine",
    place: `Host: ${host}`,
    next: "Ask for http://127.0.0.1 or http://localhost; to reach it by another name, start it with --auth password.",
  });
}

/** Browsers say where a request comes from; what is no browser says nothing, and cannot be tricked by a site. */
function checkOrigin(context: Context, isBehindTls: boolean): void {
  const site = context.req.header("sec-fetch-site");
  const origin = context.req.header("origin");
  if (site !== undefined && site !== "same-origin" && site !== "none") throw crossSite(origin ?? site);
  if (origin !== undefined && origin !== ownOrigin(context, isBehindTls)) throw crossSite(origin);
}

function ownOrigin(context: Context, isBehindTls: boolean): string {
  const forwarded = isBehindTls ? context.req.header("x-forwarded-host")?.split(",").at(-1)?.trim() : undefined;
  return `${isBehindTls ? "https" : "http"}://${forwarded ?? context.req.header("host") ?? ""}`;
}

function crossSite(place: string): WeirError {
  return new WeirError({
    code: "cross-site",
    kind: "usage",
    message: "another site asked for this, not Weir's own page",
    place,
    next: "Open Weir's page itself. Behind a proxy that ends TLS, start `weir serve` with --behind-tls.",
  });
}
