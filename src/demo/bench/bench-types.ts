/** What to write for a benchmark. */
export interface BenchOptions {
  /** `aws-v2`: the default format; `aws-v5`: 29 fields in the console's order; `azure-vnet`: VNet flow logs, records are tuples. */
  readonly kind: "aws-v2" | "aws-v5" | "azure-vnet";
  /** All objects together. */
  readonly records: number;
  readonly objects: number;
  readonly seed?: number;
  /** The end of the data's time, ms. Default: a fixed day, so that runs are comparable. */
  readonly endMs?: number;
}

/** What was written, to compare what a reader finds. Sums are of the numbers as logged. */
export interface BenchTruth {
  readonly kind: BenchOptions["kind"];
  objects: number;
  /** All of them flows. */
  records: number;
  denied: number;
  srcBytes: number;
  srcPackets: number;
  dstBytes: number;
  dstPackets: number;
  conversations: number;
  flowsPerConversation: number;
  /** Of the text, and of the objects. */
  textBytes: number;
  objectBytes: number;
}

export const BENCH_END_MS = Date.UTC(2026, 10, 23, 12);

export const emptyBenchTruth = (kind: BenchOptions["kind"]): BenchTruth => ({
  kind,
  objects: 0,
  records: 0,
  denied: 0,
  srcBytes: 0,
  srcPackets: 0,
  dstBytes: 0,
  dstPackets: 0,
  conversations: 0,
  flowsPerConversation: 0,
  textBytes: 0,
  objectBytes: 0,
});

/** How many of the records stand in an object, when all objects together hold them evenly. */
export function shareOf(options: BenchOptions, object: number): number {
  const edge = (number: number): number => Math.floor((options.records * number) / options.objects);
  return edge(object + 1) - edge(object);
}
