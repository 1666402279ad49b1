import type { Asker } from "../asker.ts";
import type { Cost } from "./task.ts";
import type { Task } from "./tasks.ts";

let lastId = 0;

/** A question on its way through the pool. */
export class Job {
  readonly id = ++lastId;
  readonly task: Task;
  readonly asker: Asker;
  /** Settled once: what comes after it is nobody's. */
  readonly answer: Promise<string>;
  cost: Cost;
  /** Its worker has it in hand. */
  hasBegun = false;
  /** How often it was given to a worker. */
  attempts = 0;
  /** Its slice was over while others waited: it is asked again. */
  isPreempted = false;
  /** Its asker went away. */
  isLeft = false;
  /** Its worker was ended because it did not stop. */
  isKilled = false;
  readonly #timers = new Set<NodeJS.Timeout>();
  #resolve: (text: string) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #begunMs: number | undefined;

  constructor(task: Task, asker: Asker, cost: Cost) {
    this.task = task;
    this.asker = asker;
    this.cost = cost;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get key(): string {
    return this.asker.key;
  }

  /** Whether it is heavy, or has turned out to be. */
  isHeavy(sliceMs: number): boolean {
    return this.cost === "heavy" || (this.#begunMs !== undefined && performance.now() - this.#begunMs > sliceMs);
  }

  begin(): void {
    this.hasBegun = false;
    this.attempts++;
    this.#begunMs = performance.now();
  }

  /** Does something later, unless it has ended by then. */
  after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  /** It is no longer with a worker. @returns the milliseconds that it was */
  end(): number {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    const ms = performance.now() - (this.#begunMs ?? performance.now());
    this.#begunMs = undefined;
    return ms;
  }

  succeed(text: string): void {
    this.#resolve(text);
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}
