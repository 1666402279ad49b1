import { setTimeout as sleep } from "node:timers/promises";
import { CollectReport } from "#collect/index.js";
import type { RequestCounts } from "#source/index.js";
import { endedRun, requestsSince, type EndedRun } from "../run-outcome.ts";
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
  /** What its cloud was asked since it was opened; undefined where there is none. */
  readonly requests: RequestCounts | undefined;
  /**
   * Reads what is new.
   * @param begin does the reading, and shows meanwhile that there is some
   * @param report what was read is added to it, also when this throws
   * @throws WeirError when it cannot be looked into
   */
  collect(begin: (work: () => Promise<void>) => Promise<void>, report: CollectReport): Promise<void>;
  /** Lets go of connections. */
  close?(): void;
}

const NOTHING: RequestCounts = { lists: 0, gets: 0, others: 0, bytes: 0, throttled: 0, retries: 0 };

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
      const nextRunMs = Date.now() + wait;
      this.#change({ nextRunMs });
      this.#keep((sources) => sources.runPlanned(this.#state.sourceId, nextRunMs));
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
    this.#place.close?.();
  }

  async #look(): Promise<void> {
    const { lake, signal, tell } = this.#context;
    const { name, sourceId } = this.#state;
    const before = this.#place.requests;
    const report = new CollectReport();
    let failure: unknown;
    try {
      lake.catalog.sources.runStarted(sourceId, lake.writerId);
      await this.#place.collect(async (work) => {
        if (signal.aborted) return;
        this.#change({ state: "collecting", nextRunMs: null });
        await work();
      }, report);
      if (signal.aborted) return this.#stopped();
      this.#failures = 0;
    } catch (thrown) {
      if (signal.aborted) return this.#stopped();
      this.#failures++;
      failure = thrown;
    }
    const { requests } = this.#place;
    const ended = endedRun(report, failure, requests === undefined ? null : requestsSince(before ?? NOTHING, requests));
    this.#ended(ended, this.#failures > 0 || (report.objects.failed > 0 && report.objects.read === 0));
    const hasNews = report.objects.read + report.objects.grown > 0;
    if (hasNews || ended.error !== null) tell(collected(name, report, this.#failures > 0 ? ended.error : null));
  }

  #ended({ error, outcome }: EndedRun, isFailing: boolean): void {
    this.#change({ state: isFailing ? "failing" : "ok", lastError: error, prefix: this.#place.prefix() });
    this.#keep((sources) => sources.runEnded(this.#state.sourceId, error, outcome));
  }

  /** It ended because it was told to, and not because it was killed. */
  #stopped(): void {
    this.#keep((sources) => sources.runStopped(this.#state.sourceId, this.#context.lake.writerId));
  }

  #keep(keep: (sources: KeeperContext["lake"]["catalog"]["sources"]) => void): void {
    try {
      keep(this.#context.lake.catalog.sources);
    } catch {
      // The catalog that cannot be written is what went wrong; the state tells it.
    }
  }

  #change(change: Partial<SourceState>): void {
    this.#state = { ...this.#state, ...change };
    this.#onChange();
  }
}
