import type { SourceMemory } from "../remote.ts";
import { folderSpanMs, keyTimeMs, flowLogKey, type Partition } from "./flow-log-keys.ts";

const HOUR_MS = 3_600_000;

/** What is remembered of a partition; kept small: cursors are those of the last hours' folders alone. */
export interface PartitionState {
  /** All of this day and later was read, as far as it was there at `walkedMs`. Milliseconds since 1970. */
  readonly fromMs?: number;
  /** Nothing older than `fromMs` is wanted or there; 0, or the `since` that held then. */
  readonly completeSinceMs?: number;
  /** When the last two days were listed whole. */
  readonly walkedMs?: number;
  /** For each flow log in each folder: the time in the name of its last object that was read. */
  readonly cursors: Readonly<Record<string, string>>;
}

const NOTHING: PartitionState = { cursors: {} };

/** Reads and keeps the state of one partition; a group's key is kept without the partition's prefix. */
export class PartitionMemory {
  readonly #memory: SourceMemory;
  readonly #partition: Partition;
  readonly #name: string;

  constructor(memory: SourceMemory, partition: Partition) {
    this.#memory = memory;
    this.#partition = partition;
    this.#name = `partition:${partition.prefix}`;
  }

  read(): PartitionState {
    const text = this.#memory.get(this.#name);
    return text === undefined ? NOTHING : { ...NOTHING, ...(JSON.parse(text) as PartitionState) };
  }

  change(change: Partial<PartitionState>): void {
    this.#memory.set(this.#name, JSON.stringify({ ...this.read(), ...change }));
  }

  /** These keys were read. Cursors of folders that nothing comes to any more are dropped. */
  advance(keys: readonly string[], nowMs: number): void {
    const { cursors } = this.read();
    const next: Record<string, string> = { ...cursors };
    for (const key of keys) {
      const name = flowLogKey(key);
      if (name === undefined) continue;
      const group = name.group.slice(this.#partition.prefix.length);
      if ((next[group] ?? "") < name.time) next[group] = name.time;
    }
    const kept = Object.entries(next).filter(([group]) => isOpenFolder(group, nowMs));
    if (JSON.stringify(kept) !== JSON.stringify(Object.entries(cursors)))
      this.change({ cursors: Object.fromEntries(kept) });
  }
}

/** Whether objects may still come into a group's folder, but for late ones. */
export function isOpenFolder(group: string, nowMs: number): boolean {
  const beginsMs = keyTimeMs(group);
  return beginsMs !== undefined && beginsMs + folderSpanMs(group) > nowMs - HOUR_MS;
}
