import { join, resolve } from "node:path";
import { tableNames } from "#model/tables.js";
import { addressMacros } from "./address-macros.ts";
import { openEngine, type Engine, type EngineLimits } from "./duckdb.ts";
import { fileText } from "./read-segments.ts";
import { Sandbox, type LakeFiles } from "./sandbox.ts";
import { sqlText } from "./sql-literal.ts";

/**
 * An engine that sandboxes are opened in, one after the other: making and locking an engine costs more than most questions.
 * What may be read is said once, of the data folder, and locked. Each sandbox is a connection of its own with the files of its
 * moment; all that it makes is temporary, so that nothing passes from one to the next.
 */
export class SandboxHost {
  readonly #engine: Engine;
  readonly #dataDir: string;

  constructor(engine: Engine, dataDir: string) {
    this.#engine = engine;
    this.#dataDir = resolve(dataDir);
  }

  /** @param mayWrite the one file outside the lake that {@link Sandbox.copyTo} may write */
  static async open(dataDir: string, limits: EngineLimits, mayWrite?: string): Promise<SandboxHost> {
    const engine = await openEngine(join(dataDir, "tmp"), limits);
    try {
      const { connection } = engine;
      await connection.run(addressMacros.join(";\n"));
      // The folders of the tables and nothing above them: allowed_directories allows writing too, and the catalog lies in DATA.
      // Files are named as patterns, and those are looked at as they are written: a `[` in a folder's name has two spellings.
      const folders = tableNames
        .map((table) => `${resolve(dataDir, table)}/`)
        .flatMap((folder) => [sqlText(folder), fileText(folder)]);
      await connection.run(`SET allowed_directories = [${folders.join(", ")}]`);
      if (mayWrite !== undefined) await connection.run(`SET allowed_paths = [${sqlText(mayWrite)}]`);
      // Files of the lake are written once: what was read of them stays true.
      await connection.run("SET parquet_metadata_cache = true");
      await connection.run("SET enable_external_access = false; SET lock_configuration = true");
      return new SandboxHost(engine, dataDir);
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  /** Opens a sandbox over some files of the lake. @param onClose is called when it is closed; without it the host stays open */
  async sandbox(files: LakeFiles, onClose?: () => void): Promise<Sandbox> {
    const connection = await this.#engine.instance.connect();
    const close = (): void => {
      connection.closeSync();
      onClose?.();
    };
    return new Sandbox({ connection, dataDir: this.#dataDir, files, close });
  }

  close(): void {
    this.#engine.close();
  }
}

/**
 * Opens a sandbox over a data folder, in an engine of its own.
 * @param mayWrite the one file outside the lake that {@link Sandbox.copyTo} may write
 */
export async function openSandbox(
  dataDir: string,
  files: LakeFiles,
  limits: EngineLimits,
  mayWrite?: string,
): Promise<Sandbox> {
  const host = await SandboxHost.open(dataDir, limits, mayWrite);
  return host.sandbox(files, () => host.close());
}
