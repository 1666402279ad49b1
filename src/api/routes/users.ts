import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { User } from "#access/index.js";
import { isoOfMs } from "../api-time.ts";
import { newUserSchema, userChangeSchema, userSchema, usersSchema, type UserJson } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { done, jsonBody, jsonOf } from "./describe.ts";
import { problem } from "./problem.ts";

const name = z.object({ name: z.string().max(200) });

const listRoute = createRoute({
  method: "get",
  path: "/users",
  summary: "All users.",
  responses: { 200: jsonOf("The users.", usersSchema), default: problem },
});

const addRoute = createRoute({
  method: "post",
  path: "/users",
  summary: "Add a user.",
  request: { body: jsonBody(newUserSchema) },
  responses: { 201: jsonOf("The user.", userSchema), default: problem },
});

const changeRoute = createRoute({
  method: "patch",
  path: "/users/{name}",
  summary: "Change a user's role or password, or keep the user out.",
  request: { params: name, body: jsonBody(userChangeSchema) },
  responses: { 200: jsonOf("The user as it is now.", userSchema), default: problem },
});

const removeRoute = createRoute({
  method: "delete",
  path: "/users/{name}",
  summary: "Remove a user with all sessions and tokens.",
  request: { params: name },
  responses: { 204: done, default: problem },
});

/** Users, for admins. */
export function userRoutes({ access: { accounts } }: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(listRoute, (context) => context.json({ users: accounts.users().map(userJson) }, 200));
  routes.openapi(addRoute, async (context) => {
    const { name, password, role } = context.req.valid("json");
    context.set("auditNote", { target: name, detail: `role ${role}` });
    return context.json(userJson(await accounts.addUser(name, password, role)), 201);
  });
  routes.openapi(changeRoute, async (context) => {
    const { name } = context.req.valid("param");
    const { role, password, disabled } = context.req.valid("json");
    const told = [
      role === undefined ? [] : `role ${role}`,
      password === undefined ? [] : "new password",
      disabled === undefined ? [] : disabled ? "disabled" : "enabled",
    ];
    context.set("auditNote", { target: name, detail: told.flat().join(", ") });
    const user = await accounts.changeUser(name, {
      ...(role !== undefined && { role }),
      ...(password !== undefined && { password }),
      ...(disabled !== undefined && { disabled }),
    });
    return context.json(userJson(user), 200);
  });
  routes.openapi(removeRoute, async (context) => {
    const { name } = context.req.valid("param");
    context.set("auditNote", { target: name });
    await accounts.removeUser(name);
    return context.body(null, 204);
  });
  return routes;
}

function userJson({ name, role, disabled, createdAtMs, lastLoginMs }: User): UserJson {
  return { name, role, disabled, created: new Date(createdAtMs).toISOString(), last_login: isoOfMs(lastLoginMs) };
}
