import type { ObjectReport, RecordCounts } from "#model/records.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";

/** An object as its source lists it, before anything is read. */
export interface ObjectCandidate {
  /** Real path or key: the object's identity within its source. */
  readonly key: string;
  readonly size: number;
  /** Its version, with the size: last change in microseconds (files), or what the source gives. */
  readonly modifiedMicros: number;
  /** ETag where the source has one. */
  readonly etag?: string;
  /** It was archived, and its bytes can be had again. */
  readonly isRestored?: boolean;
}

/** Why an object needs reading. `grown`: larger than before, so that reading can perhaps go on where it stopped. */
export type ReadReason = "new" | "grown" | "rewritten" | "retry";

/** What a claim gives: the object is this writer's until it commits, releases or dies. */
export interface Claim {
  readonly objectId: number;
  /** Compared at commit: exactly this claim must still stand. */
  readonly claim: number;
  readonly candidate: ObjectCandidate;
  readonly reason: ReadReason;
  /** Bytes consumed so far (of the bytes as stored); 0 unless the object has grown and can be read on. */
  readonly offset: number;
  /**
   * What the first `offset` bytes are known by: their SHA-256, hexadecimal, or a mark of the source. A grown object whose beginning
   * differs was rewritten.
   */
  readonly prefixSha256: string | null;
  /** The decoder's state at `offset`, as JSON. */
  readonly decoderState: string | null;
  /** Whether rows of this object are in the lake: reading it whole then replaces them. */
  readonly hasRows: boolean;
}

/** What the catalog says of each candidate. `busy`: a living writer has it. */
export type ClaimDecision =
  | { readonly outcome: "claimed"; readonly claim: Claim }
  | { readonly outcome: "unchanged" | "busy"; readonly key: string };

/** What became of a claimed object. */
export type ObjectResult =
  | {
      readonly status: "done";
      readonly objectId: number;
      readonly claim: number;
      /** As read: a file may have changed between listing and reading. */
      readonly size: number;
      readonly modifiedMicros: number;
      readonly sha256: string;
      readonly offset: number;
      readonly prefixSha256: string | null;
      readonly decoderState: string | null;
      /** Whether an unfinished last line counted: what lies behind `offset` has nothing more to give. */
      readonly settled: boolean;
      /** A record without its end stands behind `offset` and waits for the rest of it. Told, not kept. */
      readonly isUnfinished: boolean;
      readonly decoder: string;
      readonly decoderVersion: number;
      readonly flowLogId: string | null;
      /** Of an object that grows: the bytes that this reading read. */
      readonly part: { readonly start: number; readonly end: number } | null;
      /** Of this reading: added to what stands for a grown object, put in its place for one read whole. */
      readonly report: ObjectReport;
      /** Read whole although rows of it are in the lake: those rows are retired by this commit. */
      readonly replaces: boolean;
      /** Of the version that was read, where its source told one; else the listed one is kept. */
      readonly etag?: string;
      /** By what the beginning of its content is known; kept among the contents, so that another object with it can be told. */
      readonly beginning?: string;
    }
  | {
      /** The same content stands under another name, or the object holds no flow log, or it cannot be read. */
      readonly status: "same-content" | "skipped" | "failed";
      readonly objectId: number;
      readonly claim: number;
      readonly size: number;
      readonly modifiedMicros: number;
      readonly sha256: string | null;
      readonly code: string;
      readonly message: string;
      readonly etag?: string;
      /** Its content stands under another name now, and rows of what it held before are in the lake: this commit retires them. */
      readonly replaces?: boolean;
    };

export interface CommitRequest {
  readonly writer: string;
  readonly objects: readonly ObjectResult[];
  /** New segments; their files stand in their place already. */
  readonly segments: readonly Segment[];
  /** Segments that these take the place of, exactly as they were read; the commit fails unless all are still live. */
  readonly retire: readonly string[];
}

/** One object as `status` and `malformed` show it. */
export interface ObjectRow {
  readonly objectId: number;
  readonly source: string;
  readonly key: string;
  readonly status: "pending" | "done" | "same-content" | "skipped" | "failed";
  readonly size: number;
  readonly sha256: string | null;
  readonly readAtMs: number | null;
  readonly decoder: string | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly counts: RecordCounts;
}

/** Where an object's records stand, and by what its content is known. */
export interface ObjectContent {
  readonly objectId: number;
  /** Of its source, such as `files`. */
  readonly kind: string;
  readonly key: string;
  /** As it was read last. */
  readonly size: number;
  readonly sha256: string | null;
  /** Bytes that records were read of, and their SHA-256 where the object can grow. */
  readonly offset: number;
  readonly prefixSha256: string | null;
}

export interface TableTotals {
  readonly table: TableName;
  readonly segments: number;
  readonly rows: number;
  readonly bytes: number;
  /** Microseconds; null without rows. */
  readonly minTime: number | null;
  readonly maxTime: number | null;
}
