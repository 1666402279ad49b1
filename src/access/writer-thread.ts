import { Worker } from "node:worker_threads";
import { errorOf } from "#base/error-data.js";
import { messageOf, WeirError } from "#base/errors.js";
import type { AccessTables } from "#catalog/index.js";
import type { AccessMethod, AccessWriter } from "./access-writer.ts";
import type { FromWriter, ToWriter } from "./writer-messages.ts";

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Tests run the sources, but a thread needs what was built. */
const ENTRY = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/access/writer-worker.js" : "./writer-worker.js",
  import.meta.url,
);

/** The thread that writes to the catalog, seen from the server's. One that ended is started again by the next call. */
export class WriterThread implements AccessWriter {
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws WeirError when the catalog cannot be opened for writing */
  async start(): Promise<void> {
    const worker = new Worker(ENTRY, { workerData: this.#path });
    this.#worker = worker;
    await new Promise<void>((resolve, reject) => {
      worker.on("message", (message: FromWriter) => {
        if (message.type === "open") resolve();
        else if (message.type === "not-open") reject(errorOf(message.error));
        else this.#hear(message);
      });
      worker.on("error", (error) => {
        reject(error);
        this.#lose(worker, messageOf(error));
      });
      worker.on("exit", () => {
        reject(lost("it ended"));
        this.#lose(worker, "it ended");
      });
    });
  }

  async run<M extends AccessMethod>(
    method: M,
    ...args: Parameters<AccessTables[M]>
  ): Promise<ReturnType<AccessTables[M]>> {
    if (this.#worker === undefined) await this.start();
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#worker?.postMessage({ type: "run", id, method, args } satisfies ToWriter);
    });
  }

  /** Ends the thread when it has done all that it was asked. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    worker.postMessage({ type: "close" } satisfies ToWriter);
    await ended;
  }

  #hear(message: Extract<FromWriter, { id: number }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === "done") waiting?.resolve(message.result as never);
    else waiting?.reject(errorOf(message.error));
  }

  #lose(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(lost(why));
    this.#waiting.clear();
  }
}

function lost(why: string): WeirError {
  return new WeirError({
    code: "writer-lost",
    kind: "environment",
    message: `the thread that writes to the catalog is gone: ${why}`,
    next: "Try again: it is started anew.",
  });
}
