import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, WeirError } from "#base/errors.js";
import { openFetchedFile, writeFetched } from "../fetched-file.ts";
import type { FetchedObject, FetchRequest, RemoteObject } from "../remote.ts";
import { bareEtag, bodyOf, type GetRequest, type S3Objects } from "./s3-objects.ts";

/** A request for more costs more time than it saves; for less, a broken one is soon made up for. */
export const RANGE_BYTES = 8 * 1024 * 1024;
const RANGES_AT_ONCE = 4;
/** Bodies that broke off in a row, without a byte between them, before an object is given up. */
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 100;
const MOST_WAIT_MS = 20_000;
/** A body that gives no byte for so long is broken. */
const SILENCE_MS = 60_000;
/** Objects that change each time they are read are left for later. */
const CHANGES = 3;

/** How bytes are counted, and how long one waits for them. */
export interface FetchConfig {
  readonly objects: S3Objects;
  readonly onBytes: (bytes: number) => void;
  readonly silenceMs?: number;
}

type Version = Pick<RemoteObject, "key" | "size" | "modifiedMicros" | "etag">;

/**
 * Brings an object to a file, large ones in several ranges at once; what broke off goes on where it stopped. All of it is of one
 * version: the listed one, or, when that is there no more, the one that took its place.
 * @throws WeirError of one object, or of the whole source
 */
export async function fetchObject(config: FetchConfig, request: FetchRequest): Promise<FetchedObject> {
  let version: Version = request.object;
  const file = await openFetchedFile(request.path);
  try {
    for (let changes = 0; ; changes++) {
      try {
        const etag = await new ObjectFetch(config, { file, version, signal: request.signal }).run();
        const { size, modifiedMicros } = version;
        return { size, modifiedMicros, start: 0, ...(etag !== undefined && { etag }) };
      } catch (error) {
        if (!(error instanceof WeirError) || error.code !== "object-changed" || changes >= CHANGES) throw error;
        version = { key: version.key, ...(await factsNow(config, version.key, request.signal)) };
        await file.truncate(0);
      }
    }
  } finally {
    await file.close();
  }
}

async function factsNow({ objects }: FetchConfig, key: string, signal: AbortSignal): Promise<Omit<Version, "key">> {
  const { size, modifiedMicros, etag } = await objects.head(key, signal);
  return { size, modifiedMicros, ...(etag !== undefined && { etag }) };
}

interface Target {
  readonly file: FileHandle;
  readonly version: Version;
  readonly signal: AbortSignal;
}

/** One version of an object on its way to a file. */
class ObjectFetch {
  readonly #config: FetchConfig;
  readonly #target: Target;
  readonly #ending = new AbortController();
  #failure: unknown;
  /** Of all bytes: the listed one, or where none was listed that of the first answer. */
  #etag: string | undefined;

  constructor(config: FetchConfig, target: Target) {
    this.#config = config;
    this.#target = target;
    this.#etag = target.version.etag;
  }

