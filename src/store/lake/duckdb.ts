import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "./duckdb-api.ts";
import { messageOf, WeirError } from "#base/errors.js";

/** Limits of one DuckDB instance. */
export interface EngineLimits {
  /** Memory before it spills, MB. */
  readonly memoryMb: number;
  readonly threads: number;
}

/** A DuckDB instance of its own with one connection, and the folder it spills to. */
export interface Engine extends AsyncDisposable {
  readonly connection: DuckDBConnection;
  readonly instance: DuckDBInstance;
  close(): void;
}

/**
 * Makes a DuckDB instance in memory. Nothing else may make one: DuckDB's default spill folder is `.tmp` in the current
 * folder with fixed names, and two instances then read each other's spill files (duckdb/duckdb#15173: wrong sums without an
 * error). Here every instance gets a fresh folder under `tmpRoot`, and extensions are never downloaded.
 * @throws WeirError `no-temp-folder` when the spill folder cannot be made
 */
export async function openEngine(tmpRoot: string, limits: EngineLimits): Promise<Engine> {
  const spill = join(tmpRoot, `${process.pid}-${randomUUID()}`);
  try {
    mkdirSync(spill, { recursive: true });
  } catch (error) {
    throw new WeirError({
      code: "no-temp-folder",
      kind: "environment",
      message: `cannot make the folder for temporary files: ${messageOf(error)}`,
      place: spill,
      next: "Make the data folder writable, or name another one with --data.",
      cause: error,
    });
  }
  const instance = await DuckDBInstance.create(":memory:", {
    temp_directory: spill,
    memory_limit: `${limits.memoryMb}MB`,
    threads: String(limits.threads),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    preserve_insertion_order: "true",
  });
  const connection = await instance.connect();
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    connection.closeSync();
    instance.closeSync();
    rmSync(spill, { recursive: true, force: true });
  };
  return {
    connection,
    instance,
    close,
    async [Symbol.asyncDispose]() {
      close();
    },
  };
}
