import { randomBytes } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { WeirError } from "#base/errors.js";
import { holdLock } from "#catalog/index.js";
import { storageError, WRITERS } from "./lake-folders.ts";

const MOST_ATTEMPTS = 20;
/** The end of a lock's name before it is held. */
const UNNAMED = ".new";

/** A process that adds to a lake. Its files carry its id; its lock dies with it, whatever ends it. */
export interface Writer {
  readonly id: string;
  release(): void;
}

/** Whether a name is one that {@link takeWriter} gives: only files with such names are ever cleared away. */
export function isWriterId(name: string): boolean {
  return /^w[0-9a-z]{8,10}[0-9a-f]{8}$/.test(name);
}

function lockPath(dataDir: string, id: string): string {
  return join(dataDir, WRITERS, `${id}.lock`);
}

/**
 * Takes a new writer's id and holds its lock until {@link Writer.release} or the end of the process.
 * @throws WeirError when the folder cannot be written or its file system has no locks
 */
export function takeWriter(dataDir: string): Writer {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const writer = tryToTakeWriter(dataDir, `w${Date.now().toString(36)}${randomBytes(4).toString("hex")}`);
    if (writer !== undefined) return writer;
  }
  throw noLocks(dataDir);
}

/** @returns undefined when another process's recovery has taken the file for a dead writer's in the moment before it was locked */
function tryToTakeWriter(dataDir: string, id: string): Writer | undefined {
  const path = lockPath(dataDir, id);
  // The file is locked before it has its name: others never see it without its lock, and take no living writer for dead.
  const unnamed = path + UNNAMED;
  const lock = holdLock(unnamed);
  if (lock === undefined) return undefined;
  try {
    renameSync(unnamed, path);
  } catch (error) {
    lock.release();
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    throw storageError(error, dataDir);
  }
  // Never open this file in this process but by SQLite: closing it again would drop the lock (POSIX).
  if (!isWriterAlive(dataDir, id)) {
    lock.release();
    return undefined;
  }
  return {
    id,
    release() {
      rmSync(path, { force: true });
      lock.release();
    },
  };
}

/** Removes the file of a writer that died before its lock had a name. Its id is in no other file. */
export function removeUnnamedLock(dataDir: string, id: string): void {
  const path = lockPath(dataDir, id) + UNNAMED;
  const lock = holdLock(path);
  if (lock === undefined) return;
  rmSync(path, { force: true });
  lock.release();
}

function noLocks(dataDir: string): WeirError {
  return new WeirError({
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
  if (!isWriterId(id) || !existsSync(path)) return false;
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
    rmSync(path, { force: true });
    return true;
  } finally {
    lock.release();
  }
}
