import type { Context } from "hono";
import { askerOf } from "./asker.ts";
import type { ApiDependencies } from "./dependencies.ts";
import type { Task } from "./pool/tasks.ts";

/** What a route's handler gives back: the answer is JSON text already, so its type is the route's to know. */
type RouteAnswer = never;

/** Has a worker do a task, in turn with what others ask, or answers from what is kept. */
export async function answerTask(context: Context, { pool }: ApiDependencies, task: Task): Promise<RouteAnswer> {
  const text = await pool.ask(task, askerOf(context));
  return context.body(text, 200, { "content-type": "application/json" }) as RouteAnswer;
}
