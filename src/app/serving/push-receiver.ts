import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { holdLock, type Catalog } from "#catalog/index.js";
import { ID_BYTES, listSpool, openBody, openFirehose, recoverSpool, type DeliveryContent } from "#source/index.js";
import { isKnownFormat } from "#decode/index.js";
import { messageOf, WeirError } from "#base/errors.js";
import { explainStorage } from "#store/index.js";
import { openCatalogToRead } from "../lake-files.ts";
import { PushSpool, type Delivery, type PushSource, type PushState } from "./push-spool.ts";
import { Turns } from "./turns.ts";

export { layoutTrouble, type PushSource, type PushState } from "./push-spool.ts";

/** The folder of what was pushed, in the lake's. */
export const PUSH = "push";
const LOOK_MS = 1000;
/** Left on the disk for everything else. */
const KEPT_FREE = 200_000_000;
const HEAD_BYTES = 65_536;
const LF = 0x0a;

/** What became of a delivery. */
export interface Taken {
  /** What the sender calls it. */
  readonly requestId: string;
  /** It had been here before, and was not counted again. */
  readonly isRepeated: boolean;
}

/**
 * Takes what is pushed: makes each delivery durable in the spool of its source before it is answered. Collecting takes it from
 * there. Of several servers of one lake only one takes deliveries: whether one was here before is known by what waits in its spool.
 */
export class PushReceiver {
  readonly #dataDir: string;
  readonly #mostWaiting: number;
  /** As they are configured now, by name. */
  #sources: ReadonlyMap<string, PushSource>;
  /** Of those that take deliveries. Whoever finds one here hands over before anything else happens to it. */
  readonly #spools = new Map<string, PushSpool>();
  /** One at a time changes spools. */
  readonly #turns = new Turns(1);
  #changing: Promise<void> = Promise.resolve();
  #catalog: Catalog | undefined;
  #lock: ReturnType<typeof holdLock>;
  #freeBytes = Infinity;
  readonly #stopping = new AbortController();
  #looking: Promise<void> | undefined;

  /** @param mostWaiting bytes that may wait in the spool of a source */
  constructor(dataDir: string, sources: readonly PushSource[], mostWaiting: number) {
    this.#dataDir = dataDir;
    this.#mostWaiting = mostWaiting;
    this.#sources = byName(sources);
  }

