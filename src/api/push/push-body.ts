import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { messageOf, WeirError } from "#base/errors.js";
import { receiveBody, tooLarge, type BodyLimits } from "../security/receive-body.ts";

/** What Firehose may send at once, before its compression; for others the same is enough. */
const MOST_BYTES = 64 * 1024 * 1024;
const LIMITS: BodyLimits = {
  mostBytes: MOST_BYTES,
  // Firehose waits three minutes for an answer.
  deadlineMs: 170_000,
  tooLarge: {
    message: `a delivery may have ${MOST_BYTES / 1024 / 1024} MiB without its compression, and this one has more`,
    next: "Send it in parts. Larger files are uploaded with POST /api/v1/ingest.",
  },
  whenLate: "Send it again, in smaller parts or over a faster connection.",
};
/** A file that is gzip already may be sent with gzip around it. */
const MOST_LAYERS = 3;

const inflate = promisify(gunzip);

/** Memory for the bodies that are held at once, so that many of them cannot take all. */
export class BodyBudget {
  readonly #most: number;
  #held = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** @throws WeirError `push-busy` when so much more is too much now */
  take(bytes: number): void {
    if (this.#held + bytes > this.#most)
      throw new WeirError({
        code: "push-busy",
        kind: "environment",
        message: "too much is being sent at the same time",
        next: "Send it again in a moment.",
      });
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}

/** One body, and what it holds of the budget until it is let go of. */
export class PushBody {
  readonly #budget: BodyBudget;
  #held = 0;

  constructor(budget: BodyBudget) {
    this.#budget = budget;
  }

  /**
   * Reads a request's body whole.
   * @throws WeirError `too-large`, `push-busy`, `body-timeout`, `encoding-not-supported`, `bad-gzip`
   */
  async read(request: Request): Promise<Buffer> {
    const encoding = request.headers.get("content-encoding")?.toLowerCase() ?? "identity";
    if (encoding !== "gzip" && encoding !== "identity") throw unknownEncoding(encoding);
    const bytes = await receiveBody(request, { ...LIMITS, hold: (more) => this.#hold(more) });
    return encoding === "gzip" ? this.#unfold(bytes) : bytes;
  }

  /** The same without gzip, if a file that is gzip was sent. @throws WeirError `too-large`, `push-busy`, `bad-gzip` */
  async withoutGzip(body: Buffer): Promise<Buffer> {
    let bytes = body;
    for (let layer = 0; layer < MOST_LAYERS && bytes[0] === 0x1f && bytes[1] === 0x8b; layer++)
      bytes = await this.#unfold(bytes);
    return bytes;
  }

  letGo(): void {
    this.#budget.give(this.#held);
    this.#held = 0;
  }

  async #unfold(bytes: Buffer): Promise<Buffer> {
    try {
      const unfolded = await inflate(bytes, { maxOutputLength: MOST_BYTES });
      this.#hold(unfolded.length);
      return unfolded;
    } catch (error) {
      if (error instanceof WeirError) throw error;
      if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(LIMITS);
      throw new WeirError({
        code: "bad-gzip",
        kind: "usage",
        message: `the body is no sound gzip: ${messageOf(error)}`,
        next: "Compress it anew, or send it as it is.",
        cause: error,
      });
    }
  }

  #hold(bytes: number): void {
    this.#budget.take(bytes);
    this.#held += bytes;
  }
}

function unknownEncoding(encoding: string): WeirError {
  return new WeirError({
    code: "encoding-not-supported",
    kind: "usage",
    message: "the body may be compressed with gzip only",
    place: `content-encoding: ${encoding.slice(0, 100)}`,
    next: "Compress it with gzip, or send it as it is.",
  });
}
