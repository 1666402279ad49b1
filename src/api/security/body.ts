import type { Context } from "hono";
import { WeirError } from "#base/errors.js";

/** Questions are small. What is larger has a route of its own that reads its body itself. */
const MOST_BYTES = 1_000_000;
/** A body of that size must be here by then. */
const DEADLINE_MS = 20_000;

/**
 * Reads a request's body whole, so that no route waits for more than is allowed.
 * @returns its text, which the route's own reading gets, too
 * @throws WeirError `too-large`, `body-timeout`
 */
export async function readBody(context: Context): Promise<string> {
  const length = Number(context.req.header("content-length") ?? Number.NaN);
  if (length > MOST_BYTES) throw tooLarge();
  const { raw } = context.req;
  // Node counts the bytes where the length was told.
  const reading = Number.isNaN(length) ? readCounted(raw) : raw.text();
  const text = await beforeDeadline(reading);
  // Hono keeps promises here, whatever its types say.
  context.req.bodyCache.text = Promise.resolve(text) as unknown as string;
  return text;
}

async function readCounted({ body }: Request): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function beforeDeadline<T>(reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(bodyTimeout()), DEADLINE_MS);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
    // It fails later, when the connection is closed, and nobody waits for it.
    reading.catch(() => undefined);
  }
}

function tooLarge(): WeirError {
  return new WeirError({
    code: "too-large",
    kind: "usage",
    message: `a request may have ${MOST_BYTES / 1_000_000} MB, and this one has more`,
    next: "Logs are uploaded with POST /api/v1/ingest.",
  });
}

function bodyTimeout(): WeirError {
  return new WeirError({
    code: "body-timeout",
    kind: "usage",
    message: `the request was not here after ${DEADLINE_MS / 1000} s`,
    next: "Send it again over a faster connection.",
  });
}
