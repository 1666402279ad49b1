import type { RecordHints } from "#model/record-hints.js";
import type { SourceProbe } from "./probe.ts";

/** An object as a cloud lists it, before anything of it is read. */
export interface RemoteObject {
  /** Its identity within its source: a key, a blob's name. Text of somebody else's. */
  readonly key: string;
  readonly size: number;
  /** Last change, microseconds since 1970. */
  readonly modifiedMicros: number;
  readonly etag?: string;
  /** It was archived and its bytes can be had again, for a while: it is tried again although nothing about it has changed. */
  readonly isRestored?: boolean;
  /** Why its bytes cannot be had, such as an archived object: it is told and not fetched. */
  readonly unavailable?: { readonly code: string; readonly message: string };
}

/** Objects that a source has found, and who wants to know when they are in the lake. */
export interface RemoteBatch {
  readonly objects: readonly RemoteObject[];
  /**
   * Called when all of them are durable in the lake, known already, or told as unreadable: only then may a cursor go on behind
   * them, or a message be deleted.
   */
  readonly settled?: (outcome: BatchOutcome) => Promise<void>;
}

/** What became of a batch. Keys that are in neither list are in the lake. */
export interface BatchOutcome {
  /** Could not be read, for a reason that the catalog keeps. */
  readonly failed: readonly string[];
  /** Another process is reading them, or this one was stopped before it had: what becomes of them is not known. */
  readonly open: readonly string[];
}

/** What a source remembers between its runs, such as cursors; durable, small. */
export interface SourceMemory {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  delete(name: string): void;
  /** All that begins so. */
  entries(prefix: string): ReadonlyMap<string, string>;
}

/** How a source is looked through. */
export interface LookRequest {
  /** A folder of our own for what has to be kept until it is fetched; it is cleared away after the look. */
  readonly folder?: string;
  readonly memory: SourceMemory;
  readonly signal: AbortSignal;
  /** Only objects of this time, whatever was seen before: to fill a gap. Cursors stay where they are. Milliseconds since 1970. */
  readonly window?: { readonly fromMs: number; readonly toMs: number };
  /** Older objects are left for the next look after so long; without, all that is there is found. Milliseconds. */
  readonly forMs?: number;
  /** Somebody asked for this look and waits for it: places are looked at, too, that have been quiet or were looked at a moment ago. */
  readonly isByHand?: boolean;
}

/** Where an earlier reading of a growing object stopped. */
export interface ReadMark {
  readonly offset: number;
  /** What the source called the beginning of the object up to there (see {@link FetchedObject.marks}). */
  readonly mark: string;
}

export interface FetchRequest {
  readonly object: RemoteObject;
  /** A file of our own that does not exist yet: the bytes are written there. */
  readonly path: string;
  /** Read on from here, if the object still begins with what was read. */
  readonly from?: ReadMark;
  readonly signal: AbortSignal;
}

/** What was fetched: the object as it was then, and which part of it lies in the file. */
export interface FetchedObject {
  readonly size: number;
  readonly modifiedMicros: number;
  /** Of the version whose bytes these are, where the source tells one: kept with the object in the place of the listed one. */
  readonly etag?: string;
  /** The file holds the object's bytes from here to its size; 0: all of them. */
  readonly start: number;
  /**
   * Of an object that grows: offsets at which a reading may stop, each with a mark of all that lies before it. The same mark at the
   * same offset later: the object still begins with the same bytes.
   */
  readonly marks?: readonly ReadMark[];
  /** What is known here of its records that they may not say themselves. */
  readonly hints?: RecordHints;
}

/** What a source has asked its cloud since it was made. */
export interface RequestCounts {
  readonly lists: number;
  readonly gets: number;
  readonly others: number;
  /** Bytes that were fetched. */
  readonly bytes: number;
  /** Answers that told to slow down. */
  readonly throttled: number;
  readonly retries: number;
}

/** A place in a cloud that objects are read from. Rights to read are all it needs, and it changes nothing there. */
export interface RemoteSource {
  readonly kind: "s3" | "gcs" | "azure-blob" | "cloudwatch";
  /** Names the place in full: keys are unique within it. */
  readonly uri: string;
  readonly requests: RequestCounts;
  /**
   * Finds objects that may be new or have grown; objects that are known as they are may be among them.
   * @throws WeirError that says which permission, setting or network stands in the way
   */
  look(request: LookRequest): AsyncIterable<RemoteBatch>;
  /** Brings an object's bytes to a file. @throws WeirError; a code other than `source-…` concerns this object alone */
  fetch(request: FetchRequest): Promise<FetchedObject>;
  /**
   * Looks at what is there, with few requests, before anything is read for good.
   * @throws WeirError as {@link look} does
   */
  probe(signal: AbortSignal, sinceMs?: number): Promise<SourceProbe>;
  close(): void;
}
