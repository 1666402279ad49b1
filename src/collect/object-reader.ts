import type { Catalog, Claim, ObjectResult } from "#catalog/index.js";
import type { DecodeOutput, DecoderState, ObjectContext } from "#decode/index.js";
import type { RecordHints } from "#model/record-hints.js";
import type { ObjectReport } from "#model/records.js";
import { isFlowLogName, openFetched, openObject, type OpenedObject } from "#source/index.js";
import { explainStorage, type ParquetText } from "#store/index.js";
import { beginningOf, SAME_BEGINNING } from "./beginning.ts";
import { DecodePump } from "./decode-pump.ts";
import { openContent, type Content } from "./decompress.ts";
import type { ObjectTask, WorkerConfig } from "./messages.ts";
import { isParquet, readParquet } from "./parquet-object.ts";
import { ASK_FORMAT, notAFlowLog, unreadableContent, unreadableParquet, type Unread } from "./unread.ts";

/** Raised when decoding changes what it makes of the same bytes: objects read by an older one can be read again. */
const DECODER_VERSION = 1;
/** Of so many contents a reader remembers that it has read them; those before are in the catalog by then. */
const CONTENTS_KEPT = 20_000;
/** A last line without an end counts when the object has been left alone for this long. */
const SETTLED_MICROS = 60_000_000;

/** What reading an object came to. */
export type Reading = { readonly kind: "result"; readonly result: ObjectResult } | { readonly kind: "stopped" };

export interface ReaderHooks {
  /** Writes the output's batches out. */
  readonly flush: () => Promise<void>;
  readonly isStopped: () => boolean;
  /** Stored bytes were read. */
  readonly onBytes: (bytes: number) => void;
}

interface HowRead {
  /** What read the object, if a grown one can be read on from where it stopped. */
  readonly pump: DecodePump | undefined;
  readonly readWhole: boolean;
  /** Whether an unfinished last line counted. */
  readonly settled: boolean;
  /** See {@link beginningOf}. */
  readonly beginning: string | undefined;
}

/** Reads claimed objects into a {@link DecodeOutput}: whole, or on from where an earlier reading stopped. */
export class ObjectReader {
  readonly #config: WorkerConfig;
  readonly #catalog: Catalog;
  readonly #parquet: ParquetText;
  readonly #hooks: ReaderHooks;
  /** Contents with records that this reader has read and that are perhaps not in the catalog yet: hash → object. */
  readonly #contents = new Map<string, number>();
  readonly #knownFormats: Record<string, string>;

  constructor(config: WorkerConfig, stores: { catalog: Catalog; parquet: ParquetText }, hooks: ReaderHooks) {
    this.#config = config;
    this.#catalog = stores.catalog;
    this.#parquet = stores.parquet;
    this.#hooks = hooks;
    this.#knownFormats = { ...config.knownFormats };
  }

  /** The readings of these tasks were thrown away. */
  forget(tasks: readonly ObjectTask[]): void {
    const ids = new Set(tasks.map(({ claim }) => claim.objectId));
    for (const [sha256, objectId] of this.#contents) if (ids.has(objectId)) this.#contents.delete(sha256);
  }

  /**
   * Reads one object into an output.
   * @throws the system's error when the object cannot be read; WeirError `decompression-limit`
   */
  async read(task: ObjectTask, output: DecodeOutput): Promise<Reading> {
    const { claim, path, fetched } = task;
    const object =
      fetched === undefined ? await openObject(path) : await openFetched(path, fetched, claim.prefixSha256);
    const sameAs = this.#sameContent(object.sha256, claim.objectId);
    if (sameAs !== undefined) {
      this.#hooks.onBytes(object.size);
      return copied(claim, object, sameAs);
    }
    const resume = await resumePoint(claim, object);
    const offset = resume === undefined ? 0 : claim.offset;
    const context = this.#context(claim, object, fetched?.hints);
    output.beginObject(context);
    if (isParquet(await object.head())) return this.#readParquet(task, object, context, output);
    const content = await openContent(object, offset);
    const pump = new DecodePump(context, output, this.#hooks.flush, resume);
    const final = this.#config.final || content.isCompressed || isSettled(object);
    const outcome = await this.#pump(pump, content, final, output);
    this.#hooks.onBytes(object.size);
    if (outcome === "stopped") return { kind: "stopped" };
    if (outcome !== "decoded") return unread(claim, object, outcome);
    const beginning = content.isCompressed ? undefined : await beginningOf(task, object, output.report);
    if (beginning !== undefined) this.#tellCopy(beginning, claim.objectId, output);
    return {
      kind: "result",
      result: await this.#done(claim, object, output.report, {
        pump: content.isCompressed ? undefined : pump,
        readWhole: resume === undefined,
        // Of an object that is fetched part by part nothing is left to look at again until it grows.
        settled: final || (object.part !== null && !pump.hasUnfinished),
        beginning,
      }),
    };
  }

