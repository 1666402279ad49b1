import { WeirError } from "#base/errors.js";

/** What a body may take. */
export interface BodyLimits {
  readonly mostBytes: number;
  /** It must be here whole by then. */
  readonly deadlineMs: number;
  /** What is said to whoever sends more; the code is `too-large`. */
  readonly tooLarge: { readonly message: string; readonly next: string };
  /** What to do about a slow connection. */
  readonly whenLate: string;
  /** Told how many bytes more are held. @throws when they are too many now */
  readonly hold?: (bytes: number) => void;
}

/**
 * Reads a request's body whole, within its limits; what its sender says of its length is checked first.
 * @throws WeirError `too-large`, `body-timeout`
 */
export async function receiveBody({ body, headers }: Request, limits: BodyLimits): Promise<Buffer> {
  const told = Number(headers.get("content-length") ?? 0) || 0;
  if (told > limits.mostBytes) throw tooLarge(limits);
  limits.hold?.(told);
  if (body === null) return Buffer.alloc(0);
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let isLate = false;
  let size = 0;
  const timer = setTimeout(() => {
    isLate = true;
    reader.cancel().catch(() => undefined);
  }, limits.deadlineMs);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const before = Math.max(told, size);
      size += next.value.length;
      if (size > limits.mostBytes) throw tooLarge(limits);
      if (size > before) limits.hold?.(size - before);
      chunks.push(next.value);
    }
  } finally {
    clearTimeout(timer);
  }
  if (isLate) throw late(limits);
  return Buffer.concat(chunks, size);
}

/** What is said to whoever sends more than is allowed. */
export function tooLarge({ tooLarge: { message, next } }: Pick<BodyLimits, "tooLarge">): WeirError {
  return new WeirError({ code: "too-large", kind: "usage", message, next });
}

function late({ deadlineMs, whenLate: next }: BodyLimits): WeirError {
  const message = `the request was not here after ${deadlineMs / 1000} s`;
  return new WeirError({ code: "body-timeout", kind: "usage", message, next });
}
