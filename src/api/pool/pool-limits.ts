import { availableParallelism, totalmem } from "node:os";
import type { TaskLimits } from "./task.ts";

const MB = 1_000_000;
const MOST_WORKERS = 8;
/** What a worker needs beside the engine: Node.js, the catalog's lists, the text of an answer. */
const BESIDE_ENGINE_MB = 250;
const LEAST_ENGINE_MB = 256;

/** What operators decide. */
export interface PoolSizes {
  /** Worker processes, at least two; as many as there are processors by default. */
  readonly workers?: number;
  /** Memory of all workers together, MB; half of the machine's by default, and not more than 2 GB each. */
  readonly memoryMb?: number;
  /** Longest time that a question may run, milliseconds. */
  readonly timeoutMs?: number;
}

/** All limits of the pool. */
export interface PoolLimits {
  readonly workers: number;
  readonly ofTask: TaskLimits;
  /** A worker that keeps more memory than this after its answer is replaced. */
  readonly residentBytes: number;
  readonly maxAnswerBytes: number;
  /** Questions that wait, of one asker and in all. */
  readonly maxWaitingOfOne: number;
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
  /** What runs for longer is heavy. */
  readonly sliceMs: number;
  /** A worker that does not stop within this is ended by force. */
  readonly graceMs: number;
  readonly restartMs: number;
  readonly maxRestartMs: number;
}

/** The limits that follow from the sizes and the machine. */
export function poolLimits({ workers: wanted, memoryMb: total, timeoutMs = 60_000 }: PoolSizes): PoolLimits {
  // One is kept free of heavy questions, so there is another one for them.
  const workers = Math.max(2, Math.min(wanted ?? availableParallelism(), wanted === undefined ? MOST_WORKERS : 64));
  const eachMb = (total ?? Math.min(totalmem() / MB / 2, workers * 2000)) / workers;
  return {
    workers,
    ofTask: {
      timeoutMs,
      maxRows: 200_000,
      memoryMb: Math.round(Math.max(LEAST_ENGINE_MB, eachMb - BESIDE_ENGINE_MB)),
    },
    residentBytes: Math.max(eachMb, LEAST_ENGINE_MB + BESIDE_ENGINE_MB) * MB,
    maxAnswerBytes: 32 * MB,
    maxWaitingOfOne: 100,
    maxWaiting: 400,
    maxWaitMs: 60_000,
    sliceMs: 3000,
    graceMs: 3000,
    restartMs: 100,
    maxRestartMs: 10_000,
  };
}