  async #readParquet(
    { claim, path }: ObjectTask,
    object: OpenedObject,
    context: ObjectContext,
    output: DecodeOutput,
  ): Promise<Reading> {
    const isRead = await readParquet(this.#parquet, path, context, output, this.#hooks.flush).catch(
      (error: unknown) => {
        throw unreadableParquet(explainStorage(error, this.#config.dataDir));
      },
    );
    this.#hooks.onBytes(object.size);
    if (!isRead)
      return unread(claim, object, {
        code: "not-a-flow-log",
        message: "the Parquet file's columns are not those of a flow log",
      });
    return {
      kind: "result",
      result: await this.#done(claim, object, output.report, {
        pump: undefined,
        readWhole: true,
        settled: true,
        beginning: undefined,
      }),
    };
  }

  async #pump(
    pump: DecodePump,
    content: Content,
    final: boolean,
    output: DecodeOutput,
  ): Promise<"decoded" | "stopped" | Unread> {
    let head: Uint8Array | undefined;
    for await (const chunk of content.chunks) {
      head ??= chunk;
      const unreadable = unreadableContent(head);
      if (unreadable !== undefined) return unreadable;
      if (this.#hooks.isStopped()) return "stopped";
      if (!(await pump.push(chunk))) return notAFlowLog(head);
    }
    const damage = content.damage();
    const isKnown = await pump.end(damage === undefined ? final : "cut");
    // Nothing came out of it that could tell what it is, or not one record.
    if (damage !== undefined && (isKnown ? output.report.counts.total === 0 : head === undefined))
      return { code: damage.code, message: `${damage.message}; nothing of it could be read: copy the object again` };
    if (!isKnown) return notAFlowLog(head ?? new Uint8Array(0));
    const { counts, reasons, notes } = output.report;
    // Not one line could be read for want of the layout: better asked for than kept as malformed, and read again then.
    if (counts.total > 0 && reasons["format-unknown"] === counts.total)
      return {
        code: "format-unknown",
        message: notes.find(({ code }) => code === "format-unknown")?.message ?? ASK_FORMAT,
      };
    if (damage !== undefined) output.addNote(damage.code, damage.message);
    return "decoded";
  }

  async #done(
    claim: Claim,
    object: OpenedObject,
    report: ObjectReport,
    { pump, readWhole, settled, beginning }: HowRead,
  ): Promise<ObjectResult> {
    Object.assign(this.#knownFormats, report.learnedFormats);
    if (report.counts.total > 0) this.#keepContent(object.sha256, claim.objectId);
    const state = pump?.state();
    const offset = (readWhole ? 0 : claim.offset) + (pump?.consumed ?? 0);
    return {
      status: "done",
      objectId: claim.objectId,
      claim: claim.claim,
      size: object.size,
      modifiedMicros: object.modifiedMicros,
      sha256: object.sha256,
      offset: state === undefined ? object.size : offset,
      prefixSha256: state === undefined ? null : await object.prefixMark(offset),
      decoderState: state === undefined ? null : JSON.stringify(state),
      settled,
      isUnfinished: !settled && pump?.hasUnfinished === true,
      decoder: state?.decoder ?? "whole",
      decoderVersion: DECODER_VERSION,
      flowLogId: null,
      report,
      part: object.part,
      replaces: readWhole && claim.hasRows,
      ...(beginning !== undefined && { beginning }),
    };
  }

  #tellCopy(beginning: string, objectId: number, output: DecodeOutput): void {
    const other = this.#sameContent(beginning, objectId);
    if (other !== undefined) output.addNote("same-beginning", `${SAME_BEGINNING} ${other}`);
    this.#keepContent(beginning, objectId);
  }

  #keepContent(sha256: string, objectId: number): void {
    this.#contents.set(sha256, objectId);
    const [oldest] = this.#contents.keys();
    // One that is not in the catalog after all is found at its twin's commit.
    if (this.#contents.size > CONTENTS_KEPT && oldest !== undefined) this.#contents.delete(oldest);
  }

  #context(claim: Claim, object: OpenedObject, hints: RecordHints | undefined): ObjectContext {
    const arrivedMicros = Date.now() * 1000;
    return {
      key: claim.candidate.key,
      objectId: claim.objectId,
      arrivedMicros,
      modifiedMicros: object.modifiedMicros === 0 ? arrivedMicros : object.modifiedMicros,
      knownFormats: this.#knownFormats,
      ...(hints !== undefined && { hints }),
      ...(this.#config.logFormat === undefined ? {} : { logFormat: this.#config.logFormat }),
    };
  }

  /** The key of another object with the same bytes, if there is one that gave records. */
  #sameContent(sha256: string, objectId: number): string | undefined {
    const mine = this.#contents.get(sha256);
    if (mine !== undefined && mine !== objectId) return this.#catalog.objectById(mine)?.key ?? `object ${mine}`;
    const known = this.#catalog.findContent(sha256);
    return known === undefined || known.objectId === objectId ? undefined : known.key;
  }
}

