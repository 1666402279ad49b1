import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { StoredToken } from "#access/index.js";
import { isoOfMs } from "../api-time.ts";
import { madeTokenSchema, newTokenSchema, tokensSchema, type TokenJson } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { requireRole } from "../principal.ts";
import { done, jsonBody, jsonOf } from "./describe.ts";
import { problem } from "./problem.ts";
import { sessionVisitor } from "./session.ts";

const listRoute = createRoute({
  method: "get",
  path: "/tokens",
  summary: "The own tokens; for admins with `of=all` those of everybody.",
  request: { query: z.strictObject({ of: z.enum(["me", "all"]).optional() }) },
  responses: { 200: jsonOf("The tokens, without their secrets.", tokensSchema), default: problem },
});

const createTokenRoute = createRoute({
  method: "post",
  path: "/tokens",
  summary: "Make a token for scripts. Its secret is in this answer and nowhere else.",
  request: { body: jsonBody(newTokenSchema) },
  responses: { 201: jsonOf("The token with its secret.", madeTokenSchema), default: problem },
});

const revokeRoute = createRoute({
  method: "delete",
  path: "/tokens/{id}",
  summary: "Revoke a token: one's own, or for admins anybody's.",
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 204: done, default: problem },
});

/** Tokens for scripts. */
export function tokenRoutes({ access: { accounts } }: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(listRoute, (context) => {
    const principal = context.get("principal");
    const isAll = context.req.valid("query").of === "all";
    if (isAll) requireRole(principal, "admin", "seeing tokens of others");
    const tokens = isAll ? accounts.tokens(undefined) : principal.by === "none" ? [] : accounts.tokens(principal.name);
    return context.json({ tokens: tokens.map(tokenJson) }, 200);
  });
  routes.openapi(createTokenRoute, async (context) => {
    const { name: user } = sessionVisitor(context);
    const { name, role, expires_in: expiresIn } = context.req.valid("json");
    context.set("auditNote", { target: name, detail: `role ${role}` });
    const { token, secret } = await accounts.createToken({
      user,
      name,
      role,
      ...(expiresIn !== undefined && { expiresIn }),
    });
    context.set("auditNote", { target: `${token.id} ${name}`, detail: `role ${role}` });
    return context.json({ ...tokenJson(token), secret }, 201);
  });
  routes.openapi(revokeRoute, async (context) => {
    const { id } = context.req.valid("param");
    const principal = context.get("principal");
    const token = accounts.token(id);
    if (token !== undefined && token.user !== principal.name)
      requireRole(principal, "admin", "revoking tokens of others");
    context.set("auditNote", { target: token === undefined ? id : `${id} ${token.name}`, detail: token?.user ?? null });
    await accounts.revokeToken(id);
    return context.body(null, 204);
  });
  return routes;
}

function tokenJson({ id, name, user, role, createdAtMs, expiresAtMs, lastUsedMs }: StoredToken): TokenJson {
  return {
    id,
    name,
    user,
    role,
    created: new Date(createdAtMs).toISOString(),
    expires: isoOfMs(expiresAtMs),
    last_used: isoOfMs(lastUsedMs),
  };
}
