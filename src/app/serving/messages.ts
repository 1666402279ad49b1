import type { CollectProblem } from "#collect/index.js";
import type { ErrorKind } from "#base/errors.js";
import type { RunState } from "../run-state.ts";
import type { RecordCounts } from "#model/records.js";
import type { TableName } from "#model/tables.js";
import type { RemoteSettings } from "#source/index.js";

/** A folder whose files are read as they come. */
export interface WatchedFolder {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly everyMs: number;
}

/** A place in a cloud whose objects are read as they come. */
export interface WatchedRemote {
  readonly name: string;
  readonly remote: RemoteSettings;
  readonly everyMs: number;
}

export type WatchedSource = WatchedFolder | WatchedRemote;

/** A source that others push to. */
export interface PushedSource {
  readonly name: string;
  /** The layout of AWS records without a header line. */
  readonly logFormat?: string;
  /** Why nothing is taken for it now, such as a key that is not set; what was taken before is still collected. */
  readonly trouble?: ErrorData;
  /** It is configured no more: what is left of it is collected, and that is its end. */
  readonly isLeftOver?: true;
}

/** How a lake is kept while it is served. */
export interface KeeperConfig {
  readonly dataDir: string;
  readonly sources: readonly WatchedSource[];
  readonly pushed: readonly PushedSource[];
  /** Processes that read one source's objects; by default one a core, four at most. */
  readonly collectWorkers?: number;
  /** How long rows are kept; nothing is deleted of tables that are not named. Milliseconds. */
  readonly retention: Readonly<Partial<Record<TableName, number>>>;
  readonly maintenance: {
    readonly everyMs: number;
    /** Minutes of the day, UTC; always when it is not given. */
    readonly between?: { readonly from: number; readonly to: number };
  };
}

/** All that is collected from; may change while a lake is kept. */
export type KeptSources = Pick<KeeperConfig, "sources" | "pushed">;

/** How a source that is watched or pushed to is doing. */
export interface SourceState {
  readonly name: string;
  /** Its number in the catalog. */
  readonly sourceId: number;
  /** Of a folder, with a separator at its end: keys of its objects begin so. Null where objects are filed under the source itself. */
  readonly prefix: string | null;
  readonly state: RunState;
  readonly lastError: string | null;
  readonly nextRunMs: number | null;
}

/** What is in the lake now, as far as everybody must know it. Times are microseconds. */
export interface LakeState {
  readonly version: number;
  readonly hasFlows: boolean;
  /** Something was made of the flows, or nothing more is to be made of them. */
  readonly isReady: boolean;
  readonly oldestFlow: number | null;
  readonly newestFlow: number | null;
  /** The full minute, not included, up to which there is traffic. */
  readonly flowsEnd: number | null;
  readonly dirtyHours: number;
}

/** Something that happened to the lake. */
export type KeeperEvent =
  | { readonly kind: "lake"; readonly lake: LakeState }
  | { readonly kind: "upkeep"; readonly upkeep: UpkeepState }
  | { readonly kind: "sources"; readonly sources: readonly SourceState[] }
  | {
      readonly kind: "collect";
      readonly source: string;
      readonly state: "running" | "done" | "failed";
      readonly objects: number;
      readonly objectsTotal: number;
      readonly records: number;
      readonly bytes: number;
      readonly bytesTotal: number;
      readonly message: string | null;
    }
  | {
      readonly kind: "derive";
      readonly state: "running" | "done" | "failed";
      readonly hours: number;
      readonly hoursTotal: number;
      readonly message: string | null;
    };

/** What runs in quiet times, and how it went; and the newest derivation. */
export interface UpkeepState {
  readonly lastRunMs: number | null;
  readonly lastError: string | null;
}

/** A file that somebody sent, whole and on disk. */
export interface UploadedFile {
  /** Where it lies: a path of our own making. */
  readonly path: string;
  /** What the sender calls it: any text. */
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** What became of objects, as plain data. */
export interface ReportData {
  readonly objects: { read: number; unchanged: number; grown: number; skipped: number; failed: number };
  readonly records: RecordCounts;
  readonly flowsByType: Readonly<Record<string, number>>;
  readonly problems: readonly CollectProblem[];
  readonly bytes: number;
  readonly seconds: number;
}

/** The world that a demo makes. */
export interface DemoWorld {
  readonly seed: number;
  readonly hours: number;
  readonly scale: number;
}

/** What the server has done. */
export type KeeperJob =
  | {
      readonly kind: "upload";
      readonly label: string;
      readonly files: readonly UploadedFile[];
      /** The layout of AWS records without a header line. */
      readonly logFormat?: string;
    }
  | { readonly kind: "demo"; readonly world: DemoWorld };

/** An error as plain data. */
export interface ErrorData {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly place?: string;
  readonly next?: string;
}

/** From the server to the process that keeps the lake. */
export type ToKeeper =
  | { readonly type: "start"; readonly config: KeeperConfig }
  | { readonly type: "job"; readonly id: number; readonly job: KeeperJob }
  /** Collect from these sources from now on. */
  | { readonly type: "sources"; readonly kept: KeptSources }
  | { readonly type: "stop" };

/** From the process that keeps the lake. */
export type FromKeeper =
  | { readonly type: "ready" }
  | { readonly type: "event"; readonly event: KeeperEvent }
  | { readonly type: "done"; readonly id: number; readonly report: ReportData }
  | { readonly type: "failed"; readonly id: number | null; readonly error: ErrorData };
