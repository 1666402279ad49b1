import { existsSync, statSync } from "node:fs";
import {
  listSpool,
  readIds,
  recoverSpool,
  SpoolWriter,
  type DeliveryContent,
  type Frame,
  type LineShape,
} from "#source/index.js";
import { readLogFormat, vpcDefaultFields } from "#decode/index.js";
import { messageOf, WeirError } from "#base/errors.js";
import { humanBytes } from "#base/human.js";
import type { ErrorData } from "./messages.ts";

/** Refusals are told for so long. */
const REFUSALS_MS = 7 * 86_400_000;
/** Ids of so many deliveries are held in memory while they wait. */
const MOST_DELIVERIES = 500_000;

/** A source that others push to. */
export interface PushSource {
  readonly name: string;
  /** `firehose`: only Amazon Data Firehose; `any`: whoever has the key, too. */
  readonly accepts: "firehose" | "any";
  /** Where its key is read from, `env:NAME` or `file:/path`: never the key. */
  readonly keyFrom: string;
  /** The layout of lines without a header; AWS's default format when it is not given. */
  readonly logFormat?: string;
  /** Why nothing is taken for it now. */
  readonly trouble?: ErrorData;
}

/** What is wrong with the layout of a source; undefined: nothing. */
export function layoutTrouble({ name, logFormat }: Pick<PushSource, "name" | "logFormat">): ErrorData | undefined {
  if (logFormat === undefined || readLogFormat(logFormat) !== undefined) return undefined;
  return {
    code: "config-wrong",
    kind: "usage",
    message: `log_format of source “${name}” names no field of AWS flow logs: ${logFormat.slice(0, 200)}`,
    next: "Write it as the flow log defines it: '${version} ${account-id} ${interface-id} …'",
  };
}

/** Deliveries that were not taken for one reason. */
export interface Refusal {
  /** Of the error. */
  readonly code: string;
  readonly count: number;
  readonly lastMs: number;
  /** Of the newest. */
  readonly message: string;
}

/** What is known of a source beyond the end of a server. Times are milliseconds. */
export interface PushHistory {
  readonly lastDeliveryMs: number | null;
  /** Of the last week, by reason. */
  readonly refusals: readonly Refusal[];
  /** Why the newest delivery was refused; null when it was taken. */
  readonly lastError: string | null;
}

/** How a source that is pushed to is doing; counts are since the start. Times are milliseconds. */
export interface PushState extends PushHistory {
  readonly name: string;
  readonly accepts: PushSource["accepts"];
  readonly keyFrom: string;
  /** Why nothing is taken for it now. */
  readonly trouble: ErrorData | null;
  readonly deliveries: number;
  /** Of deliveries that had been here before. */
  readonly repeated: number;
  readonly records: number;
  readonly bytes: number;
  /** Bytes that are durable and not in the lake yet. */
  readonly waitingBytes: number;
  /** So many may. */
  readonly mostBytes: number;
}

/** How a source is doing to which nothing was sent yet. */
export function noneYet({ name, accepts, keyFrom, trouble }: PushSource, mostBytes: number): PushState {
  const none = { deliveries: 0, repeated: 0, records: 0, bytes: 0, waitingBytes: 0 };
  const history = { lastDeliveryMs: null, refusals: [], lastError: null };
  return { name, accepts, keyFrom, trouble: trouble ?? null, ...none, mostBytes, ...history };
}

/** A delivery, opened. */
export interface Delivery {
  /** What it is known by when it is sent again: 16 bytes. */
  readonly id: Buffer;
  readonly content: DeliveryContent;
  /** Records, as far as they show. */
  readonly records: number;
  /** As it was sent. */
  readonly bytes: number;
}

interface WaitingFile {
  /** Where it is now that it is closed; undefined while it is written to. */
  closed: string | undefined;
  bytes: number;
  readonly ids: string[];
}

/** The spool of one source: what was taken and is not in the lake yet. */
export class PushSpool {
  readonly source: PushSource;
  readonly shape: LineShape;
  readonly #folder: string;
  readonly #writer: SpoolWriter;
  /** That may wait to be collected. */
  mostBytes: number;
  /** By the path that the file has while it is open. */
  readonly #files = new Map<string, WaitingFile>();
  readonly #ids = new Set<string>();
  readonly #writing = new Map<string, Promise<void>>();
  #writingBytes = 0;
  #isReady = false;
  #state: PushState;

