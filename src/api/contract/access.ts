import { z } from "zod";
import { roles } from "#model/roles.js";

/** viewer: asks and reads. analyst: also shares views and exports. admin: also users, tokens of others, ingest, audit. */
export const roleSchema = z.enum(roles);

export const loginSchema = z
  .strictObject({ name: z.string().min(1).max(200), password: z.string().min(1).max(1000) })
  .meta({ id: "Login" });

/** Who asks, and what the page must know before it draws anything. */
export const sessionSchema = z
  .object({
    version: z.string(),
    /** Without `auth`, whoever reaches the port is admin; the server is then bound to loopback. */
    auth: z.enum(["none", "password"]),
    user: z.object({ name: z.string(), role: roleSchema }).nullable().describe("Null: sign in first."),
    csrf: z.string().nullable().describe("Goes back as header x-weir-csrf with every request that is not GET."),
    expires: z.string().nullable(),
    lake: z
      .object({
        has_flows: z.boolean(),
        ready: z.boolean().describe("Something was made of the flows: there is something to show on every page."),
        is_demo: z.boolean(),
        newest_flow: z.string().nullable(),
        oldest_flow: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: "Session" });

export const userSchema = z
  .object({
    name: z.string(),
    role: roleSchema,
    created: z.string(),
    last_login: z.string().nullable(),
    disabled: z.boolean(),
  })
  .meta({ id: "User" });
export const newUserSchema = z
  .strictObject({ name: z.string().min(1).max(200), password: z.string().min(12).max(1000), role: roleSchema })
  .meta({ id: "NewUser" });
export const userChangeSchema = z
  .strictObject({
    role: roleSchema.optional(),
    password: z.string().min(12).max(1000).optional(),
    disabled: z.boolean().optional(),
  })
  .meta({ id: "UserChange" });

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    user: z.string(),
    role: roleSchema,
    created: z.string(),
    expires: z.string().nullable(),
    last_used: z.string().nullable(),
  })
  .meta({ id: "Token" });
export const newTokenSchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    role: roleSchema.describe("Not above the user's own."),
    expires_in: z.string().max(16).optional().describe("Such as 90d; default 90d."),
  })
  .meta({ id: "NewToken" });
/** The secret is shown this once. */
export const madeTokenSchema = tokenSchema.extend({ secret: z.string() }).meta({ id: "MadeToken" });

export const auditSchema = z
  .object({
    entries: z.array(
      z.object({
        at: z.string(),
        who: z.string(),
        role: z.string(),
        from: z.string(),
        action: z.string(),
        target: z.string(),
        result: z.string(),
        detail: z.string().nullable(),
        ms: z.number().nullable(),
      }),
    ),
    next: z.string().nullable(),
  })
  .meta({ id: "Audit" });

export type SessionJson = z.output<typeof sessionSchema>;
export type UserJson = z.output<typeof userSchema>;
export type TokenJson = z.output<typeof tokenSchema>;
export type MadeTokenJson = z.output<typeof madeTokenSchema>;
export type AuditJson = z.output<typeof auditSchema>;
