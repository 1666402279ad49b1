import { errorOf } from "#base/error-data.js";
import { WeirError } from "#base/errors.js";
import type { Asker } from "../asker.ts";
import { CostMemory } from "./cost-memory.ts";
import { FairQueue } from "./fair-queue.ts";
import { Job } from "./job.ts";
import { gaveUp, lost, mustWait, notStopped, stopping, tooMany } from "./pool-errors.ts";
import type { PoolLimits } from "./pool-limits.ts";
import type { Task } from "./tasks.ts";
import { WorkerProcess, type AnswerMessage } from "./worker-process.ts";

export interface QueryPoolConfig {
  readonly dataDir: string;
  readonly limits: PoolLimits;
  /** The workers' program; the one beside this module by default. */
  readonly workerEntry?: URL;
  /** A worker ended that was not asked to. */
  readonly onLoss?: (pid: number | undefined, how: string) => void;
}

/** What the pool is doing. */
export interface PoolState {
  readonly workers: number;
  readonly ready: number;
  readonly running: number;
  readonly waiting: { readonly light: number; readonly heavy: number };
  /** Workers that ended without being asked to, since the start. */
  readonly losses: number;
}

const MOST_ATTEMPTS = 3;

/**
 * Worker processes that answer questions, one at a time each, and the queue before them.
 *
 * Fairness has two parts. Askers take turns, so that whoever asks much waits for his own questions. And of the workers, at
 * least one never does what is heavy: a question that reads a month of flows cannot keep a list of top addresses waiting. What
 * a question costs is a guess, so a wrong one is mended: a light question that runs for longer than a slice while others wait
 * is stopped, and asked again in the heavy lane; the pool remembers. It has then cost a slice for nothing, once. (DuckDB can
 * stop a query and not suspend it; shares of its threads would let everything slow down together.)
 */
export class QueryPool {
  readonly #config: QueryPoolConfig;
  readonly #limits: PoolLimits;
  readonly #costs: CostMemory;
  readonly #queue = new FairQueue<Job>();
  readonly #workers = new Set<WorkerProcess>();
  readonly #idle: WorkerProcess[] = [];
  readonly #busy = new Map<WorkerProcess, Job>();
  readonly #ready = new Set<WorkerProcess>();
  #restart: NodeJS.Timeout | undefined;
  #restartMs = 0;
  #losses = 0;
  #stopped = false;

  constructor(config: QueryPoolConfig) {
    this.#config = config;
    this.#limits = config.limits;
    this.#costs = new CostMemory(config.limits.sliceMs);
  }

