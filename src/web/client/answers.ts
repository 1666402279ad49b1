import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { AnswerJson, Question, WhyJson, WhyRequest } from "#api/contract/index.js";
import { request } from "./request.ts";

/** An answer, with the question that it answers: while a new one is on its way, that is the one before. */
export interface AskedAnswer extends AnswerJson {
  readonly question: Question;
}

/** Asks a question; the answer before stays on screen until the new one is there, and a question that nobody waits for is cancelled. */
export function useAnswer(question: Question | undefined): UseQueryResult<AskedAnswer> {
  return useQuery({
    queryKey: ["query", question],
    queryFn: async ({ signal }) => {
      if (question === undefined) throw new Error("nothing is asked");
      return { ...(await request<AnswerJson>("/query", { method: "POST", body: question, signal })), question };
    },
    enabled: question !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** Asks why one end cannot reach another. */
export function useWhy(why: WhyRequest | undefined): UseQueryResult<WhyJson> {
  return useQuery({
    queryKey: ["why", why],
    queryFn: ({ signal }) => request<WhyJson>("/why", { method: "POST", body: why, signal }),
    enabled: why !== undefined,
  });
}
