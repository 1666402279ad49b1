import { resolve } from "node:path";
import { WeirError } from "#base/errors.js";
import type { SandboxHost } from "#store/engine.js";
import { SEGMENT_MISSING, type LakeFiles, type Sandbox } from "#store/index.js";
import { CatalogFiles } from "./catalog-files.ts";
import { LakeVersion } from "./lake-version.ts";

/** What a kept engine may use. */
export interface WarmLimits {
  readonly memoryMb: number;
  readonly threads: number;
}

/** Errors of a question that say nothing about the engine. */
const HARMLESS = new Set([SEGMENT_MISSING, "interrupted", "query-timeout", "too-many-rows"]);

/**
 * What a process that answers many questions about one lake keeps between them: the catalog, the lists of one version of the
 * lake, and a locked engine. Everything is looked at anew when the lake or its names have changed.
 */
export class WarmLake {
  readonly #dataDir: string;
  readonly #limits: WarmLimits;
  readonly #version: LakeVersion;
  #files: { readonly version: string; readonly files: CatalogFiles } | undefined;
  #host: Promise<SandboxHost> | undefined;

  constructor(dataDir: string, limits: WarmLimits) {
    this.#dataDir = dataDir;
    this.#limits = limits;
    this.#version = new LakeVersion(dataDir);
  }

  /** The files and names of now; disposing of them does nothing. @throws WeirError `no-lake` */
  files(): CatalogFiles {
    const version = this.#version.read();
    if (this.#files?.version !== version)
      this.#files = { version, files: new CatalogFiles(this.#version.catalog(), true) };
    return this.#files.files;
  }

  async sandbox(files: LakeFiles): Promise<Sandbox> {
    const opening = (this.#host ??= this.#openHost());
    try {
      return await (await opening).sandbox(files);
    } catch (error) {
      this.#host = undefined;
      throw error;
    }
  }

  /** Has the engine ready before the first question. What hinders that is told by the question. */
  async prepare(): Promise<void> {
    this.#host ??= this.#openHost();
    await this.#host.catch(() => (this.#host = undefined));
  }

  async #openHost(): Promise<SandboxHost> {
    // Who only reads the catalog does not pay for loading the engine.
    const { SandboxHost } = await import("#store/engine.js");
    return SandboxHost.open(this.#dataDir, this.#limits);
  }

  /** Takes another engine for the next question when an error may have come from this one. */
  doubt(error: unknown): void {
    if (error instanceof WeirError && (error.kind === "usage" || HARMLESS.has(error.code))) return;
    const host = this.#host;
    this.#host = undefined;
    if (host !== undefined) void closed(host);
  }
}

async function closed(opening: Promise<SandboxHost>): Promise<void> {
  const host = await opening.catch(() => undefined);
  host?.close();
}

let kept: { readonly dataDir: string; readonly lake: WarmLake } | undefined;

/** From now on this process keeps what questions about a lake have in common; for processes that do nothing else. */
export async function keepWarm(dataDir: string, limits: WarmLimits): Promise<void> {
  const lake = new WarmLake(dataDir, limits);
  kept = { dataDir: resolve(dataDir), lake };
  await lake.prepare();
}

/** What is kept of a lake; undefined where nothing is. */
export function warmLake(dataDir: string): WarmLake | undefined {
  return kept !== undefined && kept.dataDir === resolve(dataDir) ? kept.lake : undefined;
}
