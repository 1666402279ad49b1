import type { CollectReport } from "#collect/index.js";
import { openRemote, remotePlace, type RemoteSource, type RequestCounts } from "#source/index.js";
import { collectRemote } from "../collect-remote.ts";
import { progressTeller, type KeeperContext } from "./collecting.ts";
import type { WatchedRemote } from "./messages.ts";
import type { WatchedPlace } from "./source-watch.ts";
import type { Turns } from "./turns.ts";

/** Other sources get their turn, too, while months of old logs are read. */
const LOOK_MS = 120_000;

/** A place in a cloud. */
export class RemotePlace implements WatchedPlace {
  readonly kind: string;
  readonly uri: string;
  readonly #config: WatchedRemote;
  readonly #context: KeeperContext;
  readonly #turns: Turns;
  #source: RemoteSource | undefined;

  constructor(config: WatchedRemote, context: KeeperContext, turns: Turns) {
    const { kind, uri } = remotePlace(config.remote.url);
    this.kind = kind;
    this.uri = uri;
    this.#config = config;
    this.#context = context;
    this.#turns = turns;
  }

  prefix(): null {
    return null;
  }

  get requests(): RequestCounts | undefined {
    return this.#source && { ...this.#source.requests };
  }

  close(): void {
    this.#source?.close();
  }

  async collect(begin: (work: () => Promise<void>) => Promise<void>, report: CollectReport): Promise<void> {
    const { lake, signal, collectWorkers } = this.#context;
    const { name, remote } = this.#config;
    // Opened here, so that a secret that is missing is told as this source's failure and not the server's.
    this.#source ??= await openRemote(remote, process.env);
    const source = this.#source;
    const how = {
      remote,
      signal,
      forMs: LOOK_MS,
      turn: () => this.#turns.take(),
      onProgress: progressTeller(this.#context, name, 0),
      ...(collectWorkers !== undefined && { workers: collectWorkers }),
    };
    await begin(() => collectRemote(lake, source, how, report));
  }
}