  start(): void {
    while (this.#workers.size < this.#limits.workers) this.#spawn();
  }

  /**
   * Has a question answered. @returns the answer as JSON text
   * @throws WeirError what the worker says; `interrupted` when the asker went away; `too-many-questions`, `queue-full` or
   * `no-turn` when it must wait too long; `worker-lost` when the worker that had it ended
   */
  async ask(task: Task, asker: Asker): Promise<string> {
    if (this.#stopped) throw stopping();
    if (this.#queue.waitingOf(asker.key) >= this.#limits.maxWaitingOfOne) throw tooMany();
    if (this.#queue.size >= this.#limits.maxWaiting) throw mustWait();
    const job = new Job(task, asker, this.#costs.costOf(task));
    this.#queue.push(job);
    this.#next();
    const leave = (): void => this.#leave(job);
    const impatience = setTimeout(() => this.#queue.remove(job) && job.fail(gaveUp()), this.#limits.maxWaitMs);
    asker.signal.addEventListener("abort", leave, { once: true });
    if (asker.signal.aborted) leave();
    try {
      return await job.answer;
    } finally {
      clearTimeout(impatience);
      asker.signal.removeEventListener("abort", leave);
    }
  }

  state(): PoolState {
    const waiting = { light: this.#queue.sizeOf("light"), heavy: this.#queue.sizeOf("heavy") };
    return {
      workers: this.#limits.workers,
      ready: this.#ready.size,
      running: this.#busy.size,
      waiting,
      losses: this.#losses,
    };
  }

  /** Lets nobody in any more, interrupts what runs, and ends the workers. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restart);
    for (const job of [...this.#queue.clear(), ...this.#busy.values()]) job.fail(stopping());
    await Promise.all([...this.#workers].map(async (worker) => worker.stop(this.#limits.graceMs)));
  }

  #spawn(): void {
    const { workerEntry = new URL("./worker.js", import.meta.url), dataDir } = this.#config;
    const worker = new WorkerProcess(
      workerEntry,
      { dataDir, limits: this.#limits.ofTask, maxAnswerBytes: this.#limits.maxAnswerBytes },
      {
        onReady: (worker) => {
          this.#ready.add(worker);
          this.#idle.push(worker);
          this.#next();
        },
        onBegun: (worker, id) => {
          const job = this.#busy.get(worker);
          if (job?.id === id) job.hasBegun = true;
        },
        onAnswer: (worker, message) => this.#hear(worker, message),
        onEnd: (worker, how) => this.#lose(worker, how),
      },
    );
    this.#workers.add(worker);
  }

  #hear(worker: WorkerProcess, message: AnswerMessage): void {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    this.#restartMs = 0;
    if (job !== undefined) this.#finish(job, message);
    // An engine does not give back all memory that one great question took.
    if (message.residentBytes > this.#limits.residentBytes) void this.#retire(worker);
    else this.#idle.push(worker);
    this.#next();
  }

  #finish(job: Job, message: AnswerMessage): void {
    const ms = job.end();
    if (message.type === "done") {
      this.#costs.learn(job.task, ms);
      job.succeed(message.text);
    } else if (job.isPreempted && !job.isLeft && message.error.code === "interrupted" && !this.#stopped) {
      job.isPreempted = false;
      job.cost = "heavy";
      this.#queue.push(job);
    } else {
      job.fail(errorOf(message.error));
    }
  }

  async #retire(worker: WorkerProcess): Promise<void> {
    this.#forget(worker);
    this.#spawn();
    await worker.stop(this.#limits.graceMs);
  }

  #lose(worker: WorkerProcess, how: string): void {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    const isAsked = !this.#workers.has(worker) || this.#stopped;
    this.#forget(worker);
    if (job !== undefined) {
      job.end();
      // A worker that was dead already when it was given the question: another one can have it.
      const isUntouched = !job.hasBegun && !job.isLeft && !this.#stopped && job.attempts < MOST_ATTEMPTS;
      if (isUntouched) this.#queue.push(job);
      else job.fail(job.isKilled ? notStopped() : lost());
    }
    if (isAsked) return;
    this.#losses++;
    this.#config.onLoss?.(worker.pid, how);
    this.#scheduleRestart();
  }

  #forget(worker: WorkerProcess): void {
    this.#workers.delete(worker);
    this.#ready.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  /** The first at once, the following after pauses that double, until a question is answered. */
  #scheduleRestart(): void {
    if (this.#restart !== undefined) return;
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      if (!this.#stopped) this.start();
    }, this.#restartMs);
    this.#restartMs = Math.min(Math.max(this.#restartMs * 2, this.#limits.restartMs), this.#limits.maxRestartMs);
  }

  #next(): void {
    for (;;) {
      const worker = this.#idle.at(-1);
      const job = worker === undefined ? undefined : this.#take();
      if (worker === undefined || job === undefined) return;
      this.#idle.pop();
      this.#run(worker, job);
    }
  }

  /** Heavy questions have up to half of the workers for themselves, and all but one while nothing light waits. */
  #take(): Job | undefined {
    const { workers } = this.#limits;
    const heavy = [...this.#busy.values()].filter((job) => job.isHeavy(this.#limits.sliceMs)).length;
    if (heavy < Math.max(1, Math.floor(workers / 2))) {
      const job = this.#queue.take("heavy");
      if (job !== undefined) return job;
    }
    const light = this.#queue.take("light");
    if (light !== undefined) return light;
    return heavy < workers - 1 ? this.#queue.take("heavy") : undefined;
  }

  #run(worker: WorkerProcess, job: Job): void {
    const { sliceMs, graceMs, ofTask } = this.#limits;
    this.#busy.set(worker, job);
    job.begin();
    worker.run({ id: job.id, task: job.task, scope: job.asker.scope, nowMs: Date.now() });
    job.after(ofTask.timeoutMs + graceMs, () => this.#kill(worker, job));
    if (job.cost === "light") job.after(sliceMs, () => this.#endSlice(worker, job));
  }

  /** A light question's slice is over: it goes on while nobody waits. */
  #endSlice(worker: WorkerProcess, job: Job): void {
    this.#costs.learn(job.task, this.#limits.sliceMs + 1);
    if (this.#idle.length === 0 && this.#queue.sizeOf("light") > 0 && !job.isLeft) {
      job.isPreempted = true;
      this.#cancel(worker, job);
      return;
    }
    job.after(this.#limits.sliceMs, () => this.#endSlice(worker, job));
  }

  #leave(job: Job): void {
    job.isLeft = true;
    job.fail(new WeirError({ code: "interrupted", kind: "environment", message: "stopped" }));
    if (this.#queue.remove(job)) return;
    for (const [worker, each] of this.#busy) if (each === job) this.#cancel(worker, job);
  }

  #cancel(worker: WorkerProcess, job: Job): void {
    worker.cancel(job.id);
    job.after(this.#limits.graceMs, () => this.#kill(worker, job));
  }

  #kill(worker: WorkerProcess, job: Job): void {
    if (this.#busy.get(worker) !== job) return;
    job.isKilled = true;
    worker.kill();
  }
}
