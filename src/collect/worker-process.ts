import { fork, type ChildProcess } from "node:child_process";
import { WeirError } from "#base/errors.js";
import type { FromWorker, ObjectGroup, ObjectTask, ToWorker, WorkerConfig } from "./messages.ts";

const STDERR_KEPT = 4000;

/**
 * One heap for all threads of a worker, and no more threads than there is work for: DuckDB's and inflating. glibc else keeps a
 * heap for each of them, with what each once needed: a tenth more memory for nothing.
 */
const WORKER_ENV = { MALLOC_ARENA_MAX: "1", UV_THREADPOOL_SIZE: "2" };

/**
 * Helper threads of the garbage collector would only take the cores that the other workers use. Rows are kept outside of its heap:
 * what is young in it is little, and the 32 MB that it takes for that by default would only lie there.
 */
const WORKER_ARGUMENTS = ["--single-threaded-gc", "--max-semi-space-size=2"];

export interface WorkerEvents {
  /** The worker wants tasks: it has just started, or has read all it was given. */
  readonly onIdle: (worker: WorkerProcess) => void;
  readonly onGroup: (worker: WorkerProcess, group: ObjectGroup) => void;
  readonly onProgress: (worker: WorkerProcess) => void;
  /** It ends because of something that no object is to blame for, such as a full disk. */
  readonly onFatal: (error: WeirError) => void;
  /** It has ended. `lost` are the tasks whose objects it never handed on; `reason` is undefined after a clean end. */
  readonly onEnd: (worker: WorkerProcess, lost: readonly ObjectTask[], reason: string | undefined) => void;
}

/** One worker process, as the collector sees it. */
export class WorkerProcess {
  /** Stored bytes and records that it has read so far. */
  bytes = 0;
  records = 0;
  /** Whether it ever got as far as taking tasks. */
  started = false;
  readonly #child: ChildProcess;
  readonly #open = new Map<number, ObjectTask>();
  #stderr = "";
  #finished = false;
  #broken: string | undefined;

  constructor(entry: URL, config: WorkerConfig, events: WorkerEvents) {
    this.#child = fork(entry, [], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: WORKER_ARGUMENTS,
      env: { ...process.env, ...WORKER_ENV },
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    this.#child.on("message", (message: FromWorker) => this.#receive(message, events));
    this.#child.on("error", (error) => {
      this.#broken ??= error.message;
    });
    this.#child.on("close", (code, signal) => {
      const isClean = this.#finished && this.#open.size === 0;
      const how =
        this.#broken ??
        (this.#stderr.trim() || (signal === null ? `it exited with ${code}` : `it was ended by ${signal}`));
      events.onEnd(this, [...this.#open.values()], isClean ? undefined : how);
    });
    this.#send({ kind: "start", config });
  }

  read(tasks: readonly ObjectTask[]): void {
    for (const task of tasks) this.#open.set(task.claim.objectId, task);
    this.#send({ kind: "read", tasks });
  }

  /** Has what is open handed on; more tasks may follow. */
  flush(): void {
    if (this.#open.size > 0) this.#send({ kind: "flush" });
  }

  finish(): void {
    this.#send({ kind: "finish" });
  }

  stop(): void {
    this.#send({ kind: "stop" });
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** The tasks that a stopped worker leaves unread are nobody's fault. */
  takeOpen(): ObjectTask[] {
    const open = [...this.#open.values()];
    this.#open.clear();
    return open;
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #receive(message: FromWorker, events: WorkerEvents): void {
    switch (message.kind) {
      case "ready":
        this.started = true;
        events.onIdle(this);
        break;
      case "idle":
        events.onIdle(this);
        break;
      case "progress":
        this.bytes = message.bytes;
        this.records = message.records;
        events.onProgress(this);
        break;
      case "group":
        for (const { objectId } of message.group.objects) this.#open.delete(objectId);
        events.onGroup(this, message.group);
        break;
      case "finished":
        this.#finished = true;
        break;
      case "broken":
        this.#broken = message.message;
        break;
      case "fatal":
        this.#broken = message.error.message;
        events.onFatal(new WeirError(message.error));
        break;
    }
  }
}
