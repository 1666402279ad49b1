import { randomBytes } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { WeirError } from "#base/errors.js";
import { holdLock } from "#catalog/index.js";
import { WRITERS } from "./lake-folders.ts";

const MOST_ATTEMPTS = 20;

/** A process that adds to a lake. Its files carry its id; its lock dies with it, whatever ends it. */
export interface Writer {
  readonly id: string;
  release(): void;
}

function lockPath(dataDir: string, id: string): string {
  return join(dataDir, WRITERS, `${id}.lock`);
}

/** Takes a new writer's id and holds its lock until {@link Writer.release} or the end of the process. */
export function takeWriter(dataDir: string): Writer {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const id = `w${Date.now().toString(36)}${randomBytes(4).toString("hex")}`;
    const path = lockPath(dataDir, id);
    const lock = holdLock(path);
    // Another process's recovery may have taken the file for a dead writer's in the moment before it was locked.
    if (lock !== undefined && existsSync(path)) {
      return {
        id,
        release() {
          removeLock(path);
          lock.release();
        },
      };
    }
    lock?.release();
  }
  throw new WeirError({
    code: "writer-lock",
    kind: "environment",
    message: "no lock could be taken for a new writer",
    place: join(dataDir, WRITERS),
    next: "See that the file system supports locks (network folders may not), or name another folder with --data.",
  });
}

/** Whether the process with this writer's id lives. The lock of a dead one is left in place: recovery removes it. */
export function isWriterAlive(dataDir: string, id: string): boolean {
  const path = lockPath(dataDir, id);
  if (!/^w[0-9a-z]+$/.test(id) || !existsSync(path)) return false;
  const lock = holdLock(path);
  if (lock === undefined) return true;
  lock.release();
  return false;
}

/**
 * Does `work` while it holds the lock of a dead writer, and removes the lock then: nobody else clears up meanwhile.
 * @returns false, with nothing done, when the writer lives
 */
export function withDeadWriter(dataDir: string, id: string, work: () => void): boolean {
  const path = lockPath(dataDir, id);
  const lock = holdLock(path);
  if (lock === undefined) return false;
  try {
    work();
    removeLock(path);
    return true;
  } finally {
    lock.release();
  }
}

function removeLock(path: string): void {
  for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}
