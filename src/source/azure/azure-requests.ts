import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { RequestCounts } from "../remote.ts";

/** Attempts of one request, and the longest pause between them. */
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 20_000;
/** Whoever tells to come back later than this is not waited for: the next run does. */
const LONGEST_TOLD_MS = 60_000;
/** Without an answer, or the next piece of one, for this long, an attempt is given up. */
const SILENCE_MS = 60_000;

/** One attempt of a request. */
export interface Attempt {
  readonly signal: AbortSignal;
  /** Something came: the time to wait begins anew. */
  beat(): void;
}

type CountedKind = "lists" | "gets" | "others";

/** Sends the requests of one source: counts them, gives up on silence, and repeats what may go better, with pauses that differ. */
export class AzureRequests implements RequestCounts {
  lists = 0;
  gets = 0;
  others = 0;
  bytes = 0;
  throttled = 0;
  retries = 0;

  /** @throws the last attempt's error, or the signal's reason */
  async send<T>(kind: CountedKind, signal: AbortSignal, call: (attempt: Attempt) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      this[kind]++;
      try {
        return await withSilenceLimit(signal, call);
      } catch (error) {
        signal.throwIfAborted();
        if (isThrottling(error)) this.throttled++;
        const pause = pauseAfter(error, attempt);
        if (pause === undefined) throw error;
        this.retries++;
        await wait(pause, undefined, { signal });
      }
    }
  }
}

async function withSilenceLimit<T>(signal: AbortSignal, call: (attempt: Attempt) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(new SilenceError()), SILENCE_MS);
  // Not by AbortSignal.any: a signal that lives as long as the process keeps something of each one that was made of it.
  const stop = (): void => ending.abort(signal.reason);
  // One for each request that is under way.
  setMaxListeners(0, signal);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await call({ signal: ending.signal, beat: () => void timer.refresh() });
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** Characters of a server's sentence that are told. */
const MOST_SENTENCE = 400;

/** Nothing came for a long time. */
class SilenceError extends Error {
  readonly code = "ETIMEDOUT";

  constructor() {
    super(`nothing came for ${SILENCE_MS / 1000} s`);
  }
}

/** Milliseconds to wait before the next attempt; undefined: there is none. */
function pauseAfter(error: unknown, attempt: number): number | undefined {
  if (attempt >= ATTEMPTS || !mayGoBetter(error)) return undefined;
  const told = retryAfterMs(error);
  if (told !== undefined) return told > LONGEST_TOLD_MS ? undefined : told + Math.random() * FIRST_PAUSE_MS;
  return Math.random() * Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
}

/** What is known of a failed request, whatever raised it. */
export interface Failure {
  readonly status: number | undefined;
  /** Azure's error code, or the system's. */
  readonly code: string;
  /** The service's own words, without what may be a key or signature; “” where there are none. */
  readonly sentence: string;
  /** A header of the answer. */
  header(name: string): string | undefined;
}

/** Reads an error of the SDK: its own code and those of its causes. */
export function failureOf(error: unknown): Failure {
  const { statusCode, code, details, response, cause } = (error ?? {}) as {
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly details?: { readonly errorCode?: unknown; readonly message?: unknown };
    readonly response?: { readonly headers?: { get(name: string): string | undefined } };
    readonly cause?: unknown;
  };
  const headers = response?.headers;
  const told = details?.errorCode ?? headers?.get("x-ms-error-code") ?? code;
  const own = typeof told === "string" ? told : "";
  const inner = cause === undefined || cause === error ? "" : failureOf(cause).code;
  return {
    status: typeof statusCode === "number" ? statusCode : undefined,
    code: own === "" || own === "REQUEST_SEND_ERROR" ? inner || own : own,
    sentence: typeof details?.message === "string" ? plainSentence(details.message) : "",
    header: (name) => headers?.get(name),
  };
}

/** The first line, without the request's id and time that follow it, and without what is long enough to be a key or signature. */
function plainSentence(text: string): string {
  const [first = ""] = text.split(/[\r\n]/, 1);
  return first
    .replaceAll(/[A-Za-z0-9+/=%]{32,}/g, "…")
    .replaceAll(/\p{C}/gu, "")
    .slice(0, MOST_SENTENCE)
    .trim()
    .replace(/\.$/, "");
}

/** Whether an error says that the same request may be answered later. */
function mayGoBetter(error: unknown): boolean {
  const { status, code } = failureOf(error);
  if (status !== undefined && status >= 400)
    return status === 408 || status === 429 || (status >= 500 && status !== 501);
  return TRANSIENT.has(code) || /socket hang up|aborted|premature|terminated|received less data/i.test(String(error));
}

const TRANSIENT = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ERR_STREAM_PREMATURE_CLOSE",
  "PARSE_ERROR",
  "REQUEST_SEND_ERROR",
]);

function isThrottling(error: unknown): boolean {
  const { status, code } = failureOf(error);
  return status === 429 || status === 503 || code === "ServerBusy";
}

/** Services of Azure tell a time in milliseconds in a header of their own, or the usual one. */
function retryAfterMs(error: unknown): number | undefined {
  const failure = failureOf(error);
  const told = failure.header("retry-after-ms") ?? failure.header("x-ms-retry-after-ms");
  if (told !== undefined && /^\d+$/.test(told)) return Number(told);
  const text = failure.header("retry-after");
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
