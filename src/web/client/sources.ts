import { keepPreviousData, useInfiniteQuery, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type {
  CalendarJson,
  LogsJson,
  MalformedJson,
  ObjectsJson,
  SourceDoctorJson,
  SourcesJson,
} from "#api/contract/index.js";
import { request } from "./request.ts";

/** Sources look again by themselves: lag and next run go on without an event. */
const EVERY_MS = 15_000;

/** Where the data came from. */
export function useSources(): UseQueryResult<SourcesJson> {
  return useQuery({
    queryKey: ["sources"],
    queryFn: ({ signal }) => request<SourcesJson>("/sources", { signal }),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

/** What is in the way of a source that others push to, if anything is. */
export function useSourceDoctor(source: string): UseQueryResult<SourceDoctorJson> {
  return useQuery({
    queryKey: ["source-doctor", source],
    queryFn: ({ signal }) => request<SourceDoctorJson>(`/sources/doctor${searchOf({ source })}`, { signal }),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

export interface ObjectsAsked {
  readonly text: string;
  readonly status: string;
  readonly source: string;
}

/** Objects, the newest first, page after page. */
export function useObjects(asked: ObjectsAsked) {
  return useInfiniteQuery({
    queryKey: ["objects", asked],
    queryFn: ({ signal, pageParam }) =>
      request<ObjectsJson>(`/sources/objects${searchOf({ ...asked, cursor: pageParam, limit: "50" })}`, { signal }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** Records that could not be read, for one reason; none is asked for without one. */
export function useMalformed(reason: string | undefined, limit: number): UseQueryResult<MalformedJson> {
  return useQuery({
    queryKey: ["malformed", reason, limit],
    queryFn: ({ signal }) =>
      request<MalformedJson>(`/malformed${searchOf({ reason: reason ?? "", limit: String(limit) })}`, { signal }),
    enabled: reason !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** What flow logs wrote, and where they did not. */
export function useCalendar(time: { readonly from: string; readonly to: string }): UseQueryResult<CalendarJson> {
  return useQuery({
    queryKey: ["calendar", time],
    queryFn: ({ signal }) => request<CalendarJson>(`/coverage/calendar${searchOf(time)}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** What flow logs that wrote in this time can answer. */
export function useLogs(time: { readonly from: string; readonly to: string }): UseQueryResult<LogsJson> {
  return useQuery({
    queryKey: ["logs", time],
    queryFn: ({ signal }) => request<LogsJson>(`/logs${searchOf(time)}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

function searchOf(words: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(Object.entries(words).filter(([, value]) => value !== "")).toString();
  return search === "" ? "" : `?${search}`;
}