  /** @returns the ETag of what was read; undefined where the server has none */
  async run(): Promise<string | undefined> {
    const { size } = this.#target.version;
    // Also an empty object is asked for: it may be there no more.
    const ranges = Math.max(1, Math.ceil(size / RANGE_BYTES));
    let next = 0;
    const work = async (): Promise<void> => {
      for (let at = next++; at < ranges; at = next++)
        await this.#range(at * RANGE_BYTES, Math.min(size, (at + 1) * RANGE_BYTES));
    };
    const { signal } = this.#target;
    const stop = (): void => this.#ending.abort(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      const works = Array.from({ length: Math.min(ranges, RANGES_AT_ONCE) }, work);
      // When one range fails, the others are of no use; nobody may write any more when this is over.
      for (const each of works) each.catch(stop);
      const failed = (await Promise.allSettled(works)).find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw this.#failure ?? failed.reason;
      return this.#etag;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Brings the bytes from `start` to `end`, in as many requests as it takes. */
  async #range(start: number, end: number): Promise<void> {
    const { signal } = this.#ending;
    let written = start;
    for (let attempt = 0; ;) {
      const before = written;
      try {
        await this.#body(written, end, (bytes) => {
          written += bytes;
          this.#config.onBytes(bytes);
        });
        return;
      } catch (error) {
        // The client has tried a request again that failed; only bodies are left to us.
        if (error instanceof WeirError || signal.aborted) {
          if (!signal.aborted) this.#failure = error;
          throw error;
        }
        attempt = written > before ? 1 : attempt + 1;
        if (attempt >= ATTEMPTS) throw (this.#failure = brokenOff(this.#target.version.key, error));
        const most = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
        await sleep(Math.random() * most, undefined, { signal });
      }
    }
  }

  /** Not every server that speaks S3's protocol heeds If-Match, and where no ETag was listed there was none to send. */
  #mustBeSame(key: string, etag: string | undefined): void {
    this.#etag ??= etag;
    if (etag !== undefined && etag !== this.#etag) throw changedMeanwhile(key);
  }

  async #body(from: number, end: number, onWritten: (bytes: number) => void): Promise<void> {
    const { file, version } = this.#target;
    const { key, size } = version;
    const isWhole = from === 0 && end === size;
    const request: GetRequest = { key, etag: this.#etag, ...(!isWhole && { range: { from, to: end - 1 } }) };
    const answer = await this.#config.objects.get(request, this.#ending.signal);
    const body = bodyOf(answer);
    try {
      this.#mustBeSame(key, bareEtag(answer.ETag));
      checkRange(answer.ContentRange, { from, end, size, isWhole, key });
      if (isWhole && answer.ContentLength !== undefined && answer.ContentLength !== size) throw changedMeanwhile(key);
      const silence = watchSilence(body, this.#config.silenceMs ?? SILENCE_MS);
      let at = from;
      try {
        for await (const chunk of body as AsyncIterable<Buffer>) {
          silence.heard();
          if (at + chunk.length > end) throw changedMeanwhile(key);
          await writeFetched(file, chunk, at);
          at += chunk.length;
          onWritten(chunk.length);
        }
      } finally {
        silence.end();
      }
      if (at !== end) throw new Error(`the answer ended ${end - at} bytes too early`);
    } finally {
      body.destroy();
    }
  }
}

interface AskedRange {
  readonly from: number;
  readonly end: number;
  readonly size: number;
  readonly isWhole: boolean;
  readonly key: string;
}

/** A server that does not know ranges sends everything: written at an offset it would be garbage. */
function checkRange(told: string | undefined, { from, end, size, isWhole, key }: AskedRange): void {
  if (isWhole) return;
  if (told === undefined || !told.startsWith(`bytes ${from}-${end - 1}/`))
    throw new WeirError({
      code: "object-failed",
      kind: "environment",
      message: `the server gives other bytes than those asked for (${told ?? "all"})`,
      place: key,
      next: "Such a server cannot be read from: it has to know ranges.",
    });
  const total = told.slice(told.indexOf("/") + 1);
  if (total !== "*" && Number(total) !== size) throw changedMeanwhile(key);
}

function changedMeanwhile(key: string): WeirError {
  return new WeirError({
    code: "object-changed",
    kind: "environment",
    message: "the object changes while it is read",
    place: key,
    next: "It is read again with the next look.",
  });
}

function brokenOff(key: string, error: unknown): WeirError {
  return new WeirError({
    code: "object-failed",
    kind: "environment",
    message: `the download broke off ${ATTEMPTS} times: ${messageOf(error)}`,
    place: key,
    next: "It is tried again later; see whether a proxy or firewall cuts long downloads.",
    cause: error,
  });
}

/** Breaks a body off that has gone silent. */
function watchSilence(body: Readable, ms: number): { heard(): void; end(): void } {
  const timer = setTimeout(() => body.destroy(new Error("no byte came for a long time")), ms);
  return { heard: () => void timer.refresh(), end: () => clearTimeout(timer) };
}
