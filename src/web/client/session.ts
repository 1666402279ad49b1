import { useQuery, type QueryClient, type UseQueryResult } from "@tanstack/react-query";
import type { SessionJson } from "#api/contract/index.js";
import { rememberFlows } from "../state/lake-time.ts";
import { request, rememberCsrf, whenSessionOver } from "./request.ts";

export const SESSION_KEY = ["session"] as const;

/** Who asks, and what there is to ask. */
export function useSession(): UseQueryResult<SessionJson> {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: async ({ signal, client }) => {
      const session = await request<SessionJson>("/session", { signal });
      if (session.user === null) noteEnd(client);
      remember(session);
      return session;
    },
    staleTime: 60_000,
  });
}

/** Who was signed in until the session was over; null after signing out on purpose, or at first. */
const OVER_KEY = ["session-over"] as const;

/** Leads to the sign-in page when the session is over, wherever that is noticed; the address stays, and with it the view. */
export function watchSession(queries: QueryClient): void {
  whenSessionOver(() => {
    const session = queries.getQueryData<SessionJson>(SESSION_KEY);
    if (session === undefined || session.user === null) return;
    noteEnd(queries);
    takeSession(queries, { ...session, user: null, csrf: null, expires: null, lake: null });
  });
}

/** The name that was signed in, if the session ended by itself. */
export function endedFor(queries: QueryClient): string | null {
  return queries.getQueryData<string>(OVER_KEY) ?? null;
}

/** Signs in. @throws ProblemError */
export async function signIn(queries: QueryClient, name: string, password: string): Promise<void> {
  const session = await request<SessionJson>("/session", { method: "POST", body: { name, password } });
  forget(queries);
  takeSession(queries, session);
}

/** Signs out; nothing that was seen stays in the page. @throws ProblemError */
export async function signOut(queries: QueryClient): Promise<void> {
  await request("/session", { method: "DELETE" });
  queries.setQueryData<SessionJson>(SESSION_KEY, (session) => session && { ...session, user: null });
  forget(queries);
  await queries.refetchQueries({ queryKey: SESSION_KEY });
}

/** Remembers who it was that was signed in. */
function noteEnd(queries: QueryClient): void {
  const before = queries.getQueryData<SessionJson>(SESSION_KEY)?.user;
  if (before === null || before === undefined) return;
  forget(queries);
  queries.setQueryData(OVER_KEY, before.name);
}

/** Whoever signs in next sees nothing of what was asked before. */
function forget(queries: QueryClient): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
}

function takeSession(queries: QueryClient, session: SessionJson): void {
  remember(session);
  queries.setQueryData(SESSION_KEY, session);
}

function remember({ csrf, lake }: SessionJson): void {
  rememberCsrf(csrf);
  rememberFlows(lake);
}
