import { fork, type ChildProcess } from "node:child_process";
import { WeirError } from "#base/errors.js";
import type { Asker } from "../asker.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import type { Task } from "./tasks.ts";

export interface QueryPoolConfig {
  readonly dataDir: string;
  readonly workers: number;
}

interface Waiting {
  readonly id: number;
  readonly task: Task;
  readonly asker: Asker;
  readonly resolve: (text: string) => void;
  readonly reject: (error: unknown) => void;
}

/** Worker processes that answer questions, one at a time each, and the queue before them. */
export class QueryPool {
  readonly #config: QueryPoolConfig;
  readonly #idle: ChildProcess[] = [];
  readonly #busy = new Map<ChildProcess, Waiting>();
  #queue: Waiting[] = [];
  #lastId = 0;
  #stopped = false;

  constructor(config: QueryPoolConfig) {
    this.#config = config;
  }

  start(): void {
    for (let count = 0; count < this.#config.workers; count++) this.#spawn();
  }

  /** @returns the answer as JSON text @throws WeirError what the worker says; `interrupted` when the asker went away */
  async ask(task: Task, asker: Asker): Promise<string> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { id: ++this.#lastId, task, asker, resolve, reject };
      asker.signal.addEventListener("abort", () => this.#cancel(waiting), { once: true });
      this.#queue.push(waiting);
      this.#next();
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const worker of [...this.#idle, ...this.#busy.keys()]) worker.kill("SIGKILL");
  }

  #spawn(): void {
    const worker = fork(new URL("./worker.js", import.meta.url), { serialization: "advanced" });
    worker.on("message", (message: FromWorker) => this.#hear(worker, message));
    worker.on("exit", () => this.#lose(worker));
  }

  #hear(worker: ChildProcess, message: FromWorker): void {
    if (message.type !== "ready") {
      const waiting = this.#busy.get(worker);
      this.#busy.delete(worker);
      if (message.type === "done") waiting?.resolve(message.text);
      else waiting?.reject(new WeirError(withoutUndefined(message.error)));
    }
    this.#idle.push(worker);
    this.#next();
  }

  #lose(worker: ChildProcess): void {
    const waiting = this.#busy.get(worker);
    this.#busy.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    waiting?.reject(
      new WeirError({ code: "worker-lost", kind: "environment", message: "the process that answered ended" }),
    );
    if (!this.#stopped) this.#spawn();
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = this.#idle.pop();
      const waiting = this.#queue.shift();
      if (worker === undefined || waiting === undefined) return;
      this.#busy.set(worker, waiting);
      const { id, task, asker } = waiting;
      worker.send({
        type: "run",
        id,
        task,
        scope: asker.scope,
        dataDir: this.#config.dataDir,
        nowMs: Date.now(),
      } satisfies ToWorker);
    }
  }

  #cancel(waiting: Waiting): void {
    this.#queue = this.#queue.filter((each) => each !== waiting);
    for (const [worker, each] of this.#busy)
      if (each === waiting) worker.send({ type: "cancel", id: waiting.id } satisfies ToWorker);
    waiting.reject(new WeirError({ code: "interrupted", kind: "environment", message: "stopped" }));
  }
}

function withoutUndefined<T extends { place: string | undefined; next: string | undefined }>({
  place,
  next,
  ...rest
}: T) {
  return { ...rest, ...(place !== undefined && { place }), ...(next !== undefined && { next }) };
}
