import type { Context } from "hono";
import { messageOf, WeirError, type ErrorKind } from "#base/errors.js";
import type { Problem } from "./contract/index.ts";

const statusOfKind: Readonly<Record<ErrorKind, number>> = {
  usage: 400,
  input: 422,
  conflict: 409,
  environment: 503,
  internal: 500,
};

/** Codes whose status says more than that of their kind. */
const statusOfCode: Readonly<Record<string, number>> = {
  "no-lake": 404,
  "not-found": 404,
  "not-signed-in": 401,
  "not-allowed": 403,
  csrf: 403,
  "too-large": 413,
  "too-many-requests": 429,
  "too-many-exports": 429,
  "outside-scope": 403,
  "query-timeout": 504,
  interrupted: 499,
};

/** An error as RFC 9457 problem details. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof WeirError))
    return { type: "about:blank", title: `unexpected error: ${messageOf(error)}`, status: 500, code: "internal" };
  const { code, kind, message, place, next } = error;
  return {
    type: "about:blank",
    title: message,
    status: statusOfCode[code] ?? statusOfKind[kind],
    code,
    ...(next !== undefined && { detail: next }),
    ...(place !== undefined && { place }),
  };
}

export function answerProblem(context: Context, problem: Problem): Response {
  return context.body(JSON.stringify(problem), problem.status as 400, { "content-type": "application/problem+json" });
}
