import { fork, type ChildProcess } from "node:child_process";
import type { FromWorker, ToWorker, WorkerConfig } from "./messages.ts";

const STDERR_KEPT = 4000;
/** Below this the garbage collector of Node.js would take most of the time. */
const LEAST_HEAP_MB = 256;

/** What ends a question. */
export type AnswerMessage = Extract<FromWorker, { type: "done" | "failed" }>;

export interface WorkerEvents {
  onReady(worker: WorkerProcess): void;
  onBegun(worker: WorkerProcess, id: number): void;
  onAnswer(worker: WorkerProcess, message: AnswerMessage): void;
  /** It has ended, whatever the cause. @param how for the log: the end of what it wrote to stderr, or its exit code or signal */
  onEnd(worker: WorkerProcess, how: string): void;
}

/** One worker as the server sees it. */
export class WorkerProcess {
  readonly startedMs = Date.now();
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #stderr = "";

  constructor(entry: URL, config: WorkerConfig, events: WorkerEvents) {
    const heapMb = Math.max(LEAST_HEAP_MB, Math.round(config.limits.memoryMb / 2));
    this.#child = fork(entry, [], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: [`--max-old-space-size=${heapMb}`],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    this.#child.on("message", (message: FromWorker) => {
      if (message.type === "ready") events.onReady(this);
      else if (message.type === "begun") events.onBegun(this, message.id);
      else events.onAnswer(this, message);
    });
    this.#ended = new Promise((resolve) => {
      let isTold = false;
      const tell = (how: string): void => {
        if (isTold) return;
        isTold = true;
        events.onEnd(this, this.#stderr.trim() || how);
        resolve();
      };
      this.#child.on("error", (error) => {
        // Also sent when a message cannot be delivered: then its end follows.
        if (this.#child.pid === undefined) tell(error.message);
      });
      this.#child.on("close", (code, signal) =>
        tell(signal === null ? `it exited with ${code}` : `ended by ${signal}`),
      );
    });
    this.#send({ type: "start", ...config });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  run(message: Omit<Extract<ToWorker, { type: "run" }>, "type">): void {
    this.#send({ type: "run", ...message });
  }

  cancel(id: number): void {
    this.#send({ type: "cancel", id });
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Ends it; by force when it does not within `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.kill(), graceMs);
    this.#send({ type: "stop" });
    await this.#ended;
    clearTimeout(timer);
  }

  #send(message: ToWorker): void {
    // A worker that has just died is found by its end.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}
