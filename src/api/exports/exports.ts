import { WeirError } from "#base/errors.js";
import { ExportProcess, type ExportStart } from "./export-process.ts";
import type { ExportTask } from "./messages.ts";

export interface ExportsConfig {
  /** Processes at one time. */
  readonly running: number;
  /** Exports that wait for their turn; more are refused. */
  readonly waiting: number;
  /** A client that takes nothing for so long has gone away, whatever its connection says. */
  readonly stalledMs: number;
}

export const defaultExports: ExportsConfig = { running: 2, waiting: 8, stalledMs: 300_000 };

/** An export whose first byte is there. */
export interface RunningExport extends ExportStart {
  /** Everything, in order; ends in an error unless it is whole. Leaving it early ends the export. */
  chunks(): AsyncGenerator<Uint8Array>;
  /** Ends the export before its rows were read. */
  end(): Promise<void>;
}

/** The exports of a server: some run at a time, some wait. */
export class Exports {
  readonly #config: ExportsConfig;
  readonly #running = new Set<ExportProcess>();
  readonly #waiting = new Set<Waiter>();
  #places: number;
  #isStopped = false;

  constructor(config: ExportsConfig = defaultExports) {
    this.#config = config;
    this.#places = config.running;
  }

  /**
   * Waits for a turn, starts an export, and waits until its first byte is there.
   * @throws WeirError `too-many-exports`; `interrupted` when the signal comes first; what was wrong with the request
   */
  async open(task: Omit<ExportTask, "file">, signal: AbortSignal): Promise<RunningExport> {
    await this.#enter(signal);
    let process: ExportProcess;
    try {
      process = await ExportProcess.start(task);
    } catch (error) {
      this.#leave();
      throw error;
    }
    this.#running.add(process);
    let ending: Promise<void> | undefined;
    const end = async (): Promise<void> => (ending ??= this.#end(process));
    const stop = (): void => void end();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      const start = await process.begun();
      return { ...start, end, chunks: () => this.#chunks(process, end) };
    } catch (error) {
      await end();
      throw signal.aborted ? interrupted() : error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** How many run and wait. */
  state(): { readonly running: number; readonly waiting: number } {
    return { running: this.#running.size, waiting: this.#waiting.size };
  }

  /** Ends all that run and lets nobody in any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { refuse } of this.#waiting) refuse();
    this.#waiting.clear();
    await Promise.all([...this.#running].map(async (process) => this.#end(process)));
  }

  async *#chunks(process: ExportProcess, end: () => Promise<void>): AsyncGenerator<Uint8Array> {
    const { stalledMs } = this.#config;
    let timer: NodeJS.Timeout | undefined;
    try {
      for await (const chunk of process.chunks()) {
        timer = setTimeout(() => void end(), stalledMs);
        yield chunk;
        clearTimeout(timer);
      }
    } finally {
      clearTimeout(timer);
      await end();
    }
  }

  async #end(process: ExportProcess): Promise<void> {
    await process.end();
    if (this.#running.delete(process)) this.#leave();
  }

  /** Takes a place, or waits for one. */
  async #enter(signal: AbortSignal): Promise<void> {
    if (this.#isStopped || signal.aborted) throw interrupted();
    if (this.#places > 0) {
      this.#places--;
      return;
    }
    if (this.#waiting.size >= this.#config.waiting) throw tooMany(this.#config);
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = { enter: resolve, refuse: () => reject(interrupted()) };
      this.#waiting.add(waiter);
      signal.addEventListener("abort", () => this.#waiting.delete(waiter) && waiter.refuse(), { once: true });
    });
  }

  /** Hands a place on to who has waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#places++;
      return;
    }
    this.#waiting.delete(next);
    next.enter();
  }
}

interface Waiter {
  readonly enter: () => void;
  readonly refuse: () => void;
}

function interrupted(): WeirError {
  return new WeirError({ code: "interrupted", kind: "environment", message: "stopped" });
}

function tooMany({ running, waiting }: ExportsConfig): WeirError {
  return new WeirError({
    code: "too-many-exports",
    kind: "environment",
    message: `${running} exports are running and ${waiting} wait for their turn`,
    next: "Try again when one of them has ended.",
  });
}
