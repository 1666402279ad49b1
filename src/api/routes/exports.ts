import type { HttpBindings } from "@hono/node-server";
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { WeirError } from "#base/errors.js";
import { askerOf } from "../asker.ts";
import { exportLinkSchema, exportRequestSchema, type ExportFormat, type ExportRequest } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { exportName } from "../exports/export-name.ts";
import type { RunningExport } from "../exports/exports.ts";
import { problem } from "./problem.ts";

const rows = z.string();
const responses = {
  200: {
    description:
      "The rows, as a download. Text is sent while it is read: if something fails then, the connection breaks and the last chunk is missing. Parquet has a length.",
    content: {
      "text/csv": { schema: rows },
      "application/x-ndjson": { schema: rows },
      "application/vnd.apache.parquet": { schema: rows },
    },
  },
  default: problem,
};

const exportRoute = createRoute({
  method: "post",
  path: "/export",
  summary: "Rows of a dataset, or of an answer, as a file.",
  request: { body: { required: true, content: { "application/json": { schema: exportRequestSchema } } } },
  responses,
});

const exportLinkRoute = createRoute({
  method: "get",
  path: "/export",
  summary: "The same as a link.",
  request: { query: exportLinkSchema },
  responses,
});

const types: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  jsonl: "application/x-ndjson",
  parquet: "application/vnd.apache.parquet",
};

/** Downloads. */
export function exportRoutes(deps: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.openapi(exportRoute, async (context) => answerExport(context, deps, context.req.valid("json")));
  routes.openapi(exportLinkRoute, async (context) => {
    const request = checked(requestOfLink(context.req.valid("query")));
    // A HEAD request comes here, too, and nobody would take the rows.
    if (context.req.method === "HEAD") return context.body(null, 200, { "content-type": types[request.format] });
    return answerExport(context, deps, request);
  });
  return routes;
}

function requestOfLink(link: z.output<typeof exportLinkSchema>): ExportRequest {
  const { by, measures, having, limit, others, spreadsheet, all_columns: allColumns, ...rest } = link;
  const list = (text: string): string[] => text.split(",").filter((word) => word !== "");
  return {
    ...rest,
    ...(by !== undefined && { by: list(by) }),
    ...(measures !== undefined && { measures: list(measures) }),
    ...(having !== undefined && { having: [having].flat() }),
    ...(limit !== undefined && { limit: Number(limit) }),
    ...(others !== undefined && { others: others === "true" }),
    ...(spreadsheet !== undefined && { spreadsheet: spreadsheet === "true" }),
    ...(allColumns !== undefined && { all_columns: allColumns === "true" }),
  };
}

/** A link's words are cut apart before they can be checked as a request's are. @throws WeirError `bad-request` */
function checked(request: ExportRequest): ExportRequest {
  const { success, data, error } = exportRequestSchema.safeParse(request);
  if (success) return data;
  const [issue] = error.issues;
  throw new WeirError({
    code: "bad-request",
    kind: "usage",
    message: issue?.message ?? "the link is not as described",
    ...(issue !== undefined && { place: issue.path.join(".") }),
    next: "GET /api/v1/openapi.json describes every request.",
  });
}

async function answerExport(
  context: Context,
  { exports, dataDir }: ApiDependencies,
  request: ExportRequest,
): Promise<Response> {
  const { scope, signal } = askerOf(context);
  const running = await exports.open({ request, dataDir, scope, nowMs: Date.now() }, signal);
  return new Response(streamOf(running, context), {
    headers: {
      "content-type": types[request.format],
      "content-disposition": `attachment; filename="${exportName(request, running)}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(running.bytes !== undefined && { "content-length": String(running.bytes) }),
    },
  });
}

/**
 * The chunks as they are taken. An export that fails breaks the connection: the server's own way would end the answer in good
 * order, and a file that is too short would look whole.
 */
function streamOf(running: RunningExport, context: Context): ReadableStream<Uint8Array> {
  const { outgoing } = context.env as Partial<HttpBindings>;
  const chunks = running.chunks();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          outgoing?.destroy();
          controller.error(error);
        }
      },
      async cancel() {
        // A generator that waits for a chunk would be left only after it: ending the export gives it its end.
        await running.end();
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
