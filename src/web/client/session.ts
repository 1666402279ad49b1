import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { SessionJson } from "#api/contract/index.js";
import { rememberFlows } from "../state/lake-time.ts";
import { request, rememberCsrf } from "./request.ts";

export const SESSION_KEY = ["session"] as const;

/** Who asks, and what there is to ask. */
export function useSession(): UseQueryResult<SessionJson> {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: async ({ signal }) => {
      const session = await request<SessionJson>("/session", { signal });
      rememberCsrf(session.csrf);
      rememberFlows(session.lake);
      return session;
    },
    staleTime: 60_000,
  });
}
