import type { KeeperContext } from "./collecting.ts";
import type { SourceState } from "./messages.ts";

/** What collects from one source. */
interface Watch {
  readonly state: SourceState;
  /** Until the context's signal says to end, or there is nothing more to do. */
  run(): Promise<void>;
}

/** One source that is collected from, until it is no longer. */
interface Watching {
  readonly config: string;
  readonly watch: Watch;
  readonly ending: AbortController;
  ended: Promise<void>;
}

/** All sources of one kind that are collected from; which ones may change while they are. */
export class Watches<Source extends { readonly name: string }> {
  readonly #context: KeeperContext;
  readonly #onChange: () => void;
  readonly #open: (source: Source, context: KeeperContext) => Watch;
  /** By name. */
  #watching = new Map<string, Watching>();
  readonly #leaving = new Set<Promise<void>>();
  #isRunning = false;

  /** @param open makes what collects from a source; the signal of its context is its own */
  constructor(context: KeeperContext, onChange: () => void, open: (source: Source, context: KeeperContext) => Watch) {
    this.#context = context;
    this.#onChange = onChange;
    this.#open = open;
  }

  get states(): SourceState[] {
    return [...this.#watching.values()].map(({ watch }) => watch.state);
  }

  /** Collects from these from now on: what is as it was goes on undisturbed, what is gone ends, what is another one begins anew. */
  set(sources: readonly Source[]): void {
    const before = this.#watching;
    this.#watching = new Map();
    for (const source of sources) {
      const config = JSON.stringify(source);
      const known = before.get(source.name);
      if (known?.config === config) {
        this.#watching.set(source.name, known);
        before.delete(source.name);
      } else this.#watching.set(source.name, this.#make(source, config, known?.ended ?? Promise.resolve()));
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
    for (const [name, watching] of this.#watching) this.#run(name, watching, Promise.resolve());
  }

  /** When all have ended, after the context's signal has said so. */
  async ended(): Promise<void> {
    const running = [...this.#watching.values()].map(({ ended }) => ended);
    await Promise.allSettled([...running, ...this.#leaving]);
  }

  #make(source: Source, config: string, before: Promise<void>): Watching {
    const ending = new AbortController();
    const signal = AbortSignal.any([this.#context.signal, ending.signal]);
    const watching = { config, watch: this.#open(source, { ...this.#context, signal }), ending, ended: before };
    if (this.#isRunning) this.#run(source.name, watching, before);
    return watching;
  }

  /** @param before of what it takes the place of, which comes to its end first */
  #run(name: string, watching: Watching, before: Promise<void>): void {
    watching.ended = this.#toItsEnd(name, watching, before);
  }

  async #toItsEnd(name: string, watching: Watching, before: Promise<void>): Promise<void> {
    await before;
    await watching.watch.run();
    // It has nothing more to do.
    if (this.#context.signal.aborted || this.#watching.get(name) !== watching) return;
    this.#watching.delete(name);
    this.#onChange();
  }
}
