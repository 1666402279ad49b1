/** One flow log as its objects show it. */
export interface ProbedFlowLog {
  /** A flow-log id, an NSG, a flow log's name, a log group; text of somebody else's. */
  readonly id: string;
  readonly account: string | null;
  readonly region: string | null;
  /** `aws_vpc`, `azure_vnet`, …; null where no object was looked into. */
  readonly logType: string | null;
  /** The layout of its records: AWS fields in `${…}` words, or the version of the format. */
  readonly format: string | null;
  /** Milliseconds since 1970. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** What lies near a place that nothing was found at. */
export interface Nearby {
  /** URL of the place that was most likely meant: it exists, and is written nearly the same; null where none is. */
  readonly meant: string | null;
  /** URLs of other places of the bucket or container that flow logs lie at; some of them. */
  readonly flowLogs: readonly string[];
}

/** What is found at a place before anything is read from it for good. */
export interface SourceProbe {
  /** How keys are laid out, in words: “by account, region and day”, “Hive-compatible, by hour, Parquet”. */
  readonly layout: string;
  readonly flowLogs: readonly ProbedFlowLog[];
  /** Not all of the place was looked at: there may be more flow logs. */
  readonly isPartial: boolean;
  /** Milliseconds since 1970. */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
  /** Of a bucket: folders that hold the cloud's own, “” or “network/” in front of “AWSLogs/”; none where objects lie as they like. */
  readonly roots?: readonly string[];
  /** Of the newest whole day, counted or extrapolated from what was listed. */
  readonly objectsPerDay: number;
  readonly bytesPerDay: number;
  /** Estimated bytes of all that is there, from `since` on. */
  readonly bytes: number;
  readonly objects: number;
  /** The place's region, where the cloud tells it. */
  readonly region: string | null;
  /** ARN or URL of the key that objects are encrypted with; null where none is needed to read. */
  readonly encryptionKey: string | null;
  /** Requests that collecting makes a day, by what the cloud charges for. */
  readonly requestsPerDay: { readonly lists: number; readonly gets: number };
  /** What keeps something from the lake, or may: objects that are archived, a flow log that writes a part only. */
  readonly remarks: readonly string[];
  /** What is as it should be, and good to know: how long events are kept, another log beside. */
  readonly notes: readonly string[];
  /** Only where nothing is there. */
  readonly nearby?: Nearby;
}