  /** @param source whose layout is without {@link layoutTrouble} @param mostBytes that may wait to be collected */
  constructor(source: PushSource, folder: string, mostBytes: number) {
    this.source = source;
    const fields = source.logFormat === undefined ? vpcDefaultFields : readLogFormat(source.logFormat);
    if (fields === undefined) throw new Error(`a source without a layout: ${source.name}`);
    this.shape = { fields: fields.length, isDefault: source.logFormat === undefined };
    this.#folder = folder;
    this.mostBytes = mostBytes;
    this.#writer = new SpoolWriter(folder, fields.join(" "), (path, closed) => {
      this.#file(path).closed = closed;
    });
    this.#state = noneYet(source, mostBytes);
  }

  get state(): PushState {
    return { ...this.#state, waitingBytes: this.#waitingBytes(), mostBytes: this.mostBytes };
  }

  /** Whether it has taken over what was left, and takes deliveries. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Takes over what an earlier spool of this source left. The caller makes sure that nobody writes to it. */
  async recover(): Promise<void> {
    for (const file of await listSpool(this.#folder, "open")) await recoverSpool(file);
    for (const { path } of await listSpool(this.#folder, "closed")) {
      const waiting = this.#file(path);
      waiting.closed = path;
      // The process that keeps the lake may collect it just now.
      const ids = await readIds(path).catch(() => []);
      for (const id of ids) this.#keep(waiting, id.toString("latin1"));
      waiting.bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    }
    this.#isReady = true;
  }

  /** Hands on what could not be handed on before, and lets go of what was collected meanwhile: the catalog knows its ids. */
  async tidy(): Promise<void> {
    await this.#writer.tidy();
    for (const [path, { closed, ids }] of this.#files) {
      if (closed === undefined || existsSync(closed)) continue;
      this.#files.delete(path);
      for (const id of ids) this.#ids.delete(id);
    }
  }

  /**
   * Makes a delivery durable, unless it is so already.
   * @param isCollected whether the catalog knows an id
   * @returns whether it was new @throws WeirError `push-behind` when too much waits, or the system's error when it cannot be written
   */
  async take(delivery: Delivery, isCollected: (id: Buffer) => boolean): Promise<boolean> {
    const key = delivery.id.toString("latin1");
    const isNew = await this.#take(key, delivery, isCollected);
    const { deliveries, repeated, records, bytes } = this.#state;
    this.#state = {
      ...this.#state,
      deliveries: deliveries + 1,
      repeated: repeated + (isNew ? 0 : 1),
      records: records + (isNew ? delivery.records : 0),
      bytes: bytes + (isNew ? delivery.bytes : 0),
      lastDeliveryMs: Date.now(),
      lastError: null,
    };
    return isNew;
  }

  /** Goes on with what was known before. */
  remember(before: PushHistory | undefined): void {
    const { lastDeliveryMs, refusals } = this.#state;
    if (before === undefined || lastDeliveryMs !== null || refusals.length > 0) return;
    const recent = before.refusals.filter(({ lastMs }) => Date.now() - lastMs < REFUSALS_MS);
    const { lastDeliveryMs: deliveredMs, lastError } = before;
    this.#state = { ...this.#state, lastDeliveryMs: deliveredMs, lastError, refusals: recent };
  }

  /** Notes why a delivery was not taken. */
  refused(error: unknown): void {
    const code = error instanceof WeirError ? error.code : "internal";
    // Whoever sends is not told whether there is such a source.
    const message = code === "wrong-key" ? "the key was not the one of this source" : messageOf(error);
    const others = this.#state.refusals.filter((each) => each.code !== code);
    const count = (this.#state.refusals.find((each) => each.code === code)?.count ?? 0) + 1;
    const refusals = [{ code, count, lastMs: Date.now(), message }, ...others];
    this.#state = { ...this.#state, refusals, lastError: message };
  }

  /** Finishes what was begun; it can be collected then. */
  async close(): Promise<void> {
    await this.#writer.close();
  }

  async #take(key: string, { id, content }: Delivery, isCollected: (id: Buffer) => boolean): Promise<boolean> {
    const writing = this.#writing.get(key);
    // What becomes of the other one becomes of this one.
    if (writing !== undefined) return writing.then(() => false);
    if (this.#ids.has(key) || isCollected(id)) return false;
    const bytes = content.lines.length + content.records.length + (content.file?.length ?? 0);
    this.#mustHaveRoom(bytes);
    this.#writingBytes += bytes;
    const durable = this.#write({ ...content, id, receivedMs: Date.now() });
    this.#writing.set(key, durable);
    try {
      await durable;
      return true;
    } finally {
      this.#writing.delete(key);
      this.#writingBytes -= bytes;
    }
  }

  async #write(frame: Frame): Promise<void> {
    const written = await this.#writer.append(frame);
    const file = this.#file(written.path);
    this.#keep(file, frame.id.toString("latin1"));
    file.bytes += written.bytes;
  }

  #mustHaveRoom(bytes: number): void {
    const waiting = this.#waitingBytes() + this.#writingBytes;
    if (waiting + bytes <= this.mostBytes && this.#ids.size < MOST_DELIVERIES) return;
    throw new WeirError({
      code: "push-behind",
      kind: "environment",
      message: `${humanBytes(waiting)} that were pushed wait to be read, and ${humanBytes(this.mostBytes)} may`,
      place: this.source.name,
      next: "Send it again later. If this goes on, see on the page Sources what holds reading back, or raise limits.push_waiting.",
    });
  }

  #waitingBytes(): number {
    let bytes = 0;
    for (const file of this.#files.values()) bytes += file.bytes;
    return bytes;
  }

  #keep(file: WaitingFile, key: string): void {
    file.ids.push(key);
    this.#ids.add(key);
  }

  #file(path: string): WaitingFile {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const file: WaitingFile = { closed: undefined, bytes: 0, ids: [] };
    this.#files.set(path, file);
    return file;
  }
}
