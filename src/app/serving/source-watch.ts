import { setTimeout as sleep } from "node:timers/promises";
import type { CollectReport } from "#collect/index.js";
import { messageOf } from "#base/errors.js";
import { collected, type KeeperContext } from "./collecting.ts";
import type { SourceState } from "./messages.ts";
import { waitMs } from "./schedule.ts";

/** What is watched: how one look into it goes. */
export interface WatchedPlace {
  /** What the catalog calls it. */
  readonly kind: string;
  readonly uri: string;
  /** Keys of its objects begin so, where they are filed under another source; may change from look to look. */
  prefix(): string | null;
  /**
   * Reads what is new. @param begin does the reading, and shows meanwhile that there is some
   * @throws WeirError when it cannot be looked into
   */
  collect(begin: (work: () => Promise<void>) => Promise<void>): Promise<CollectReport>;
}

/** Looks into one source at its interval; a failure makes it wait longer, and no other source. */
export class SourceWatch {
  readonly #place: WatchedPlace;
  readonly #everyMs: number;
  readonly #context: KeeperContext;
  readonly #onChange: () => void;
  #failures = 0;
  #state: SourceState;

  constructor(
    { name, everyMs }: { readonly name: string; readonly everyMs: number },
    place: WatchedPlace,
    context: KeeperContext,
    onChange: () => void,
  ) {
    this.#place = place;
    this.#everyMs = everyMs;
    this.#context = context;
    this.#onChange = onChange;
    const { catalog } = context.lake;
    const sourceId = catalog.ensureSource(place.kind, place.uri);
    const lastError = catalog.sources.list().find((each) => each.sourceId === sourceId)?.run?.error ?? null;
    this.#state = { name, sourceId, prefix: place.prefix(), state: "waiting", lastError, nextRunMs: null };
  }

  get state(): SourceState {
    return this.#state;
  }

  /** Until the context's signal says to end. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    while (!signal.aborted) {
      await this.#look();
      const wait = waitMs(this.#everyMs, this.#failures, Math.random());
      this.#change({ nextRunMs: Date.now() + wait });
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { lake, signal, tell } = this.#context;
    const { name, sourceId } = this.#state;
    let report: CollectReport | undefined;
    let error: string | null;
    try {
      lake.catalog.sources.runStarted(sourceId);
      report = await this.#place.collect(async (work) => {
        if (signal.aborted) return;
        this.#change({ state: "collecting", nextRunMs: null });
        await work();
      });
      if (signal.aborted) return;
      this.#failures = 0;
      error = wordsOf(report);
    } catch (failure) {
      if (signal.aborted) return;
      this.#failures++;
      error = messageOf(failure);
    }
    this.#ended(error, report);
    const hasNews = report !== undefined && report.objects.read + report.objects.grown > 0;
    if (hasNews || error !== null) tell(collected(name, report, this.#failures > 0 ? error : null));
  }

  #ended(error: string | null, report: CollectReport | undefined): void {
    const isFailing = report === undefined || (report.objects.failed > 0 && report.objects.read === 0);
    this.#change({ state: isFailing ? "failing" : "ok", lastError: error, prefix: this.#place.prefix() });
    try {
      this.#context.lake.catalog.sources.runEnded(this.#state.sourceId, error);
    } catch {
      // The catalog that cannot be written is what went wrong; the state above tells it.
    }
  }

  #change(change: Partial<SourceState>): void {
    this.#state = { ...this.#state, ...change };
    this.#onChange();
  }
}

/** What went wrong with single objects of a run that went on. */
function wordsOf({ objects, problems }: CollectReport): string | null {
  if (objects.failed === 0) return null;
  const first = problems.find(({ code }) => code !== "unfinished-record");
  const rest = objects.failed > 1 ? `, and ${objects.failed - 1} more` : "";
  return `${objects.failed === 1 ? "1 object" : `${objects.failed} objects`} could not be read: ${first === undefined ? "" : `${first.object}: ${first.message}`}${rest}`;
}
