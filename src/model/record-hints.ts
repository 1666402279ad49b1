/**
 * What the source of an object knows of its records that they may not say themselves, such as from a cloud's control plane. The
 * records come first wherever they say it.
 */
export interface RecordHints {
  readonly accountId?: string;
  readonly region?: string;
  /** Where one flow log alone writes there. */
  readonly flowLogId?: string;
  /** AWS: every `LogFormat` that lines may have. */
  readonly layouts?: readonly string[];
}
