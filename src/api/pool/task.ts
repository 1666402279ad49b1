import type { Scope } from "#model/query.js";

/**
 * How long a question is expected to take a worker. `light`: well under a second, as from rollups, the catalog or an hour of
 * rows. `heavy`: it may read much, or write a file. A light question that turns out heavy is treated as heavy from then on.
 */
export type Cost = "light" | "heavy";

/**
 * How long an answer stays true. `lake`: until the lake or the names change. `minute`: that, and as long as the minute lasts,
 * because it counts from now. `never`: it may not be kept.
 */
export type Lasting = "lake" | "minute" | "never";

/** What a task may use. */
export interface TaskLimits {
  readonly timeoutMs: number;
  /** Rows that one statement may give. */
  readonly maxRows: number;
  readonly memoryMb: number;
}

export interface TaskContext {
  readonly dataDir: string;
  /** What the asker may see; undefined: everything. */
  readonly scope: Scope | undefined;
  /** Milliseconds since 1970: what relative times count from. */
  readonly nowMs: number;
  /** Aborted when nobody waits for the answer any more, and when its time is over. */
  readonly signal: AbortSignal;
  readonly limits: TaskLimits;
}

/** One kind of question that workers answer. Its request was checked by the route. */
export interface TaskDefinition<Request> {
  readonly cost: Cost | ((request: Request) => Cost);
  readonly lasting: Lasting | ((request: Request, nowMs: number) => Lasting);
  /** Does it, in a worker. @returns the answer as JSON text, so that the server only passes it on */
  run(request: Request, context: TaskContext): Promise<string>;
}

/** Declares a task: gives its request a type. */
export function task<Request>(definition: TaskDefinition<Request>): TaskDefinition<Request> {
  return definition;
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The same without keys that have no value: `exactOptionalPropertyTypes` tells the two apart. */
export function withoutUndefined<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Present<T>;
}
