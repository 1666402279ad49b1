import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { MapJson, MapRequest } from "#api/contract/index.js";
import { asked, type View } from "../state/view.ts";
import { request } from "./request.ts";

/** The map's question about a view. Sums over all of the time: days and hours, and with them the time zone, play no part. */
export function mapQuestion(view: View): MapRequest {
  const { time_zone: _, ...rest } = asked(view);
  return rest;
}

/** Who talks to whom; the map before stays until the new one is there. */
export function useMap(asked: MapRequest): UseQueryResult<MapJson> {
  return useQuery({
    queryKey: ["map", asked],
    queryFn: ({ signal }) => request<MapJson>("/map", { method: "POST", body: asked, signal }),
    placeholderData: keepPreviousData,
  });
}
