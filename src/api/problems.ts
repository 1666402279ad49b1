import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { TooManyAttempts } from "#access/index.js";
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
  "bad-token": 401,
  "wrong-credentials": 401,
  "wrong-key": 401,
  "wrong-password": 403,
  "not-by-token": 403,
  "role-too-high": 403,
  csrf: 403,
  "cross-site": 403,
  "foreign-host": 421,
  "unknown-user": 404,
  "unknown-token": 404,
  "unknown-view": 404,
  "body-timeout": 408,
  "too-large": 413,
  "too-many-requests": 429,
  "too-many-questions": 429,
  "too-many-exports": 429,
  "outside-scope": 403,
  "query-timeout": 504,
  "answer-too-large": 422,
  "too-many-rows": 422,
  interrupted: 499,
};

/** Seconds after which what failed may be asked again. */
const retryAfterOfCode: Readonly<Record<string, number>> = {
  "too-many-questions": 1,
  "queue-full": 5,
  "no-turn": 5,
  stopping: 10,
  "push-busy": 2,
  "push-behind": 30,
  "push-elsewhere": 10,
  "push-changing": 2,
  "push-held-back": 30,
};

/** An error as RFC 9457 problem details. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HTTPException) return unreadable(error);
  if (!(error instanceof WeirError))
    return { type: "about:blank", title: `unexpected error: ${messageOf(error)}`, status: 500, code: "internal" };
  const { code, kind, message, place, next, span } = error;
  return {
    type: "about:blank",
    title: message,
    status: statusOfCode[code] ?? statusOfKind[kind],
    code,
    ...(next !== undefined && { detail: next }),
    ...(place !== undefined && { place }),
    ...(span !== undefined && { span }),
  };
}

/** What Hono itself says of a request, such as of a body that is no JSON. */
function unreadable({ message, status }: HTTPException): Problem {
  const detail = "GET /api/v1/openapi.json describes every request.";
  return { type: "about:blank", title: message, status, code: "bad-request", detail };
}

/** Seconds after which what failed may be asked again; undefined where that is not known. */
export function retryAfterOf(error: unknown): number | undefined {
  if (error instanceof TooManyAttempts) return error.retryAfterS;
  return error instanceof WeirError ? retryAfterOfCode[error.code] : undefined;
}

/** The answer to an error that was thrown. */
export function answerError(error: unknown, context: Context): Response {
  if (error instanceof TooManyAttempts) context.header("retry-after", String(error.retryAfterS));
  const problem = problemOf(error);
  if (problem.status === 401) context.header("www-authenticate", 'Bearer realm="weir"');
  return answerProblem(context, problem);
}

/** The answer where there is no route. */
export function answerNothing(context: Context): Response {
  return answerProblem(context, {
    type: "about:blank",
    title: "there is nothing here",
    status: 404,
    code: "not-found",
    place: context.req.path,
    detail: "GET /api/v1/openapi.json lists what there is.",
  });
}

export function answerProblem(context: Context, problem: Problem): Response {
  const retryAfter = retryAfterOfCode[problem.code];
  const requestId = context.get("requestId") as string | undefined;
  const told = requestId === undefined ? problem : { ...problem, request_id: requestId };
  return context.body(JSON.stringify(told), problem.status as 400, {
    "content-type": "application/problem+json",
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
  });
}