function isSettled(object: OpenedObject): boolean {
  return Date.now() * 1000 - object.modifiedMicros > SETTLED_MICROS;
}

/** The state to read on from, if the object still begins with what was read of it. */
async function resumePoint(claim: Claim, object: OpenedObject): Promise<DecoderState | undefined> {
  if (claim.reason !== "grown" || claim.decoderState === null || claim.offset === 0 || claim.offset > object.size)
    return undefined;
  // Whoever fetched a part has compared what lies before it.
  const start = object.part?.start ?? 0;
  const isSame = start > 0 ? start === claim.offset : (await object.prefixMark(claim.offset)) === claim.prefixSha256;
  if (!isSame) return undefined;
  return JSON.parse(claim.decoderState) as DecoderState;
}

/** Others' logs are left out; what is missing of a flow log has failed. */
function unread(claim: Claim, object: OpenedObject, { code, message }: Unread): Reading {
  const isDamaged = code === "truncated-gzip" || code === "corrupt-gzip";
  const isFlowLogs = object.size > 0 && isFlowLogName(claim.candidate.key);
  if (isFlowLogs && code === "not-a-flow-log")
    return told(claim, object, "failed", "unreadable-flow-log", `${UNREADABLE}; ${message}`);
  return told(claim, object, isDamaged || isFlowLogs ? "failed" : "skipped", code, message);
}

/** What it held before, if anything, it holds no longer: the other object has all that it has now. */
function copied(claim: Claim, object: OpenedObject, sameAs: string): Reading {
  const message = `the same content was read as ${sameAs}`;
  const reading = told(claim, object, "same-content", "same-content", message);
  return { ...reading, result: { ...reading.result, replaces: claim.hasRows } };
}

const UNREADABLE =
  "its name is a flow log's, and its content cannot be read as one: see what wrote it, and copy it again";

function told(
  claim: Claim,
  object: OpenedObject,
  status: "same-content" | "skipped" | "failed",
  code: string,
  message: string,
): { kind: "result"; result: Exclude<ObjectResult, { status: "done" }> } {
  const { objectId, claim: number } = claim;
  const { size, modifiedMicros, sha256 } = object;
  return { kind: "result", result: { status, objectId, claim: number, size, modifiedMicros, sha256, code, message } };
}
