import type { Context } from "hono";
import { receiveBody, type BodyLimits } from "./receive-body.ts";

/** Questions are small. What is larger has a route of its own that reads its body itself. */
const MOST_BYTES = 1_000_000;
const LIMITS: BodyLimits = {
  mostBytes: MOST_BYTES,
  deadlineMs: 20_000,
  tooLarge: {
    message: `a request may have ${MOST_BYTES / 1_000_000} MB, and this one has more`,
    next: "Logs are uploaded with POST /api/v1/ingest.",
  },
  whenLate: "Send it again over a faster connection.",
};

/**
 * Reads a request's body whole, so that no route waits for more than is allowed.
 * @returns its text, which the route's own reading gets, too
 * @throws WeirError `too-large`, `body-timeout`
 */
export async function readBody(context: Context): Promise<string> {
  const text = new TextDecoder().decode(await receiveBody(context.req.raw, LIMITS));
  // Hono keeps promises here, whatever its types say.
  context.req.bodyCache.text = Promise.resolve(text) as unknown as string;
  return text;
}
