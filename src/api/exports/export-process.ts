import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { errorOf } from "#base/error-data.js";
import { WeirError } from "#base/errors.js";
import { DATA_PIPE } from "./data-pipe.ts";
import type { ExportBegun, ExportTask, FromExporter, ToExporter } from "./messages.ts";

/** What an export that is told to stop has to stop by itself. */
const GRACE_MS = 3000;

/** What is known when the first byte can be sent. */
export interface ExportStart extends Pick<ExportBegun, "from" | "to"> {
  /** Of what is sent; undefined where nobody can know before the end. */
  readonly bytes: number | undefined;
}

/** One export: a process of its own, so that a crash of the engine costs that export alone and all of its memory comes back. */
export class ExportProcess {
  readonly #child: ChildProcess;
  readonly #task: ExportTask;
  readonly #folder: string;
  readonly #tmp: string;
  readonly #exit: Promise<void>;
  readonly #begun: Promise<ExportBegun>;
  readonly #done: Promise<number>;

  private constructor(child: ChildProcess, task: ExportTask, tmp: string, folder: string) {
    this.#child = child;
    this.#task = task;
    this.#tmp = tmp;
    this.#folder = folder;
    this.#exit = new Promise((resolve) => child.once("close", () => resolve()));
    const { promise: begun, ...tellBegun } = settled<ExportBegun>();
    const { promise: done, ...tellDone } = settled<number>();
    [this.#begun, this.#done] = [begun, done];
    const fail = (error: WeirError): void => {
      tellBegun.reject(error);
      tellDone.reject(error);
    };
    child.on("message", (message: FromExporter) => {
      if (message.type === "begun") tellBegun.resolve(message);
      else if (message.type === "done") tellDone.resolve(message.rows);
      else fail(errorOf(message.error));
    });
    child.once("error", () => fail(lost()));
    child.once("close", () => fail(lost()));
  }

  /** Starts it. The folder in the lake's `tmp` that it may write to is named as spill folders are, and cleaned up like them. */
  static async start(task: Omit<ExportTask, "file">): Promise<ExportProcess> {
    const tmp = join(task.dataDir, "tmp");
    const folder = join(tmp, `${process.pid}-export-${randomUUID()}`);
    await mkdir(folder, { recursive: true });
    const child = fork(new URL("./export-worker.js", import.meta.url), {
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc", "pipe"],
    });
    const whole = { ...task, file: join(folder, "rows.parquet") };
    child.send({ type: "run", task: whole } satisfies ToExporter);
    return new ExportProcess(child, whole, tmp, folder);
  }

  /** Waits until rows come, or the file is whole. @throws WeirError what the process says */
  async begun(): Promise<ExportStart> {
    const { from, to } = await this.#begun;
    if (this.#task.request.format !== "parquet") return { from, to, bytes: undefined };
    await this.#done;
    return { from, to, bytes: (await stat(this.#task.file)).size };
  }

  /** What is sent; it ends in an error unless everything is there. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const isFile = this.#task.request.format === "parquet";
    yield* isFile ? createReadStream(this.#task.file) : (this.#child.stdio[DATA_PIPE] as Readable);
    await this.#done;
  }

  /** Ends it, whatever it is doing, and removes what it wrote. */
  async end(): Promise<void> {
    const { pid, connected } = this.#child;
    if (connected) this.#child.send({ type: "cancel" } satisfies ToExporter, () => undefined);
    (this.#child.stdio[DATA_PIPE] as Readable | undefined)?.destroy();
    const killing = setTimeout(() => this.#child.kill("SIGKILL"), GRACE_MS);
    await this.#exit;
    clearTimeout(killing);
    await rm(this.#folder, { recursive: true, force: true });
    if (pid !== undefined) await removeSpill(this.#tmp, pid);
  }
}

/** A process that was killed leaves its spill folder. */
async function removeSpill(tmp: string, pid: number): Promise<void> {
  for (const name of await readdir(tmp).catch(() => []))
    if (name.startsWith(`${pid}-`)) await rm(join(tmp, name), { recursive: true, force: true });
}

function lost(): WeirError {
  return new WeirError({
    code: "worker-lost",
    kind: "environment",
    message: "the process that exported ended before the export did",
    next: "Try again. If it happens again, ask for less at once: a shorter time or a narrower filter.",
  });
}

interface Settled<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A promise that is settled from outside. Nobody may wait for it, so its failure is no failure of the process. */
function settled<T>(): Settled<T> {
  let [resolve, reject]: [(value: T) => void, (error: unknown) => void] = [() => undefined, () => undefined];
  const promise = new Promise<T>((...both) => ([resolve, reject] = both));
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
