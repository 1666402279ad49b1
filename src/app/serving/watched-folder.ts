import { realpath } from "node:fs/promises";
import { sep } from "node:path";
import type { CollectReport } from "#collect/index.js";
import { listInputs, LOCAL_FILES, type Input } from "../ingest.ts";
import { collectTelling, type KeeperContext } from "./collecting.ts";
import type { WatchedFolder } from "./messages.ts";
import type { WatchedPlace } from "./source-watch.ts";
import type { Turns } from "./turns.ts";

/** What was left out or failed, and has not changed since, is tried again after this long. */
const TRY_AGAIN_MS = 3_600_000;
/** A file that was changed a moment ago may end in an unfinished record, which counts once it is older. */
const YOUNG_MS = 180_000;
/** All files are shown to the catalog again: objects of lost files wait there to be read once more. */
const FULL_LOOK_MS = 600_000;

/** A folder of this machine. */
export class FolderPlace implements WatchedPlace {
  readonly kind = "folder";
  readonly requests = undefined;
  readonly #config: WatchedFolder;
  readonly #context: KeeperContext;
  readonly #turns: Turns;
  readonly #filesId: number;
  #prefix: string;
  /** Files that stood in the catalog as they are when last looked at: key → size and time. */
  #known = new Map<string, string>();
  #fullLookMs = 0;

  constructor(config: WatchedFolder, context: KeeperContext, turns: Turns) {
    this.#config = config;
    this.#turns = turns;
    this.#context = context;
    this.#filesId = context.lake.catalog.ensureSource(LOCAL_FILES.kind, LOCAL_FILES.uri);
    this.#prefix = prefixOf(config.folder);
  }

  get uri(): string {
    return this.#config.folder;
  }

  prefix(): string {
    return this.#prefix;
  }

  async collect(begin: (work: () => Promise<void>) => Promise<void>, report: CollectReport): Promise<void> {
    try {
      const inputs = await this.#inputs(report);
      if (inputs.length > 0)
        await this.#turns.run(() =>
          begin(async () => {
            const how = { label: this.#config.name, source: LOCAL_FILES, final: false };
            await collectTelling(this.#context, how, inputs, report);
          }),
        );
      for (const { candidate } of inputs) this.#known.set(candidate.key, versionOf(candidate));
    } catch (error) {
      this.#known.clear();
      throw error;
    }
  }

  /** Files that the catalog may not know as they are. */
  async #inputs(report: CollectReport): Promise<Input[]> {
    const { folder } = this.#config;
    const listed = await listInputs([folder], report);
    this.#prefix = prefixOf(await realpath(folder));
    const nowMs = Date.now();
    if (nowMs - this.#fullLookMs > FULL_LOOK_MS) {
      this.#known.clear();
      this.#fullLookMs = nowMs;
    }
    const tried = this.#context.lake.catalog.sources.triedSince(this.#filesId, nowMs - TRY_AGAIN_MS);
    return listed.filter(({ candidate }) => {
      const version = versionOf(candidate);
      if (tried.get(candidate.key) === version) return false;
      return this.#known.get(candidate.key) !== version || nowMs - candidate.modifiedMicros / 1000 < YOUNG_MS;
    });
  }
}

const versionOf = ({ size, modifiedMicros }: Input["candidate"]): string => `${size}:${modifiedMicros}`;

/** How keys of the objects of a folder begin. */
export function prefixOf(folder: string): string {
  return folder.endsWith(sep) ? folder : `${folder}${sep}`;
}
