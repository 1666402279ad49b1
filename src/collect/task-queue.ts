import type { ObjectTask } from "./messages.ts";

/** A worker gets this many stored bytes, or objects, at a time. */
const CHUNK_BYTES = 8 * 1024 * 1024;
const CHUNK_OBJECTS = 256;
/** An object that was open alone in this many crashed workers is given up. Once can be the kernel, short of memory. */
const MOST_CRASHES = 2;
/** Tasks that were taken are forgotten when there are so many. */
const TAKEN_KEPT = 4096;

/** Tasks for one worker. `alone`: the worker is to finish and end after them, because one of them may have crashed another. */
export interface TaskChunk {
  readonly tasks: readonly ObjectTask[];
  readonly alone: boolean;
}

/** The objects that still have to be read. Suspects of a crash come again in ever smaller chunks, until the culprit stands alone. */
export class TaskQueue {
  #waiting: ObjectTask[];
  #next = 0;
  readonly #suspects: (readonly ObjectTask[])[] = [];
  /** Crashes with no other object open. */
  readonly #crashes = new Map<number, number>();

  constructor(tasks: readonly ObjectTask[] = []) {
    this.#waiting = [...tasks];
  }

  get isEmpty(): boolean {
    return this.#next >= this.#waiting.length && this.#suspects.length === 0;
  }

  take(): TaskChunk | undefined {
    if (this.#next < this.#waiting.length) {
      const from = this.#next;
      let bytes = 0;
      while (this.#next < this.#waiting.length && this.#next - from < CHUNK_OBJECTS && bytes < CHUNK_BYTES) {
        bytes += this.#waiting[this.#next]?.claim.candidate.size ?? 0;
        this.#next++;
      }
      const tasks = this.#waiting.slice(from, this.#next);
      if (this.#next >= TAKEN_KEPT) {
        this.#waiting = this.#waiting.slice(this.#next);
        this.#next = 0;
      }
      return { tasks, alone: false };
    }
    const tasks = this.#suspects.pop();
    return tasks === undefined ? undefined : { tasks, alone: true };
  }

  /** Adds tasks, new ones or such as are above suspicion. */
  add(tasks: readonly ObjectTask[]): void {
    // As arguments of one `push` they would stand on the stack, which has room for about 120,000.
    for (const task of tasks) this.#waiting.push(task);
  }

  /** Puts the tasks of a crashed worker back. @returns those that are given up */
  putBackSuspects(tasks: readonly ObjectTask[]): ObjectTask[] {
    const guilty: ObjectTask[] = [];
    const again: ObjectTask[] = [];
    for (const task of tasks) {
      const { objectId } = task.claim;
      const crashes = (this.#crashes.get(objectId) ?? 0) + (tasks.length === 1 ? 1 : 0);
      this.#crashes.set(objectId, crashes);
      if (crashes >= MOST_CRASHES) guilty.push(task);
      else again.push(task);
    }
    const half = Math.ceil(again.length / 2);
    for (const part of [again.slice(0, half), again.slice(half)]) if (part.length > 0) this.#suspects.push(part);
    return guilty;
  }

  /** Everything that was never taken, or was put back. */
  drain(): ObjectTask[] {
    const rest = [...this.#waiting.slice(this.#next), ...this.#suspects.flat()];
    this.#next = this.#waiting.length;
    this.#suspects.length = 0;
    return rest;
  }
}
