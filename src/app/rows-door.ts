/** Single rows, as a part of the door: see index.ts. */
import type { Evidence, EvidenceRequest } from "./evidence.ts";
import type { ListedRows, RowListRequest, RowsRequest, RowTotals } from "./rows.ts";

export type { Evidence, EvidenceRequest } from "./evidence.ts";
export type { ListedRows, RowTotals } from "./rows.ts";

/** A page of single conversations or flows, in the order of time. */
export async function listRows(dataDir: string, request: RowListRequest): Promise<ListedRows> {
  return (await import("./rows.ts")).listRows(dataDir, request);
}

/** All rows of a question counted by time and verdict, and what is folded away. */
export async function countAllRows(dataDir: string, request: RowsRequest): Promise<RowTotals> {
  return (await import("./rows.ts")).countAllRows(dataDir, request);
}

/** What one row rests on: observations, flows, and the records themselves, read again. */
export async function showEvidence(dataDir: string, request: EvidenceRequest): Promise<Evidence> {
  return (await import("./evidence.ts")).showEvidence(dataDir, request);
}
