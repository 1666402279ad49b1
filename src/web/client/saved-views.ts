import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { NewSavedView, SavedViewJson, SavedViewsJson } from "#api/contract/index.js";
import { request } from "./request.ts";

const VIEWS_KEY = ["views"] as const;

export interface SavedViewsState {
  /** Own ones and those that others share, by name; none while they are on their way. */
  readonly views: readonly SavedViewJson[];
  readonly isPending: boolean;
  /** Why they could not be listed, or the last change did not work. */
  readonly error: Error | null;
  readonly save: (view: NewSavedView) => Promise<SavedViewJson>;
  readonly change: (view: SavedViewJson) => Promise<SavedViewJson>;
  readonly remove: (view: SavedViewJson) => Promise<void>;
}

/** Saved views, and what is done with them. */
export function useSavedViews(): SavedViewsState {
  const client = useQueryClient();
  const list = useQuery({
    queryKey: VIEWS_KEY,
    queryFn: ({ signal }) => request<SavedViewsJson>("/views", { signal }),
  });
  const onSettled = (): Promise<void> => client.invalidateQueries({ queryKey: VIEWS_KEY });
  const save = useMutation({
    mutationFn: (view: NewSavedView) => request<SavedViewJson>("/views", { method: "POST", body: view }),
    onSettled,
  });
  const change = useMutation({
    mutationFn: ({ id, name, page, search, shared }: SavedViewJson) =>
      request<SavedViewJson>(`/views/${id}`, { method: "PUT", body: { name, page, search, shared } }),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: async ({ id }: SavedViewJson): Promise<void> => {
      await request(`/views/${id}`, { method: "DELETE" });
    },
    onSettled,
  });
  return {
    views: list.data?.views ?? [],
    isPending: list.isPending,
    error: list.error ?? save.error ?? change.error ?? remove.error,
    save: save.mutateAsync,
    change: change.mutateAsync,
    remove: remove.mutateAsync,
  };
}
