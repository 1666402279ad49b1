import type { Problem, SessionJson } from "#api/contract/index.js";
import { Turns } from "./turns.ts";

/** An answer of the API that is no success, in its own words. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

let csrf: string | null = null;

/** What goes back with every request that changes or asks something: the session says it. */
export function rememberCsrf(token: string | null): void {
  csrf = token;
}

let tellSessionOver: () => void = () => undefined;

/** What to do when the server says that nobody is signed in any more. */
export function whenSessionOver(call: () => void): void {
  tellSessionOver = call;
}

interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Headers of a request of our own. */
export function requestHeaders(): Record<string, string> {
  return csrf === null ? {} : { "x-weir-csrf": csrf };
}

/**
 * Questions that take their time go a few at once: browsers open six connections to a server, and files of the page, completion
 * and events must not wait behind answers.
 */
const questions = new Turns(4);
const isQuestion = /^\/(?:query|rows|why|map|evidence|entity|entities)\b/;

/** @throws ProblemError */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  if (!isQuestion.test(path)) return answered<T>(path, options);
  return questions.take(async () => answered<T>(path, options), options.signal);
}

async function answered<T>(path: string, options: RequestOptions): Promise<T> {
  let response = await send(path, options);
  if (!response.ok) {
    const problem = await problemOf(response);
    // Somebody signed in again in another tab: the session is good, only its token is a new one.
    if (problem.code !== "csrf" || !(await readCsrfAgain(options.signal))) throw new ProblemError(problem);
    response = await send(path, options);
    if (!response.ok) throw new ProblemError(await problemOf(response));
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function send(path: string, { method = "GET", body, signal }: RequestOptions): Promise<Response> {
  return fetch(`/api/v1${path}`, {
    method,
    headers: {
      accept: "application/json",
      ...requestHeaders(),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ProblemError(unreachable);
  });
}

async function readCsrfAgain(signal: AbortSignal | undefined): Promise<boolean> {
  const before = csrf;
  const response = await send("/session", signal === undefined ? {} : { signal });
  if (response.ok) csrf = ((await response.json()) as SessionJson).csrf;
  return csrf !== null && csrf !== before;
}

const unreachable: Problem = {
  type: "about:blank",
  title: "The server does not answer.",
  status: 0,
  code: "unreachable",
  detail: "Is `weir serve` still running? The page tries again when you ask again.",
};

/** The problem that an answer tells of, whatever form it has. */
export async function problemOf(response: Response): Promise<Problem> {
  try {
    const problem = (await response.json()) as Problem;
    if (problem.code === "not-signed-in") tellSessionOver();
    return problem;
  } catch {
    return { type: "about:blank", title: response.statusText, status: response.status, code: "unreadable" };
  }
}
