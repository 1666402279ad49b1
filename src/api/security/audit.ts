import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { TooManyAttempts, type AuditEntry } from "#access/index.js";
import { problemOf } from "../problems.ts";
import { clientAddress } from "./client-address.ts";
import type { GuardConfig } from "./guard.ts";

/** What a route tells the audit log beyond what every request tells. */
export type AuditNote = Partial<Pick<AuditEntry, "who" | "role" | "target" | "detail">>;

declare module "hono" {
  interface ContextVariableMap {
    auditNote: AuditNote | undefined;
  }
}

/** Notes what was done and asked, with who, when, from where, and what became of it. */
export function audit({ access, isBehindTls }: GuardConfig): MiddlewareHandler {
  return createMiddleware(async (context, next) => {
    const rule = context.get("rule");
    if (rule?.action === undefined) return next();
    const caller = context.get("caller");
    // Whoever is not let in at all could fill the log; wrong passwords are noted, and those are few.
    if (caller === undefined && rule.least !== "anyone") return next();
    access.audit.assertRoom();
    const atMs = Date.now();
    await next();
    if (context.error instanceof TooManyAttempts) return undefined;
    if (rule.notes === "refusals" && context.res.status !== 401) return undefined;
    access.audit.add({
      atMs,
      who: caller?.name ?? "nobody",
      role: caller?.role ?? "",
      from: clientAddress(context, isBehindTls),
      action: rule.action,
      target: targetOf(context),
      detail: rule.noteRequest === true ? questionOf(context) : null,
      ...context.get("auditNote"),
      result: resultOf(context),
      elapsedMs: Date.now() - atMs,
    });
    return undefined;
  });
}

/** What the path names, where it names something. */
function targetOf(context: Context): string {
  const [, ...words] = context.req.path.replace("/api/v1/", "").split("/");
  return decoded(words.join("/"));
}

function questionOf(context: Context): string | null {
  const text = context.get("bodyText") || decoded(new URL(context.req.url).search);
  return text === "" ? null : text;
}

function resultOf({ error, res }: Context): string {
  if (error !== undefined) return problemOf(error).code;
  return res.ok ? "ok" : `status-${res.status}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