  /** How the sources are doing. */
  get states(): PushState[] {
    return [...this.#spools.values()].map(({ state }) => state);
  }

  /** Takes over what an earlier server left. The lake must be there. @throws WeirError when it cannot be read or written */
  async start(): Promise<void> {
    if (this.#sources.size === 0 && !existsSync(join(this.#dataDir, PUSH))) return;
    this.#catalog ??= openCatalogToRead(this.#dataDir);
    await this.#turns.run(() => this.#look());
    this.#looking ??= this.#keepLooking();
  }

  /**
   * Takes for these sources from now on; deliveries that come meanwhile wait.
   * @returns when all that was taken for others can be collected
   */
  async set(sources: readonly PushSource[]): Promise<void> {
    this.#sources = byName(sources);
    // What fails is tried again with the next look, and deliveries are told to come again until then.
    this.#changing = this.start().catch(() => undefined);
    await this.#changing;
  }

  /** Finishes what was begun, and leaves the rest to the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
    for (const spool of this.#spools.values()) await spool.close();
    this.#lock?.release();
    this.#lock = undefined;
    this.#catalog?.close();
    this.#catalog = undefined;
  }

  /** What a source accepts; undefined when there is none of this name. */
  accepts(name: string): PushSource["accepts"] | undefined {
    return this.#sources.get(name)?.accepts;
  }

  /**
   * Takes a request of Amazon Data Firehose.
   * @param header its `X-Amz-Firehose-Request-Id`
   * @returns when it is durable @throws WeirError `bad-envelope`, `push-behind`, `disk-full`
   */
  async takeFirehose(name: string, body: Buffer, header: string | undefined): Promise<Taken> {
    await this.#changing;
    const spool = this.#spool(name);
    const { requestId, records, content } = openFirehose(body, header, spool.shape);
    const id = idOf(name, "firehose", requestId);
    const isNew = await this.#take(spool, { id, content, records, bytes: body.length });
    return { requestId, isRepeated: !isNew };
  }

  /**
   * Takes a body of any format that is known.
   * @param body without its compression
   * @param file what the sender calls it, and how it is known when it is sent again; without that by what is in it
   * @returns when it is durable @throws WeirError `not-a-flow-log`, `push-behind`, `disk-full`
   */
  async takeBody(name: string, body: Buffer, file: { readonly name: string; readonly key?: string }): Promise<Taken> {
    await this.#changing;
    const spool = this.#spool(name);
    const content = openBody(body, file.name, spool.shape);
    mustBeKnown(content, spool.source);
    const requestId = file.key ?? createHash("sha256").update(`${file.name}\0`).update(body).digest("hex");
    const id = idOf(name, file.key === undefined ? "content" : "key", requestId);
    const isNew = await this.#take(spool, { id, content, records: countLines(body), bytes: body.length });
    return { requestId, isRepeated: !isNew };
  }

  /** Notes why a delivery was not taken. */
  refused(name: string, error: unknown): void {
    this.#spools.get(name)?.refused(messageOf(error));
  }

  async #take(spool: PushSpool, delivery: Delivery): Promise<boolean> {
    const catalog = this.#catalog;
    if (catalog === undefined) throw stopping();
    if (this.#freeBytes < KEPT_FREE + delivery.bytes) throw noRoom();
    try {
      return await spool.take(delivery, (id) => catalog.push.has(id));
    } catch (error) {
      throw explainStorage(error, this.#dataDir);
    }
  }

  #spool(name: string): PushSpool {
    if (this.#stopping.signal.aborted || this.#catalog === undefined) throw stopping();
    if (this.#lock === undefined) throw elsewhere();
    const spool = this.#spools.get(name);
    if (spool?.isReady !== true) throw changing();
    return spool;
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#turns.run(() => this.#look());
      } catch {
        // The disk or the catalog fails: deliveries find out, too, and say so.
      }
    }
  }

  /** Spools are those of the configuration; what was collected is let go of, and the part of a server that ended is taken over. */
  async #look(): Promise<void> {
    await this.#renew();
    if (this.#lock === undefined) await this.#takeOver();
    if (this.#lock !== undefined)
      for (const spool of this.#spools.values()) {
        if (spool.isReady) spool.forgetCollected();
        else await spool.recover();
      }
    const { bavail, bsize } = await statfs(this.#dataDir);
    this.#freeBytes = bavail * bsize;
  }

  async #takeOver(): Promise<void> {
    const folder = join(this.#dataDir, PUSH);
    mkdirSync(folder, { recursive: true });
    const lock = holdLock(join(folder, "receiver.lock"));
    if (lock === undefined) return;
    try {
      // Of all sources that there ever were: what was taken for one that is configured no more is collected, too.
      for (const entry of readdirSync(folder, { withFileTypes: true }))
        if (entry.isDirectory())
          for (const file of await listSpool(join(folder, entry.name), "open")) await recoverSpool(file);
    } catch (error) {
      lock.release();
      throw error;
    }
    this.#lock = lock;
  }

  /** Closes the spools of sources that are gone or are others now, and makes those that are missing. */
  async #renew(): Promise<void> {
    for (const [name, spool] of this.#spools) {
      if (isSame(spool.source, this.#sources.get(name))) continue;
      this.#spools.delete(name);
      await spool.close();
    }
    for (const [name, source] of this.#sources)
      if (source.trouble === undefined && !this.#spools.has(name))
        this.#spools.set(name, new PushSpool(source, join(this.#dataDir, PUSH, name), this.#mostWaiting));
  }
}

function byName(sources: readonly PushSource[]): ReadonlyMap<string, PushSource> {
  return new Map(sources.map((source) => [source.name, source]));
}

/** Whether one spool is right for both. */
function isSame(source: PushSource, other: PushSource | undefined): boolean {
  return (
    other !== undefined &&
    other.trouble === undefined &&
    source.accepts === other.accepts &&
    source.logFormat === other.logFormat
  );
}

/** What a delivery is known by: of any text, and of one source only. */
function idOf(source: string, kind: "firehose" | "key" | "content", text: string): Buffer {
  return createHash("sha256").update(`${source}\0${kind}\0${text}`).digest().subarray(0, ID_BYTES);
}

/** What is no flow log is refused at the door, where somebody hears of it. */
function mustBeKnown({ file, records, name }: DeliveryContent, { name: source, logFormat }: PushSource): void {
  const bytes = file ?? records;
  if (bytes.length === 0 || (file !== undefined && isParquet(file))) return;
  const nowMicros = Date.now() * 1000;
  const context = {
    key: name,
    objectId: 0,
    arrivedMicros: nowMicros,
    modifiedMicros: nowMicros,
    ...(logFormat !== undefined && { logFormat }),
  };
  if (isKnownFormat(bytes.subarray(0, HEAD_BYTES), context)) return;
  throw new WeirError({
    code: "not-a-flow-log",
    kind: "input",
    message: "the content is no flow log that is known",
    place: source,
    next: "For AWS records without a header line set log_format of this source in weir.yaml.",
  });
}

function isParquet(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString("latin1") === "PAR1";
}

function countLines(body: Buffer): number {
  let lines = 0;
  for (let at = body.indexOf(LF); at >= 0; at = body.indexOf(LF, at + 1)) lines++;
  return body.at(-1) === LF ? lines : lines + 1;
}

function stopping(): WeirError {
  return new WeirError({
    code: "stopping",
    kind: "environment",
    message: "the server is stopping",
    next: "Send it again in a moment.",
  });
}

function changing(): WeirError {
  return new WeirError({
    code: "push-changing",
    kind: "environment",
    message: "the configuration of this source is being changed",
    next: "Send it again in a moment.",
  });
}

function elsewhere(): WeirError {
  return new WeirError({
    code: "push-elsewhere",
    kind: "environment",
    message: "another server of this lake takes what is pushed",
    next: "Send it there, or end the other server: this one then takes over within a second.",
  });
}

function noRoom(): WeirError {
  return new WeirError({
    code: "disk-full",
    kind: "environment",
    message: "there is no room left on the disk of the lake",
    next: "Make room, or let rows go with `weir store expire`; then send it again.",
  });
}
