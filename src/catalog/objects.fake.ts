import { countRecords, emptyReport } from "#model/records.js";
import type { Segment } from "#model/segment.js";
import type { Claim, ClaimDecision, ObjectResult } from "./types.ts";

export const HOUR_MICROS = 3_600_000_000;

/** A segment as a writer would describe it. */
export function segment(id: string, over: Partial<Segment> = {}): Segment {
  const path = `${over.table ?? "flows"}/2026-03-03/${id}.parquet`;
  const plain = {
    table: "flows",
    rows: 1,
    bytes: 100,
    minTime: HOUR_MICROS,
    maxTime: HOUR_MICROS,
    hours: [1],
    columns: [1],
    minAddress: null,
    maxAddress: null,
  } as const;
  return { id, path, objects: {}, ...plain, ...over };
}

/** What became of a claimed object that gave `flows` flows; its content is its own unless named. */
export function done(
  claim: Claim,
  flows: number,
  over: Partial<Extract<ObjectResult, { status: "done" }>> = {},
): Extract<ObjectResult, { status: "done" }> {
  const report = emptyReport();
  countRecords(report.counts, "flows", flows);
  if (flows > 0) report.flowsByType["aws_vpc"] = flows;
  const { size, modifiedMicros, key } = claim.candidate;
  return {
    status: "done",
    objectId: claim.objectId,
    claim: claim.claim,
    size,
    modifiedMicros,
    sha256: `${key}@${size}`,
    offset: size,
    prefixSha256: `${key}@${size}`,
    decoderState: "{}",
    settled: false,
    isUnfinished: false,
    decoder: "aws-text",
    decoderVersion: 1,
    flowLogId: null,
    report,
    part: null,
    replaces: false,
    ...over,
  };
}

/** What became of a claimed object that gave nothing. */
export function told(
  claim: Claim,
  status: "same-content" | "skipped" | "failed",
  sha256: string | null = null,
): ObjectResult {
  const { size, modifiedMicros } = claim.candidate;
  return {
    status,
    objectId: claim.objectId,
    claim: claim.claim,
    size,
    modifiedMicros,
    sha256,
    code: status,
    message: `it is ${status}`,
  };
}

export function claimed(decisions: readonly ClaimDecision[]): Claim[] {
  return decisions.flatMap((decision) => (decision.outcome === "claimed" ? [decision.claim] : []));
}
