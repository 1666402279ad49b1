import { realpath } from "node:fs/promises";
import { sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CollectReport } from "#collect/index.js";
import { messageOf } from "#base/errors.js";
import { listInputs, LOCAL_FILES, type Input } from "../ingest.ts";
import { collected, collectTelling, type KeeperContext } from "./collecting.ts";
import type { SourceState, WatchedFolder } from "./messages.ts";
import { waitMs } from "./schedule.ts";
import type { Turns } from "./turns.ts";

/** What was left out or failed, and has not changed since, is tried again after this long. */
const TRY_AGAIN_MS = 3_600_000;
/** A file that was changed a moment ago may end in an unfinished record, which counts once it is older. */
const YOUNG_MS = 180_000;
/** All files are shown to the catalog again: objects of lost files wait there to be read once more. */
const FULL_LOOK_MS = 600_000;

/** One watched folder: looks into it at its interval, and has read what is new or has grown. */
export class FolderWatch {
  readonly #config: WatchedFolder;
  readonly #context: KeeperContext;
  readonly #turns: Turns;
  readonly #onChange: () => void;
  readonly #filesId: number;
  /** Files that stood in the catalog as they are when last looked at: key → size and time. */
  #known = new Map<string, string>();
  #fullLookMs = 0;
  #failures = 0;
  #state: SourceState;

  constructor(config: WatchedFolder, context: KeeperContext, turns: Turns, onChange: () => void) {
    this.#config = config;
    this.#context = context;
    this.#turns = turns;
    this.#onChange = onChange;
    const { catalog } = context.lake;
    this.#filesId = catalog.ensureSource(LOCAL_FILES.kind, LOCAL_FILES.uri);
    const { name, folder } = config;
    const sourceId = catalog.ensureSource("folder", folder);
    const lastError = catalog.sources.list().find((each) => each.sourceId === sourceId)?.run?.error ?? null;
    this.#state = { name, folder, sourceId, prefix: prefixOf(folder), state: "waiting", lastError, nextRunMs: null };
  }

  get state(): SourceState {
    return this.#state;
  }

  /** Until the context's signal says to end. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    while (!signal.aborted) {
      await this.#collect();
      const wait = waitMs(this.#config.everyMs, this.#failures, Math.random());
      this.#change({ nextRunMs: Date.now() + wait });
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  async #collect(): Promise<void> {
    const { lake, signal, tell } = this.#context;
    const { name } = this.#config;
    const { sourceId } = this.#state;
    const report = new CollectReport();
    let error: string | null;
    try {
      lake.catalog.sources.runStarted(sourceId);
      const inputs = await this.#inputs(report);
      if (inputs.length > 0)
        await this.#turns.run(async () => {
          if (signal.aborted) return;
          this.#change({ state: "collecting", nextRunMs: null });
          await collectTelling(this.#context, { label: name, source: LOCAL_FILES, final: false }, inputs, report);
        });
      if (signal.aborted) return;
      this.#remember(inputs);
      this.#failures = 0;
      error = wordsOf(report);
    } catch (failure) {
      if (signal.aborted) return;
      this.#failures++;
      this.#known.clear();
      error = messageOf(failure);
    }
    this.#ended(error, report);
    const hasNews = report.objects.read + report.objects.grown > 0;
    if (hasNews || error !== null) tell(collected(name, report, this.#failures > 0 ? error : null));
  }

  #ended(error: string | null, report: CollectReport): void {
    const isFailing = this.#failures > 0 || (report.objects.failed > 0 && report.objects.read === 0);
    this.#change({ state: isFailing ? "failing" : "ok", lastError: error });
    try {
      this.#context.lake.catalog.sources.runEnded(this.#state.sourceId, error);
    } catch {
      // The catalog that cannot be written is what went wrong; the state above tells it.
    }
  }

  /** Files that the catalog may not know as they are. */
  async #inputs(report: CollectReport): Promise<Input[]> {
    const { folder } = this.#config;
    const listed = await listInputs([folder], report);
    this.#change({ prefix: prefixOf(await realpath(folder)) });
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

  #remember(inputs: readonly Input[]): void {
    for (const { candidate } of inputs) this.#known.set(candidate.key, versionOf(candidate));
  }

  #change(change: Partial<SourceState>): void {
    this.#state = { ...this.#state, ...change };
    this.#onChange();
  }
}

const versionOf = ({ size, modifiedMicros }: Input["candidate"]): string => `${size}:${modifiedMicros}`;

function prefixOf(folder: string): string {
  return folder.endsWith(sep) ? folder : `${folder}${sep}`;
}

/** What went wrong with single objects of a run that went on. */
function wordsOf({ objects, problems }: CollectReport): string | null {
  if (objects.failed === 0) return null;
  const first = problems.find(({ code }) => code !== "unfinished-record");
  const rest = objects.failed > 1 ? `, and ${objects.failed - 1} more` : "";
  return `${objects.failed === 1 ? "1 object" : `${objects.failed} objects`} could not be read: ${first === undefined ? "" : `${first.object}: ${first.message}`}${rest}`;
}
