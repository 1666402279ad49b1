import { createHash } from "node:crypto";
import type { Catalog } from "#catalog/index.js";
import { ID_BYTES, openBody, openFirehose, type DeliveryContent } from "#source/index.js";
import { isKnownFormat } from "#decode/index.js";
import { WeirError } from "#base/errors.js";
import { explainStorage } from "#store/index.js";
import { openCatalogToRead } from "../lake-files.ts";
import { noRoom, stopping } from "./push-errors.ts";
import type { Delivery, PushSource, PushSpool, PushState } from "./push-spool.ts";
import { PushSpools, type PushConfig } from "./push-spools.ts";

export { layoutTrouble, type PushSource, type PushState } from "./push-spool.ts";
export type { PushConfig } from "./push-spools.ts";

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
 * there.
 */
export class PushReceiver {
  readonly #dataDir: string;
  readonly #spools: PushSpools;
  #changing: Promise<void> = Promise.resolve();
  #catalog: Catalog | undefined;

  constructor(dataDir: string, config: PushConfig) {
    this.#dataDir = dataDir;
    this.#spools = new PushSpools(dataDir, config);
  }

  /** How the sources are doing. */
  get states(): PushState[] {
    return this.#spools.states;
  }

  /** Takes over what an earlier server left. The lake must be there. @throws WeirError when it cannot be read or written */
  async start(): Promise<void> {
    this.#catalog ??= openCatalogToRead(this.#dataDir);
    await this.#spools.start();
  }

  /**
   * Takes for these sources from now on; deliveries that come meanwhile wait.
   * @returns when all that was taken for others can be collected
   */
  async set(config: PushConfig): Promise<void> {
    // What fails is tried again with the next look, and deliveries are told to come again until then.
    this.#changing = this.#spools.set(config).catch(() => undefined);
    await this.#changing;
  }

  /** Finishes what was begun, and leaves the rest to the next start. */
  async stop(): Promise<void> {
    await this.#spools.stop();
    this.#catalog?.close();
    this.#catalog = undefined;
  }

  /** Notes where the server listens, for whoever asks about a source. */
  listensAt(address: string): void {
    this.#spools.listensAt(address);
  }

  /** What a source accepts; undefined when there is none of this name. */
  accepts(name: string): PushSource["accepts"] | undefined {
    return this.#spools.source(name)?.accepts;
  }

  /**
   * Takes a request of Amazon Data Firehose.
   * @param header its `X-Amz-Firehose-Request-Id`
   * @returns when it is durable @throws WeirError `bad-envelope`, `push-behind`, `disk-full`
   */
  async takeFirehose(name: string, body: Buffer, header: string | undefined): Promise<Taken> {
    await this.#changing;
    const spool = this.#spools.spool(name);
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
    const spool = this.#spools.spool(name);
    const content = openBody(body, file.name, spool.shape);
    mustBeKnown(content, spool.source);
    const requestId = file.key ?? createHash("sha256").update(`${file.name}\0`).update(body).digest("hex");
    const id = idOf(name, file.key === undefined ? "content" : "key", requestId);
    const isNew = await this.#take(spool, { id, content, records: countLines(body), bytes: body.length });
    return { requestId, isRepeated: !isNew };
  }

  /** Notes why a delivery was not taken. */
  refused(name: string, error: unknown): void {
    this.#spools.refused(name, error);
  }

  async #take(spool: PushSpool, delivery: Delivery): Promise<boolean> {
    const catalog = this.#catalog;
    if (catalog === undefined) throw stopping();
    if (this.#spools.freeBytes < KEPT_FREE + delivery.bytes) throw noRoom();
    try {
      return await spool.take(delivery, (id) => catalog.push.has(id));
    } catch (error) {
      throw explainStorage(error, this.#dataDir);
    }
  }
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
