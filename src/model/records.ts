/** What became of the records of an object, or of many. `total` is always the sum of the rest. */
export interface RecordCounts {
  total: number;
  flows: number;
  /** The cloud says that nothing passed. */
  nodata: number;
  /** The cloud says that it lost records. */
  skipdata: number;
  /** Messages of the transport, such as a subscription's CONTROL_MESSAGE. */
  control: number;
  /** Records that the same object or an overlapping read had brought already. */
  duplicate: number;
  /** Well-formed records that are no flow records, such as firewall logs in the same object. */
  filtered: number;
  malformed: number;
}

export type RecordKind = Exclude<keyof RecordCounts, "total">;

export const recordKinds = [
  "flows",
  "nodata",
  "skipdata",
  "control",
  "duplicate",
  "filtered",
  "malformed",
] as const satisfies readonly RecordKind[];

export function noRecords(): RecordCounts {
  return { total: 0, flows: 0, nodata: 0, skipdata: 0, control: 0, duplicate: 0, filtered: 0, malformed: 0 };
}

export function countRecords(counts: RecordCounts, kind: RecordKind, records = 1): void {
  counts[kind] += records;
  counts.total += records;
}

export function addCounts(sum: RecordCounts, more: RecordCounts): void {
  for (const kind of recordKinds) countRecords(sum, kind, more[kind]);
}

/** Something about an object that a person should know, though its records were read. */
export interface ObjectNote {
  /** Stable, kebab-case: `truncated-gzip`. */
  readonly code: string;
  readonly message: string;
}

/** All that decoding says of one object. */
export interface ObjectReport {
  readonly counts: RecordCounts;
  /** Flows by log_type. */
  readonly flowsByType: Record<string, number>;
  /** Malformed records by reason. */
  readonly reasons: Record<string, number>;
  /** Fields that the catalogue does not know, with the number of records that have them. At most 1,000 names. */
  readonly unknownFields: Record<string, number>;
  /** Record layouts learned from header lines: flow-log id → field names separated by spaces. */
  readonly learnedFormats: Record<string, string>;
  /** Flow logs whose records name them by another id than the control plane does: flow-log id → resource id. At most 1,000. */
  readonly flowLogResources: Record<string, string>;
  readonly notes: ObjectNote[];
}

export function emptyReport(): ObjectReport {
  const dictionary = (): Record<string, never> => Object.create(null) as Record<string, never>;
  return {
    counts: noRecords(),
    flowsByType: dictionary(),
    reasons: dictionary(),
    unknownFields: dictionary(),
    learnedFormats: dictionary(),
    flowLogResources: dictionary(),
    notes: [],
  };
}
