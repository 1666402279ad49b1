import type { ErrorDetails } from "#base/errors.js";
import type { Claim, ObjectResult } from "#catalog/index.js";
import type { Segment } from "#model/segment.js";
import type { FetchedObject } from "#source/index.js";

/** What a worker process is started with. */
export interface WorkerConfig {
  readonly dataDir: string;
  readonly writerId: string;
  /** Rows of a segment file. */
  readonly segmentRows: number;
  /** Memory of the worker's DuckDB, MB. */
  readonly memoryMb: number;
  /** `LogFormat` for headerless AWS objects. */
  readonly logFormat?: string;
  /** Layouts known for flow-log ids. */
  readonly knownFormats: Readonly<Record<string, string>>;
  /** Whether unterminated last records count although the object is young. */
  readonly final: boolean;
}

/** One object to read. */
export interface ObjectTask {
  readonly claim: Claim;
  /** Where its bytes are. */
  readonly path: string;
  /** Of an object that was fetched: what it was then, and which part of it lies there. */
  readonly fetched?: FetchedObject;
}

/** Objects that were read, with the segments that hold all of their rows and nobody else's: they are committed together. */
export interface ObjectGroup {
  readonly objects: readonly ObjectResult[];
  readonly segments: readonly Segment[];
}

export type ToWorker =
  | { readonly kind: "start"; readonly config: WorkerConfig }
  | { readonly kind: "read"; readonly tasks: readonly ObjectTask[] }
  /** No task waits at the moment: hand on what is open, and stay. */
  | { readonly kind: "flush" }
  /** No more tasks: write what is open. */
  | { readonly kind: "finish" }
  /** Give up the object at hand, write the whole ones, and end. */
  | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly bytes: number; readonly records: number }
  | { readonly kind: "group"; readonly group: ObjectGroup }
  /** All tasks of the last `read` were read; their rows may still be in an open group. */
  | { readonly kind: "idle" }
  | { readonly kind: "finished" }
  /** It ends, over an object (which is not told), or because of something that no object is to blame for. */
  | { readonly kind: "broken"; readonly message: string }
  | { readonly kind: "fatal"; readonly error: ErrorDetails };
