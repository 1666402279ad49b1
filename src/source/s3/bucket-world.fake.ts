import type { LookRequest, RemoteBatch } from "../remote.ts";
import { BucketLook } from "./bucket-look.ts";
import { MapMemory, MemoryLister, settledKeys } from "./memory-lister.fake.ts";

/** When worlds begin. */
export const START = Date.UTC(2026, 9, 30, 21);
const never = new AbortController().signal;

/** A bucket, its clock, and who looks into it. */
export class World {
  readonly lister = new MemoryLister();
  readonly memory = new MapMemory();
  nowMs = START;
  readonly prefix: string;
  readonly sinceMs: number;
  #look: BucketLook;

  constructor(prefix = "", sinceMs = 0) {
    this.prefix = prefix;
    this.sinceMs = sinceMs;
    this.#look = this.#open();
  }

  /** Another process takes over. */
  restart(): void {
    this.#look = this.#open();
  }

  look(more: Pick<LookRequest, "window" | "forMs" | "isByHand"> = {}): AsyncIterable<RemoteBatch> {
    return this.#look.look({ memory: this.memory, signal: never, ...more });
  }

  async found(more = {}): Promise<string[]> {
    return settledKeys(this.look(more));
  }

  #open(): BucketLook {
    const { lister, prefix, sinceMs } = this;
    return new BucketLook({ lister, prefix, sinceMs, now: () => this.nowMs });
  }
}
