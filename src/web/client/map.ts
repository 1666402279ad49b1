import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { MapJson, MapRequest } from "#api/contract/index.js";
import { request } from "./request.ts";

/** Who talks to whom; the map before stays until the new one is there. */
export function useMap(asked: MapRequest): UseQueryResult<MapJson> {
  return useQuery({
    queryKey: ["map", asked],
    queryFn: ({ signal }) => request<MapJson>("/map", { method: "POST", body: asked, signal }),
    placeholderData: keepPreviousData,
  });
}
