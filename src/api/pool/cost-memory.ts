import type { Cost } from "./task.ts";
import { definitionOf, type Task } from "./tasks.ts";

/** Kinds of questions that are remembered. */
const REMEMBERED = 2000;

/**
 * What questions cost: what their task expects, corrected by how long the same question took the last time, over whatever time
 * it was asked. A guess that was wrong is wrong once.
 */
export class CostMemory {
  readonly #lightMs: number;
  readonly #took = new Map<string, number>();

  /** @param lightMs what takes longer is heavy */
  constructor(lightMs: number) {
    this.#lightMs = lightMs;
  }

  costOf(task: Task): Cost {
    const took = this.#took.get(shapeOf(task));
    if (took !== undefined) return took > this.#lightMs ? "heavy" : "light";
    const { cost } = definitionOf(task);
    return typeof cost === "function" ? cost(task.request) : cost;
  }

  /** @param ms that it took, or has taken so far */
  learn(task: Task, ms: number): void {
    const shape = shapeOf(task);
    this.#took.delete(shape);
    this.#took.set(shape, ms);
    const [oldest] = this.#took.keys();
    if (this.#took.size > REMEMBERED && oldest !== undefined) this.#took.delete(oldest);
  }
}

/** The question without its time and page. */
function shapeOf({ name, request }: Task): string {
  const shape: Record<string, unknown> = { ...request };
  for (const key of ["from", "to", "cursor"]) delete shape[key];
  return `${name} ${JSON.stringify(shape)}`;
}
