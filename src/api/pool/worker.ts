/** A process that answers one question at a time: a crash of the engine costs that question and not the server. */
import { keepWarm } from "#app/index.js";
import { errorData } from "#base/error-data.js";
import { WeirError } from "#base/errors.js";
import type { FromWorker, ToWorker, WorkerConfig } from "./messages.ts";
import { definitionOf } from "./tasks.ts";

type Run = Extract<ToWorker, { type: "run" }>;

/** A question alone may use two processors, whatever the number of workers. */
const ENGINE_THREADS = 2;

/** What runs has so long to stop before the process ends without it. */
const STOP_MS = 1000;

let config: WorkerConfig | undefined;
let running: { readonly id: number; readonly controller: AbortController; readonly done: Promise<void> } | undefined;

process.on("message", (message: ToWorker) => {
  switch (message.type) {
    case "start":
      void start(message);
      break;
    case "run": {
      send({ type: "begun", id: message.id });
      const controller = new AbortController();
      running = { id: message.id, controller, done: run(message, controller) };
      break;
    }
    case "cancel":
      if (running?.id === message.id) running.controller.abort();
      break;
    case "stop":
      void end();
      break;
  }
});
// The server is gone: nobody waits for an answer.
process.on("disconnect", () => void end());
// Ctrl-C reaches the whole group; the server ends its workers itself.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);

async function start(message: WorkerConfig): Promise<void> {
  config = message;
  await keepWarm(message.dataDir, { memoryMb: message.limits.memoryMb, threads: ENGINE_THREADS });
  send({ type: "ready" });
}

async function run({ id, task, scope, nowMs }: Run, controller: AbortController): Promise<void> {
  if (config === undefined) throw new Error("a question came before the start");
  const { dataDir, limits, maxAnswerBytes } = config;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    controller.abort();
  }, limits.timeoutMs);
  try {
    const context = { dataDir, nowMs, scope, signal: controller.signal, limits };
    const text = await definitionOf(task).run(task.request, context);
    const bytes = Buffer.byteLength(text);
    if (bytes > maxAnswerBytes) throw tooLarge(bytes, maxAnswerBytes);
    send({ type: "done", id, text, residentBytes: process.memoryUsage.rss() });
  } catch (error) {
    const told = isLate ? outOfTime(limits.timeoutMs) : error;
    send({ type: "failed", id, error: errorData(told), residentBytes: process.memoryUsage.rss() });
  } finally {
    clearTimeout(timer);
    running = undefined;
  }
}

/** Ends the process; a question that runs is interrupted first, so that nothing of it stays on the disk. */
async function end(): Promise<void> {
  if (running !== undefined) {
    running.controller.abort();
    // Exiting would wait for the engine: nobody does.
    setTimeout(() => process.kill(process.pid, "SIGKILL"), STOP_MS);
    await running.done;
  }
  process.exit(0);
}

function tooLarge(bytes: number, limit: number): WeirError {
  const mb = (count: number): string => `${Math.ceil(count / 1_000_000)} MB`;
  return new WeirError({
    code: "answer-too-large",
    kind: "environment",
    message: `the answer has ${mb(bytes)}, and ${mb(limit)} are the most`,
    next: "Ask for fewer groups with `limit`, for a wider `step` or a shorter time, or export the rows.",
  });
}

function outOfTime(timeoutMs: number): WeirError {
  return new WeirError({
    code: "query-timeout",
    kind: "environment",
    message: `the answer was not there within ${timeoutMs / 1000} s, and the question was stopped`,
    next: "Ask about a shorter time, or filter more.",
  });
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}
