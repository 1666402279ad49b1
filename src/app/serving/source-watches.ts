import type { KeeperContext } from "./collecting.ts";
import type { SourceState, WatchedSource } from "./messages.ts";
import { SourceWatch } from "./source-watch.ts";
import { Turns } from "./turns.ts";
import { FolderPlace } from "./watched-folder.ts";
import { RemotePlace } from "./watched-remote.ts";

/** One source that is watched, until it is no longer. */
interface Watching {
  readonly config: string;
  readonly watch: SourceWatch;
  readonly ending: AbortController;
  ended: Promise<void>;
}

/** All sources that are watched; which ones may change while they are. */
export class SourceWatches {
  readonly #context: KeeperContext;
  readonly #turns: Turns;
  readonly #onChange: () => void;
  /** By name. */
  #watching = new Map<string, Watching>();
  readonly #leaving = new Set<Promise<void>>();
  #isRunning = false;

  /** @param turns how many are read at once */
  constructor(context: KeeperContext, turns: Turns, onChange: () => void) {
    this.#context = context;
    this.#turns = turns;
    this.#onChange = onChange;
  }

  get states(): SourceState[] {
    return [...this.#watching.values()].map(({ watch }) => watch.state);
  }

  /** Watches these from now on: what is as it was goes on undisturbed, what is gone ends, what is another one begins anew. */
  set(sources: readonly WatchedSource[]): void {
    const before = this.#watching;
    this.#watching = new Map();
    for (const source of sources) {
      const config = JSON.stringify(source);
      const known = before.get(source.name);
      if (known?.config === config) {
        this.#watching.set(source.name, known);
        before.delete(source.name);
      } else this.#watching.set(source.name, this.#open(source, config, known?.ended ?? Promise.resolve()));
    }
    for (const { ending, ended } of before.values()) {
      ending.abort();
      this.#leaving.add(ended);
      void ended.finally(() => this.#leaving.delete(ended));
    }
    this.#onChange();
  }

  /** Begins to look into them. */
  begin(): void {
    this.#isRunning = true;
    for (const watching of this.#watching.values()) this.#run(watching, Promise.resolve());
  }

  /** When all have ended, after the context's signal has said so. */
  async ended(): Promise<void> {
    const running = [...this.#watching.values()].map(({ ended }) => ended);
    await Promise.allSettled([...running, ...this.#leaving]);
  }

  #open(source: WatchedSource, config: string, before: Promise<void>): Watching {
    const ending = new AbortController();
    const context = { ...this.#context, signal: AbortSignal.any([this.#context.signal, ending.signal]) };
    const place =
      "folder" in source
        ? new FolderPlace(source, context, this.#turns)
        : new RemotePlace(source, context, this.#turns);
    const watch = new SourceWatch(source, place, context, this.#onChange);
    const watching = { config, watch, ending, ended: before };
    if (this.#isRunning) this.#run(watching, before);
    return watching;
  }

  /** @param before of what it takes the place of, which comes to its end first */
  #run(watching: Watching, before: Promise<void>): void {
    watching.ended = before.then(() => watching.watch.run());
  }
}
