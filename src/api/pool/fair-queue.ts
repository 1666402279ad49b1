import type { Cost } from "./task.ts";

/** What waits. */
export interface Waiting {
  /** Whose question it is. */
  readonly key: string;
  readonly cost: Cost;
}

/**
 * Questions that wait, in two lanes by their cost. Within a lane the askers take turns, whatever the number of questions that
 * each has asked; the questions of one asker stay in order.
 */
export class FairQueue<T extends Waiting> {
  /** The asker whose turn is next comes first. */
  readonly #lanes: Readonly<Record<Cost, Map<string, T[]>>> = { light: new Map(), heavy: new Map() };
  #size = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf(cost: Cost): number {
    return [...this.#lanes[cost].values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Questions that one asker has waiting. */
  waitingOf(key: string): number {
    return (this.#lanes.light.get(key)?.length ?? 0) + (this.#lanes.heavy.get(key)?.length ?? 0);
  }

  push(item: T): void {
    const lane = this.#lanes[item.cost];
    const own = lane.get(item.key);
    if (own === undefined) lane.set(item.key, [item]);
    else own.push(item);
    this.#size++;
  }

  /** Takes the next of a lane, and puts its asker behind all others. */
  take(cost: Cost): T | undefined {
    const lane = this.#lanes[cost];
    for (const [key, own] of lane) {
      const item = own.shift();
      lane.delete(key);
      if (own.length > 0) lane.set(key, own);
      if (item !== undefined) this.#size--;
      return item;
    }
    return undefined;
  }

  /** Takes out a question whose asker went away. @returns false when it does not wait */
  remove(item: T): boolean {
    const lane = this.#lanes[item.cost];
    const own = lane.get(item.key);
    const at = own?.indexOf(item) ?? -1;
    if (own === undefined || at < 0) return false;
    own.splice(at, 1);
    if (own.length === 0) lane.delete(item.key);
    this.#size--;
    return true;
  }

  /** Takes out everything. */
  clear(): T[] {
    const all = [...this.#lanes.light.values(), ...this.#lanes.heavy.values()].flat();
    this.#lanes.light.clear();
    this.#lanes.heavy.clear();
    this.#size = 0;
    return all;
  }
}
