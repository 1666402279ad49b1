import { fork, type ChildProcess } from "node:child_process";
import { WeirError } from "#base/errors.js";
import type {
  FromKeeper,
  KeeperConfig,
  KeeperEvent,
  KeeperJob,
  KeptSources,
  LakeState,
  ReportData,
  SourceState,
  ToKeeper,
  UpkeepState,
} from "./messages.ts";

const STOP_MS = 15_000;
const FIRST_RESTART_MS = 500;
const MOST_RESTART_MS = 60_000;
/** A process that lived this long had started well. */
const STABLE_MS = 60_000;

interface Waiting {
  readonly resolve: (report: ReportData) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Keeps the lake of a server: a process of its own collects on schedule, derives, compacts and takes uploads, so that the server
 * never waits for SQLite, and a crash of DuckDB does not end it. A process that dies is started again: what it had not committed
 * is read again.
 */
export class LakeKeeper {
  #config: KeeperConfig;
  readonly #entry: URL;
  readonly #listeners = new Set<(event: KeeperEvent) => void>();
  readonly #jobs = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #sources: readonly SourceState[] = [];
  #lake: LakeState | undefined;
  #upkeep: UpkeepState = { lastRunMs: null, lastError: null };
  #derivationError: string | null = null;
  #lastJob = 0;
  #crashes = 0;
  #restart: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param entry the compiled entry of the process; a test names the built one */
  constructor(config: KeeperConfig, entry: URL = new URL("./keeper-process.js", import.meta.url)) {
    this.#config = config;
    this.#entry = entry;
  }

  /** Watched folders, as they are doing now. */
  get sources(): readonly SourceState[] {
    return this.#sources;
  }

  /** What is in the lake; undefined before the start. */
  get lake(): LakeState | undefined {
    return this.#lake;
  }

  /** What is done in quiet times, and how it went. */
  get upkeep(): UpkeepState {
    return this.#upkeep;
  }

  /** What made the newest derivation fail; null when it went well. */
  get derivationError(): string | null {
    return this.#derivationError;
  }

  /** Makes the lake if there is none, and begins. @throws WeirError when the lake cannot be opened for writing */
  async start(): Promise<void> {
    await this.#spawn();
  }

  /** @returns what ends the listening */
  listen(listener: (event: KeeperEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Has something done. @returns what became of it, when it is durable @throws WeirError */
  async run(job: KeeperJob): Promise<ReportData> {
    return new Promise((resolve, reject) => {
      if (this.#child === undefined || this.#stopped) {
        reject(lost());
        return;
      }
      const id = ++this.#lastJob;
      this.#jobs.set(id, { resolve, reject });
      this.#send({ type: "job", id, job });
    });
  }

  /** Collects from these sources from now on, also after it was started again. */
  watch({ sources, pushed }: KeptSources): void {
    const kept = { sources, pushed };
    this.#config = { ...this.#config, ...kept };
    this.#send({ type: "sources", kept });
  }

  /** Ends in order: what is being read is given up, what was read is kept. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const killer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    this.#send({ type: "stop" });
    await ended;
    clearTimeout(killer);
  }

  /** Settles when the process is ready, or says why it cannot be. */
  async #spawn(): Promise<void> {
    const child = fork(this.#entry, { serialization: "advanced", stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.#child = child;
    const startedMs = Date.now();
    return new Promise((resolve, reject) => {
      child.on("message", (message: FromKeeper) => {
        if (message.type === "ready") resolve();
        else if (message.type === "failed" && message.id === null) {
          this.#stopped = true;
          reject(new WeirError(message.error));
        } else this.#hear(message);
      });
      child.on("error", () => undefined);
      child.once("exit", () => {
        reject(lost());
        this.#ended(Date.now() - startedMs);
      });
      this.#send({ type: "start", config: this.#config });
    });
  }

  #ended(livedMs: number): void {
    this.#child = undefined;
    for (const { reject } of this.#jobs.values()) reject(lost());
    this.#jobs.clear();
    if (this.#stopped) return;
    this.#crashes = livedMs > STABLE_MS ? 1 : this.#crashes + 1;
    const waitMs = Math.min(FIRST_RESTART_MS * 2 ** Math.min(this.#crashes - 1, 10), MOST_RESTART_MS);
    this.#restart = setTimeout(() => {
      // Its end starts it again.
      this.#spawn().catch(() => undefined);
    }, waitMs);
  }

  #hear(message: FromKeeper): void {
    if (message.type === "event") {
      const { event } = message;
      if (event.kind === "lake") this.#lake = event.lake;
      if (event.kind === "sources") this.#sources = event.sources;
      if (event.kind === "upkeep") this.#upkeep = event.upkeep;
      if (event.kind === "derive") this.#derivationError = event.state === "failed" ? event.message : null;
      for (const listener of this.#listeners) listener(event);
    } else if (message.type !== "ready" && message.id !== null) {
      const waiting = this.#jobs.get(message.id);
      this.#jobs.delete(message.id);
      if (message.type === "done") waiting?.resolve(message.report);
      else waiting?.reject(new WeirError(message.error));
    }
  }

  #send(message: ToKeeper): void {
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }
}

function lost(): WeirError {
  return new WeirError({
    code: "keeper-lost",
    kind: "environment",
    message: "the process that keeps the lake has ended; it is started again",
    next: "Try again in a moment. What was committed is kept; the same file again does not count twice.",
  });
}
