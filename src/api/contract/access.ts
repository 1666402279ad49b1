import { z } from "zod";
import { roles } from "#model/roles.js";
import { askedTime } from "./question.ts";

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
        flows_end: z
          .string()
          .nullable()
          .describe("The full minute at which the newest flow has ended: questions without a time end there."),
      })
      .nullable(),
  })
  .meta({ id: "Session" });

/** The own password; all other sessions of the user end. */
export const passwordChangeSchema = z
  .strictObject({ current: z.string().min(1).max(1000), password: z.string().min(12).max(1000) })
  .meta({ id: "PasswordChange" });

export const userSchema = z
  .object({
    name: z.string(),
    role: roleSchema,
    created: z.string(),
    last_login: z.string().nullable(),
    disabled: z.boolean(),
  })
  .meta({ id: "User" });
export const usersSchema = z.object({ users: z.array(userSchema) }).meta({ id: "Users" });
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
export const tokensSchema = z.object({ tokens: z.array(tokenSchema) }).meta({ id: "Tokens" });
export const newTokenSchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    role: roleSchema.describe("Not above the user's own."),
    expires_in: z.string().max(16).optional().describe("Such as 90d; default 90d."),
  })
  .meta({ id: "NewToken" });
/** The secret is shown this once. */
export const madeTokenSchema = tokenSchema.extend({ secret: z.string() }).meta({ id: "MadeToken" });

/** Which entries, the newest first. */
export const auditAskSchema = z.strictObject({
  who: z.string().max(200).optional(),
  action: z.string().max(64).optional().describe("A whole action, or its beginning up to a dot: `user`."),
  result: z.enum(["ok", "failed"]).optional(),
  ...askedTime,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe("`next` of the page before."),
  limit: z.coerce.number().int().min(1).max(1000).optional().describe("Default 100."),
});
export const auditSchema = z
  .object({
    entries: z.array(
      z.object({
        id: z.string(),
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
export type UsersJson = z.output<typeof usersSchema>;
export type NewUser = z.input<typeof newUserSchema>;
export type UserChange = z.input<typeof userChangeSchema>;
export type TokensJson = z.output<typeof tokensSchema>;
export type NewToken = z.input<typeof newTokenSchema>;
export type AuditJson = z.output<typeof auditSchema>;
