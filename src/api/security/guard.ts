import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import { isSameText, type AccessControl, type Visitor } from "#access/index.js";
import { WeirError } from "#base/errors.js";
import { isAtLeast, type Role } from "#model/roles.js";
import { localPrincipal, type Principal } from "../principal.ts";
import type { AuthMode } from "./auth-mode.ts";
import { readBody } from "./body.ts";
import { routeRules, strictest, type RouteRule } from "./route-rules.ts";
import { isReading } from "./same-origin.ts";
import { readSessionCookie } from "./session-cookie.ts";

export interface GuardConfig {
  readonly access: AccessControl;
  readonly auth: AuthMode;
  readonly isBehindTls: boolean;
}

declare module "hono" {
  interface ContextVariableMap {
    /** The session or token that the caller came in by; undefined where there is no sign-in. */
    visitor: Visitor | undefined;
    /** Of the route that will answer; undefined when there is none. */
    rule: RouteRule | undefined;
    /** The request's body as text; empty where the route reads it itself. */
    bodyText: string;
  }
}

/** Says who asks and what the route wants; turns away credentials that are not good. */
export function identify({ access, auth, isBehindTls }: GuardConfig): MiddlewareHandler {
  return createMiddleware(async (context, next) => {
    const route = matchedRoutes(context).find(({ method }) => method !== "ALL");
    const rule = route && (routeRules.get(`${route.method} ${route.path}`) ?? strictest);
    const visitor = rule?.hasKey === true ? undefined : visitorOf(context, { access, auth, isBehindTls });
    context.set("rule", rule);
    context.set("visitor", visitor);
    context.set(
      "caller",
      visitor === undefined
        ? auth === "none" && rule?.hasKey !== true
          ? localPrincipal
          : undefined
        : principalOf(visitor),
    );
    context.set("bodyText", "");
    await next();
  });
}

/** Lets a request through to its route, or not: role, forged requests, size of the body. */
export function guard(): MiddlewareHandler {
  return createMiddleware(async (context, next) => {
    const rule = context.get("rule");
    if (rule === undefined) return next();
    const caller = context.get("caller");
    if (rule.least !== "anyone") {
      if (caller === undefined) throw notSignedIn();
      if (!isAtLeast(caller.role, rule.least)) throw notAllowed(caller, rule.least);
      checkCsrf(context);
    }
    if (caller !== undefined) context.set("principal", caller);
    if (!isReading(context.req.method) && rule.readsBody !== true) context.set("bodyText", await readBody(context));
    return next();
  });
}

function visitorOf(context: Context, { access, auth, isBehindTls }: GuardConfig): Visitor | undefined {
  const authorization = context.req.header("authorization");
  if (authorization !== undefined) {
    const visitor = access.signIn.token(/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? "");
    if (visitor === undefined) throw badToken();
    return visitor;
  }
  const secret = auth === "password" ? readSessionCookie(context, isBehindTls) : undefined;
  return secret === undefined ? undefined : access.signIn.session(secret);
}

function principalOf({ name, role, by }: Visitor): Principal {
  return { name, role, by, key: name, scope: undefined };
}

/** A browser sends a session's cookie also when another page makes it; only ours knows the token that goes with it. */
function checkCsrf(context: Context): void {
  const csrf = context.get("visitor")?.csrf ?? null;
  if (csrf === null || isReading(context.req.method)) return;
  if (isSameText(context.req.header("x-weir-csrf") ?? "", csrf)) return;
  throw new WeirError({
    code: "csrf",
    kind: "usage",
    message: "the request does not show that it comes from Weir's own page",
    place: "x-weir-csrf",
    next: "Send `csrf` of GET /api/v1/session in this header. Scripts need it not: they bring a token (weir token create).",
  });
}

function badToken(): WeirError {
  return new WeirError({
    code: "bad-token",
    kind: "usage",
    message: "the token is none of this Weir: expired, revoked, or never made here",
    place: "authorization",
    next: "Make a new one on the Account page or with `weir token create`, and send it as `Authorization: Bearer weir_…`.",
  });
}

function notSignedIn(): WeirError {
  return new WeirError({
    code: "not-signed-in",
    kind: "usage",
    message: "nobody is signed in, or the session is over",
    next: "Sign in on the page; scripts send `Authorization: Bearer weir_…` (weir token create).",
  });
}

function notAllowed({ name, role }: Principal, wanted: Role): WeirError {
  return new WeirError({
    code: "not-allowed",
    kind: "usage",
    message: `this needs the role ${wanted}, and ${name} is ${role}`,
    next: "Ask an admin of this Weir, who can give you the role with `weir user role NAME ROLE`.",
  });
}
