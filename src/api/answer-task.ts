import type { Context } from "hono";
import { askerOf } from "./asker.ts";
import type { ApiDependencies } from "./dependencies.ts";
import type { Task } from "./pool/tasks.ts";

/** What a route's handler gives back: the answer is JSON text already, so its type is the route's to know. */
type RouteAnswer = never;

/**
 * Answers from what is kept, or has a worker do the task, in turn with what others ask. Header `x-weir-cache` tells which
 * (`hit`, `shared`, `miss`, `none`), `etag` names the answer.
 */
export async function answerTask(context: Context, { answers }: ApiDependencies, task: Task): Promise<RouteAnswer> {
  const { text, etag, cache } = await answers.ask(task, askerOf(context));
  const headers = { etag, "x-weir-cache": cache, "cache-control": "no-cache" };
  const isRead = context.req.method === "GET" || context.req.method === "HEAD";
  if (isRead && context.req.header("if-none-match") === etag) return context.body(null, 304, headers) as RouteAnswer;
  return context.body(text, 200, { ...headers, "content-type": "application/json" }) as RouteAnswer;
}
