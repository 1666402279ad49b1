import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ReportData } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { demoRequestSchema, ingestReportSchema, type IngestReportJson } from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { requireRole } from "../principal.ts";
import { boundaryOf, readForm } from "../uploads/multipart.ts";
import { Spool } from "../uploads/spool.ts";
import { problem } from "./problem.ts";

/** Each holds its files on disk until they are read. */
const UPLOADS_AT_ONCE = 8;
const MOST_FILES = 1000;

const report = { description: "What became of it.", content: { "application/json": { schema: ingestReportSchema } } };
const bytes = { schema: z.string().meta({ format: "binary" }) };

const ingestRoute = createRoute({
  method: "post",
  path: "/ingest",
  summary: "Reads files that are sent; answers when what they hold is durable.",
  description:
    "The body is one file, called `name`, or a form with several. The same content again is unchanged; a file that begins with what was sent before under its name has grown.",
  request: {
    query: z.object({
      name: z
        .string()
        .max(2000)
        .optional()
        .describe("What the file is called; its folders may tell account and region."),
      job: z
        .string()
        .regex(/^[\w-]{1,64}$/)
        .optional()
        .describe("Names the progress in server-sent events: source `upload:JOB`."),
      log_format: z.string().max(2000).optional().describe("The layout of AWS records without a header line."),
    }),
    body: { required: true, content: { "application/octet-stream": bytes, "multipart/form-data": bytes } },
  },
  responses: { 200: report, default: problem },
});

const demoRoute = createRoute({
  method: "post",
  path: "/demo",
  summary: "Makes the demo world in a lake without flows; server-sent events tell how far it is, as source `demo`.",
  request: { body: { required: true, content: { "application/json": { schema: demoRequestSchema } } } },
  responses: { 200: report, default: problem },
});

/** What writes to the lake. */
export function ingestRoutes(deps: ApiDependencies): OpenAPIHono {
  const { keeper } = deps;
  const routes = new OpenAPIHono();
  let uploads = 0;
  routes.on("POST", ingestRoute.path, async (context) => {
    requireRole(context.get("principal"), "admin", "sending logs");
    const { name, job, log_format: logFormat } = wordsOf(context);
    if (uploads >= UPLOADS_AT_ONCE) throw tooMany();
    uploads++;
    const spool = new Spool(deps.dataDir, deps.uploadBytes);
    try {
      const files = await receive(context, spool, name);
      const label = job === undefined ? "upload" : `upload:${job}`;
      return context.json(
        reportJson(await keeper.run({ kind: "upload", label, files, ...(logFormat !== undefined && { logFormat }) })),
      );
    } finally {
      spool.remove();
      uploads--;
    }
  });
  routes.openAPIRegistry.registerPath(ingestRoute);
  let isMakingDemo = false;
  routes.openapi(demoRoute, async (context) => {
    requireRole(context.get("principal"), "admin", "making the demo world");
    if (isMakingDemo)
      throw new WeirError({ code: "demo-running", kind: "conflict", message: "the demo world is being made already" });
    isMakingDemo = true;
    try {
      const { hours, seed } = context.req.valid("json");
      return context.json(reportJson(await keeper.run({ kind: "demo", world: { hours, seed, scale: 1 } })), 200);
    } finally {
      isMakingDemo = false;
    }
  });
  return routes;
}

/** The body is read as it comes, so the route checks its query itself. @throws WeirError `bad-request` */
function wordsOf(context: Context): z.output<typeof ingestRoute.request.query> {
  const words = ingestRoute.request.query.safeParse(context.req.query());
  if (words.success) return words.data;
  const [issue] = words.error.issues;
  throw new WeirError({
    code: "bad-request",
    kind: "usage",
    message: issue?.message ?? "the request is not as described",
    place: issue?.path.join(".") ?? "query",
    next: "GET /api/v1/openapi.json describes every request.",
  });
}

/** Brings the files of a request to disk. */
async function receive(context: Context, spool: Spool, name: string | undefined): ReturnType<typeof receiveForm> {
  const { body, headers, signal } = context.req.raw;
  if (body === null) throw noFile();
  spool.expect(Number(headers.get("content-length") ?? 0));
  const boundary = boundaryOf(headers.get("content-type") ?? "");
  try {
    if (boundary !== undefined) return await receiveForm(body, boundary, spool, signal);
    const file = await spool.write(name ?? "", body, signal);
    if (file.size === 0) throw noFile();
    return [file];
  } catch (error) {
    if (signal.aborted)
      throw new WeirError({
        code: "interrupted",
        kind: "environment",
        message: "the sender went away before everything was sent; nothing was read",
        cause: error,
      });
    throw error;
  }
}

async function receiveForm(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
  spool: Spool,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<Spool["write"]>>[]> {
  const files = [];
  for await (const file of readForm(body, boundary)) {
    if (files.length >= MOST_FILES)
      throw new WeirError({
        code: "too-many-files",
        kind: "usage",
        message: `a form may have ${MOST_FILES} files`,
        next: "Send them in several forms.",
      });
    files.push(await spool.write(file.name, file.bytes, signal));
  }
  if (files.length === 0) throw noFile();
  return files;
}

function reportJson({ flowsByType, ...report }: ReportData): IngestReportJson {
  return { ...report, problems: [...report.problems], flows_by_type: flowsByType };
}

function noFile(): WeirError {
  return new WeirError({
    code: "no-file",
    kind: "usage",
    message: "nothing was sent",
    next: "Send a file as the body with ?name=, or a form with files: curl --data-binary @flows.log.gz 'URL/api/v1/ingest?name=flows.log.gz'",
  });
}

function tooMany(): WeirError {
  return new WeirError({
    code: "too-many-requests",
    kind: "environment",
    message: `${UPLOADS_AT_ONCE} uploads are on their way already`,
    next: "Try again when one of them has ended.",
  });
}
