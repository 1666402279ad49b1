import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { StoredAuditEntry } from "#access/index.js";
import { parseTime } from "#base/time.js";
import { auditAskSchema, auditSchema } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { jsonOf } from "./describe.ts";
import { problem } from "./problem.ts";

const PAGE = 100;

const auditRoute = createRoute({
  method: "get",
  path: "/audit",
  summary: "Who did and asked what, the newest first.",
  request: { query: auditAskSchema },
  responses: { 200: jsonOf("Entries of the audit log.", auditSchema), default: problem },
});

/** The audit log, for admins. */
export function auditRoutes({ access }: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(auditRoute, async (context) => {
    const { who, action, result, from, to, cursor, limit = PAGE } = context.req.valid("query");
    const now = Date.now();
    const { entries, next } = await access.audit.list({
      limit,
      ...(who !== undefined && { who }),
      ...(action !== undefined && { action }),
      ...(result !== undefined && { result }),
      ...(from !== undefined && { fromMs: parseTime(from, now, "from") / 1000 }),
      ...(to !== undefined && { toMs: parseTime(to, now, "to") / 1000 }),
      ...(cursor !== undefined && { before: Number(cursor) }),
    });
    return context.json({ entries: entries.map(entryJson), next: next === null ? null : String(next) }, 200);
  });
  return routes;
}

function entryJson({ number, atMs, elapsedMs, ...entry }: StoredAuditEntry) {
  return { id: String(number), at: new Date(atMs).toISOString(), ...entry, ms: elapsedMs };
}
