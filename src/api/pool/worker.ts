/** A process that answers one question at a time: a crash of the engine costs that question and not the server. */
import { messageOf, WeirError } from "#base/errors.js";
import type { ErrorData, FromWorker, ToWorker } from "./messages.ts";
import type { TaskLimits } from "./task.ts";
import { definitionOf } from "./tasks.ts";

const limits: TaskLimits = { timeoutMs: 60_000, maxRows: 1_000_000, memoryMb: 1000 };
const running = new Map<number, AbortController>();

process.on("message", (message: ToWorker) => {
  if (message.type === "cancel") running.get(message.id)?.abort();
  else void run(message);
});
// The server is gone: nobody waits for an answer.
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole group; the server ends its workers itself.
process.on("SIGINT", () => undefined);
send({ type: "ready" });

async function run({ id, task, scope, dataDir, nowMs }: Extract<ToWorker, { type: "run" }>): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const context = { dataDir, nowMs, scope, signal: controller.signal, limits };
    send({ type: "done", id, text: await definitionOf(task).run(task.request, context) });
  } catch (error) {
    send({ type: "failed", id, error: errorData(error) });
  } finally {
    running.delete(id);
  }
}

function errorData(error: unknown): ErrorData {
  if (error instanceof WeirError) {
    const { code, kind, message, place, next } = error;
    return { code, kind, message, place, next };
  }
  return { code: "internal", kind: "internal", message: messageOf(error), place: undefined, next: undefined };
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}
