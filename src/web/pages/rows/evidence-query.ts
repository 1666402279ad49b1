import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { EvidenceJson, EvidenceRequest, JsonCell } from "#api/contract/index.js";
import { request } from "../../client/request.ts";

/** Records that are read at once. */
export const MOST_RECORDS = 200;

/** What a row rests on. @param withRecords whether the records are read, too: it takes longer */
export function useEvidence(asked: EvidenceRequest | undefined, withRecords: boolean): UseQueryResult<EvidenceJson> {
  const body = asked === undefined ? undefined : { ...asked, limit: withRecords ? MOST_RECORDS : 0 };
  return useQuery({
    queryKey: ["evidence", body],
    queryFn: ({ signal }) => request<EvidenceJson>("/evidence", { method: "POST", body, signal }),
    enabled: body !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** A row by the names of its columns; what is not there has no value. */
export type NamedRow = Readonly<Record<string, JsonCell>>;

/** A value as text; null: there is none. */
export function textIn(row: NamedRow, name: string): string | null {
  const value = row[name];
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function numberIn(row: NamedRow, name: string): number | null {
  const value = row[name];
  return typeof value === "number" ? value : null;
}
