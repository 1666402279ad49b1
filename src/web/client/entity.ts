import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { EntityJson } from "#api/contract/index.js";
import { request } from "./request.ts";

/** Who or what it is. An id is text of the logs: it is encoded, whatever is in it. */
export function useEntity(kind: string, id: string): UseQueryResult<EntityJson> {
  return useQuery({
    queryKey: ["entity", kind, id],
    queryFn: ({ signal }) =>
      request<EntityJson>(`/entities/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`, { signal }),
    enabled: id !== "",
  });
}
