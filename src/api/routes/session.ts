import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Visitor } from "#access/index.js";
import { isDemoLake } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { isoOfMs } from "../api-time.ts";
import { loginSchema, passwordChangeSchema, sessionSchema, type SessionJson } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import type { Principal } from "../principal.ts";
import { clientAddress } from "../security/client-address.ts";
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from "../security/session-cookie.ts";
import { done, jsonBody, jsonOf } from "./describe.ts";
import { problem } from "./problem.ts";

const sessionRoute = createRoute({
  method: "get",
  path: "/session",
  summary: "Who asks, and what there is to ask.",
  responses: { 200: jsonOf("The session.", sessionSchema), default: problem },
});

const signInRoute = createRoute({
  method: "post",
  path: "/session",
  summary: "Sign in with name and password. The session is in a cookie; scripts use tokens.",
  request: { body: jsonBody(loginSchema) },
  responses: { 200: jsonOf("Signed in.", sessionSchema), default: problem },
});

const signOutRoute = createRoute({
  method: "delete",
  path: "/session",
  summary: "Sign out.",
  responses: { 204: done, default: problem },
});

const passwordRoute = createRoute({
  method: "put",
  path: "/session/password",
  summary: "Change the own password; all other sessions end.",
  request: { body: jsonBody(passwordChangeSchema) },
  responses: { 204: done, default: problem },
});

/** Signing in and out. */
export function sessionRoutes(deps: ApiDependencies): OpenAPIHono {
  const { access, isBehindTls } = deps;
  const routes = new OpenAPIHono();
  routes.openapi(sessionRoute, (context) =>
    context.json(sessionOf(deps, context.get("caller"), context.get("visitor")), 200),
  );
  routes.openapi(signInRoute, async (context) => {
    if (deps.auth === "none") throw noSignIn();
    const { name, password } = context.req.valid("json");
    context.set("auditNote", { who: access.signIn.nameForAudit(name), target: "" });
    const before = readSessionCookie(context, isBehindTls);
    const from = clientAddress(context, isBehindTls);
    const { secret, visitor } = await access.signIn.withPassword({ name, password, from, before });
    const { name: who, role, by } = visitor;
    context.set("auditNote", { who, role, target: "" });
    writeSessionCookie(context, isBehindTls, secret);
    return context.json(sessionOf(deps, { name: who, role, by, key: who, scope: undefined }, visitor), 200);
  });
  routes.openapi(signOutRoute, async (context) => {
    await access.signIn.signOut(sessionVisitor(context));
    clearSessionCookie(context, isBehindTls);
    return context.body(null, 204);
  });
  routes.openapi(passwordRoute, async (context) => {
    const { name, hash } = sessionVisitor(context);
    const { current, password } = context.req.valid("json");
    await access.accounts.changeOwnPassword(name, current, password, hash);
    return context.body(null, 204);
  });
  return routes;
}

function sessionOf(
  { version, dataDir, auth, keeper }: ApiDependencies,
  caller: Principal | undefined,
  visitor: Visitor | undefined,
): SessionJson {
  if (caller === undefined) return { version: "", auth, user: null, csrf: null, expires: null, lake: null };
  const { lake } = keeper;
  const time = (micros: number | null | undefined): string | null =>
    isoOfMs(micros === undefined || micros === null ? null : micros / 1000);
  return {
    version,
    auth,
    user: { name: caller.name, role: caller.role },
    csrf: visitor?.csrf ?? null,
    expires: isoOfMs(visitor?.expiresAtMs ?? null),
    lake: {
      has_flows: lake?.hasFlows ?? false,
      ready: lake?.isReady ?? false,
      is_demo: isDemoLake(dataDir),
      newest_flow: time(lake?.newestFlow),
      oldest_flow: time(lake?.oldestFlow),
      flows_end: time(lake?.flowsEnd),
    },
  };
}

/** The session of a request that came by one. @throws WeirError `no-sign-in`, `not-by-token` */
export function sessionVisitor(context: Context): Visitor {
  const visitor = context.get("visitor");
  if (visitor === undefined) throw noSignIn();
  if (visitor.by === "session") return visitor;
  throw new WeirError({
    code: "not-by-token",
    kind: "usage",
    message: "a token cannot do this: it needs somebody who signed in with a password",
    next: "Sign in on the page, or use `weir token` and `weir user` where the lake is.",
  });
}

function noSignIn(): WeirError {
  return new WeirError({
    code: "no-sign-in",
    kind: "conflict",
    message: "there is no sign-in here: whoever reaches this port of this machine is admin",
    next: "Add a user (weir user add NAME --role admin) and start `weir serve --auth password`.",
  });
}
