import type { RecordHints } from "#model/record-hints.js";

/** What is known of an object besides its bytes. A decoder uses it only for what the records do not say. */
export interface ObjectContext {
  /** Path or key, as its source names it. Untrusted text. */
  readonly key: string;
  /** The catalog's number of the object. */
  readonly objectId: number;
  /** When the object arrived, microseconds: records more than a day later are malformed. */
  readonly arrivedMicros: number;
  /** When the object was last changed, microseconds: the time of records that have none. */
  readonly modifiedMicros: number;
  /** A layout that the user configured: AWS `LogFormat`, with or without `${}`. It stands in for a missing header. */
  readonly logFormat?: string;
  /** Layouts known for flow-log ids, from earlier objects: `fl-…` → field names separated by spaces. */
  readonly knownFormats?: Readonly<Record<string, string>>;
  /** What its source knows of its records. */
  readonly hints?: RecordHints;
}
