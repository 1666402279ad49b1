import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import type {
  AuditJson,
  MadeTokenJson,
  NewToken,
  NewUser,
  TokensJson,
  UserChange,
  UserJson,
  UsersJson,
} from "#api/contract/index.js";
import { request } from "./request.ts";

const USERS = ["users"] as const;
const TOKENS = ["tokens"] as const;

/** All users, for admins. */
export function useUsers(): UseQueryResult<UsersJson> {
  return useQuery({ queryKey: USERS, queryFn: ({ signal }) => request<UsersJson>("/users", { signal }), staleTime: 0 });
}

/** The own tokens, or those of everybody. */
export function useTokens(of: "me" | "all"): UseQueryResult<TokensJson> {
  return useQuery({
    queryKey: [...TOKENS, of],
    queryFn: ({ signal }) => request<TokensJson>(`/tokens?of=${of}`, { signal }),
    staleTime: 0,
  });
}

/** What can be changed of who may come in; the lists follow. */
export interface AccessChanges {
  readonly addUser: UseMutationResult<UserJson, Error, NewUser>;
  readonly changeUser: UseMutationResult<UserJson, Error, UserChange & { readonly name: string }>;
  readonly removeUser: UseMutationResult<undefined, Error, string>;
  readonly createToken: UseMutationResult<MadeTokenJson, Error, NewToken>;
  readonly revokeToken: UseMutationResult<undefined, Error, string>;
}

export function useAccessChanges(): AccessChanges {
  const queries = useQueryClient();
  const onSuccess = async (): Promise<void> => {
    await Promise.all([USERS, TOKENS].map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  return {
    addUser: useMutation({
      mutationFn: (body: NewUser) => request<UserJson>("/users", { method: "POST", body }),
      onSuccess,
    }),
    changeUser: useMutation({
      mutationFn: ({ name, ...body }: UserChange & { readonly name: string }) =>
        request<UserJson>(`/users/${encodeURIComponent(name)}`, { method: "PATCH", body }),
      onSuccess,
    }),
    removeUser: useMutation({
      mutationFn: (name: string) => request<undefined>(`/users/${encodeURIComponent(name)}`, { method: "DELETE" }),
      onSuccess,
    }),
    createToken: useMutation({
      mutationFn: (body: NewToken) => request<MadeTokenJson>("/tokens", { method: "POST", body }),
      onSuccess,
    }),
    revokeToken: useMutation({
      mutationFn: (id: string) => request<undefined>(`/tokens/${encodeURIComponent(id)}`, { method: "DELETE" }),
      onSuccess,
    }),
  };
}

/** Changes the own password. */
export function usePasswordChange(): UseMutationResult<undefined, Error, { current: string; password: string }> {
  return useMutation({
    mutationFn: (body: { current: string; password: string }) =>
      request<undefined>("/session/password", { method: "PUT", body }),
  });
}

/** Entries of the audit log, page by page. @param filter parameters of GET /audit */
export function useAudit(filter: Readonly<Record<string, string>>): UseInfiniteQueryResult<InfiniteData<AuditJson>> {
  return useInfiniteQuery({
    queryKey: ["audit", filter],
    queryFn: ({ signal, pageParam }) => {
      const parameters = new URLSearchParams(filter);
      if (pageParam !== "") parameters.set("cursor", pageParam);
      return request<AuditJson>(`/audit?${parameters.toString()}`, { signal });
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
}
