import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { messageOf, WeirError } from "#base/errors.js";
import {
  firehoseAnswerSchema,
  pushAnswerSchema,
  type FirehoseAnswerJson,
  type PushAnswerJson,
} from "../contract/index.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { problemOf, retryAfterOf } from "../problems.ts";
import { PushBody } from "../push/push-body.ts";
import type { PushDoor } from "../push/push-door.ts";
import { clientAddress } from "../security/client-address.ts";
import { problem } from "./problem.ts";

const LONGEST_MESSAGE = 8192;
const LONGEST_KEY = 1000;
const LONGEST_NAME = 2000;

const bytes = { schema: z.string().meta({ format: "binary" }) };
const source = z.string().describe("Name of a source in weir.yaml that others push to.");

/** Firehose logs the message. */
const notTaken = { description: "Not taken.", content: { "application/json": { schema: firehoseAnswerSchema } } };

const firehoseRoute = createRoute({
  method: "post",
  path: "/push/{source}/firehose",
  summary: "Takes a delivery of Amazon Data Firehose; 200 means that its records are durable.",
  description:
    "The HTTP endpoint of a Firehose stream. Authorised by the source's key in X-Amz-Firehose-Access-Key. A request id is counted once, however often it comes. 429 and 503: send it again; 413: it is larger than Firehose may send.",
  request: {
    params: z.object({ source }),
    headers: z.object({
      "x-amz-firehose-access-key": z.string(),
      "x-amz-firehose-request-id": z.string().optional(),
    }),
    body: { required: true, content: { "application/json": { schema: z.object({}).loose() } } },
  },
  responses: {
    200: { description: "Durable.", content: { "application/json": { schema: firehoseAnswerSchema } } },
    ...Object.fromEntries([400, 401, 408, 413, 429, 503].map((status) => [status, notTaken])),
    default: problem,
  },
});

const pushRoute = createRoute({
  method: "post",
  path: "/push/{source}",
  summary: "Takes lines or a file of any format that is known; 200 means that they are durable.",
  description:
    "Authorised by the source's key, as a bearer token or in X-Weir-Key. What has the same Idempotency-Key, or without one the same content and name, is counted once, however often it comes. 429 and 503: send it again.",
  request: {
    params: z.object({ source }),
    query: z.object({
      name: z
        .string()
        .max(LONGEST_NAME)
        .optional()
        .describe("What a file is called; its folders may tell account and region."),
    }),
    headers: z.object({
      "x-weir-key": z.string().optional(),
      "idempotency-key": z.string().max(LONGEST_KEY).optional(),
    }),
    body: { required: true, content: { "application/octet-stream": bytes } },
  },
  responses: {
    200: { description: "Durable.", content: { "application/json": { schema: pushAnswerSchema } } },
    default: problem,
  },
});

/** What machines send by themselves. Bodies are read by the routes, and so are the words around them. */
export function pushRoutes({ push, isBehindTls }: ApiDependencies): OpenAPIHono {
  const routes = new OpenAPIHono();
  routes.on("POST", "/push/:source/firehose", async (context) => {
    const header = context.req.header("x-amz-firehose-request-id");
    try {
      const key = context.req.header("x-amz-firehose-access-key") ?? "";
      return await taking(context, { push, isBehindTls, key }, async (name, body) => {
        const { requestId } = await push.receiver.takeFirehose(name, await body.read(context.req.raw), header);
        context.set("deliveryId", requestId);
        return answer(context, 200, { requestId, timestamp: Date.now() });
      });
    } catch (error) {
      return refusal(context, error, header ?? "");
    }
  });
  routes.on("POST", "/push/:source", (context) =>
    taking(context, { push, isBehindTls, key: bearerOf(context) }, async (name, body) => {
      if (push.receiver.accepts(name) !== "any") throw onlyFirehose(name);
      const file = { name: context.req.query("name") ?? "", ...keyOf(context) };
      if (file.name.length > LONGEST_NAME) throw badRequest("name", LONGEST_NAME);
      const content = await body.withoutGzip(await body.read(context.req.raw));
      if (content.length === 0) throw nothing();
      const { requestId, isRepeated } = await push.receiver.takeBody(name, content, file);
      context.set("deliveryId", requestId);
      return context.json({ delivery: requestId, repeated: isRepeated } satisfies PushAnswerJson);
    }),
  );
  routes.openAPIRegistry.registerPath(firehoseRoute);
  routes.openAPIRegistry.registerPath(pushRoute);
  return routes;
}

/** Who has the source's key is let in, and what is not taken is noted. */
async function taking(
  context: Context,
  { push, isBehindTls, key }: { readonly push: PushDoor; readonly isBehindTls: boolean; readonly key: string },
  take: (name: string, body: PushBody) => Promise<Response>,
): Promise<Response> {
  const name = context.req.param("source") ?? "";
  const body = new PushBody(push.budget);
  try {
    push.mustHaveKey(name, key, clientAddress(context, isBehindTls));
    return await take(name, body);
  } catch (error) {
    push.receiver.refused(name, error);
    throw error;
  } finally {
    body.letGo();
  }
}

/** As Firehose wants it: a number for the time, a length, no encoding, and a message that is not too long. */
function answer(context: Context, status: number, body: FirehoseAnswerJson): Response {
  const text = JSON.stringify(body);
  return context.body(text, status as 200, {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(text)),
  });
}

function refusal(context: Context, error: unknown, requestId: string): Response {
  const { status } = problemOf(error);
  const retryAfter = retryAfterOf(error);
  if (retryAfter !== undefined) context.header("retry-after", String(retryAfter));
  // The log and the audit tell what it was.
  context.error = error instanceof Error ? error : new Error(messageOf(error));
  const { next } = error instanceof WeirError ? error : { next: undefined };
  const errorMessage = [messageOf(error), next].filter((part) => part !== undefined).join(". ");
  context.set("deliveryId", requestId);
  return answer(context, status, {
    requestId,
    timestamp: Date.now(),
    errorMessage: errorMessage.slice(0, LONGEST_MESSAGE),
  });
}

function bearerOf(context: Context): string {
  const own = context.req.header("x-weir-key");
  return own ?? /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
}

/** @throws WeirError `bad-request` */
function keyOf(context: Context): { readonly key?: string } {
  const key = context.req.header("idempotency-key") ?? "";
  if (key.length > LONGEST_KEY) throw badRequest("Idempotency-Key", LONGEST_KEY);
  return key === "" ? {} : { key };
}

function badRequest(place: string, most: number): WeirError {
  return new WeirError({
    code: "bad-request",
    kind: "usage",
    message: `it may have ${most} characters`,
    place,
    next: "GET /api/v1/openapi.json describes every request.",
  });
}

function onlyFirehose(name: string): WeirError {
  return new WeirError({
    code: "only-firehose",
    kind: "usage",
    message: "only Amazon Data Firehose may send to this source",
    place: name,
    next: `Let Firehose post to /api/v1/push/${name}/firehose, or write \`push: any\` for the source in weir.yaml.`,
  });
}

function nothing(): WeirError {
  return new WeirError({
    code: "no-file",
    kind: "usage",
    message: "nothing was sent",
    next: "Send lines or a file as the body: curl --data-binary @flows.log -H 'Authorization: Bearer KEY' URL/api/v1/push/NAME",
  });
}
