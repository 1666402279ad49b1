import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiDependencies } from "../dependencies.ts";
import { askRoutes } from "./ask.ts";
import { auditRoutes } from "./audit.ts";
import { entityRoutes } from "./entity.ts";
import { eventRoutes } from "./events.ts";
import { exportRoutes } from "./exports.ts";
import { ingestRoutes } from "./ingest.ts";
import { mapRoutes } from "./map.ts";
import { pushRoutes } from "./push.ts";
import { rowRoutes } from "./rows.ts";
import { sessionRoutes } from "./session.ts";
import { logsRoutes } from "./logs.ts";
import { sourcesRoutes } from "./sources.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";
import { viewRoutes } from "./views.ts";
import { wordRoutes } from "./words.ts";

/** All routes below `/api/v1`, group by group. */
export const routeGroups: readonly ((deps: ApiDependencies) => OpenAPIHono)[] = [
  sessionRoutes,
  userRoutes,
  tokenRoutes,
  auditRoutes,
  askRoutes,
  entityRoutes,
  eventRoutes,
  exportRoutes,
  ingestRoutes,
  mapRoutes,
  pushRoutes,
  rowRoutes,
  sourcesRoutes,
  logsRoutes,
  viewRoutes,
  wordRoutes,
];
