import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { messageOf, WeirError } from "#base/errors.js";
import { isKeepableKey, type Claim, type ObjectCandidate, type ObjectResult } from "#catalog/index.js";
import {
  overlap,
  type BatchOutcome,
  type FetchedObject,
  type RemoteBatch,
  type RemoteObject,
  type RemoteSource,
} from "#source/index.js";
import type { Lake } from "#store/index.js";
import { Collector, type CollectorConfig, type CollectProgress } from "./collector.ts";
import { CollectReport } from "./collect-report.ts";
import { Gate } from "./gate.ts";
import { StoredMemory } from "./stored-memory.ts";

/** Objects that are fetched at once, and bytes of them that lie on disk before workers take them. */
const FETCHES_AT_ONCE = 16;
const SPOOL_BYTES = 256 * 1024 * 1024;
/** Objects of batches that are not settled yet: a source that lists faster than is read waits. */
const OPEN_OBJECTS = 4000;
/** What failed or was left out is tried again after this long, as long as its source lists or the catalog knows it. */
const TRY_AGAIN_MS = 3_600_000;
const WAITING_OBJECTS = 5000;
/** Not to be tried again: told as left out. */
const NEVER_AGAIN: ReadonlySet<string> = new Set(["archived", "deleted-at-source"]);

export interface RemoteRunConfig {
  readonly collector: CollectorConfig;
  /** Only objects of this time, for filling gaps. Milliseconds since 1970. */
  readonly window?: { readonly fromMs: number; readonly toMs: number };
  /** Older objects are left for the next run after so long. Milliseconds. */
  readonly forMs?: number;
  /** Somebody asked for this look: what failed before is tried again at once, and all of the source is looked at. */
  readonly isByHand?: boolean;
  /** What was read is added to it, also when the run ends in an error. */
  readonly report?: CollectReport;
  /** Waits until objects may be read; what it gives ends the turn. Looking alone needs none. */
  readonly turn?: () => Promise<() => void>;
}

/** One of a batch's objects, until it is known what becomes of it. */
interface OpenBatch {
  readonly batch: RemoteBatch;
  left: number;
  readonly failed: string[];
  readonly open: string[];
}

/**
 * One look through a source in a cloud: finds objects, claims them, fetches them to disk while workers read what was fetched before,
 * and tells the source when its batches are durable. An object is committed once, whatever happens between.
 */
export class RemoteRun {
  readonly #lake: Lake;
  readonly #source: RemoteSource;
  readonly #sourceId: number;
  readonly #config: RemoteRunConfig;
  readonly #collector: Collector;
  readonly #folder: string;
  readonly #report: CollectReport;
  readonly #spool = new Gate(SPOOL_BYTES);
  readonly #fetches = new Gate(FETCHES_AT_ONCE);
  readonly #objects = new Gate(OPEN_OBJECTS);
  readonly #settling = new Map<number, (result: ObjectResult) => void>();
  readonly #working = new Set<Promise<void>>();
  #files = 0;
  #turn: Promise<() => void> | undefined;
  #failure: unknown;
  readonly #ending = new AbortController();

  /** @param workerEntry the compiled entry of a worker process; a test names the built one */
  constructor(lake: Lake, source: RemoteSource, config: RemoteRunConfig, workerEntry?: URL) {
    this.#lake = lake;
    this.#report = config.report ?? new CollectReport();
    this.#source = source;
    this.#config = config;
    this.#sourceId = lake.catalog.ensureSource(source.kind, source.uri);
    // Each fetch listens.
    setMaxListeners(0, this.#ending.signal);
    this.#folder = join(lake.dataDir, "tmp", lake.writerId, `fetched-${randomUUID()}`);
    mkdirSync(this.#folder, { recursive: true });
    this.#collector = new Collector(config.collector, {
      catalog: lake.catalog,
      lake,
      onSettled: (result) => this.#settling.get(result.objectId)?.(result),
      onFailed: () => this.#giveUp(),
      ...(workerEntry !== undefined && { workerEntry }),
    });
  }

  /**
   * @returns what was read, also when it was stopped
   * @throws WeirError when the source cannot be looked through; what was read before that is kept
   */
  async run(signal: AbortSignal | undefined, onProgress: (progress: CollectProgress) => void): Promise<CollectReport> {
    const stop = (): void => this.#stop();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) this.#stop();
    this.#collector.begin(onProgress);
    try {
      await this.#look();
    } catch (error) {
      if (!this.#ending.signal.aborted) this.#failure = error;
    }
    try {
      await Promise.all(this.#working);
      const run = await this.#collector.end();
      this.#report.addRun(run);
      this.#report.seconds = run.seconds;
      await Promise.all(this.#working);
    } finally {
      signal?.removeEventListener("abort", stop);
      rmSync(this.#folder, { recursive: true, force: true });
      (await this.#turn)?.();
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.#report;
  }

  #stop(): void {
    this.#giveUp();
    this.#collector.stop();
  }

  /** Nothing more is fetched; what was fetched is read. */
  #giveUp(): void {
    this.#ending.abort();
    // Whoever waits for room comes to see that it is over.
    for (const gate of [this.#spool, this.#fetches, this.#objects]) gate.open();
  }

  async #look(): Promise<void> {
    const { window, forMs, isByHand = false } = this.#config;
    const { signal } = this.#ending;
    const sources = this.#lake.catalog.sources;
    const nowMs = Date.now();
    const triedMs = nowMs - TRY_AGAIN_MS;
    const waiting =
      window === undefined ? sources.waiting(this.#sourceId, isByHand ? nowMs : triedMs, WAITING_OBJECTS) : [];
    const tried = isByHand
      ? sources.leftOutSince(this.#sourceId, triedMs)
      : sources.triedSince(this.#sourceId, triedMs);
    if (waiting.length > 0) await this.#take({ objects: waiting }, new Map());
    // Once a look is enough.
    for (const object of waiting) tried.set(object.key, versionOf(object));
    const memory = new StoredMemory(sources, this.#sourceId);
    const how = { ...(window !== undefined && { window }), ...(forMs !== undefined && { forMs }), isByHand };
    for await (const batch of this.#source.look({ memory, signal, folder: this.#folder, ...how })) {
      if (signal.aborted) return;
      await this.#take(batch, tried);
    }
  }

  /** Claims what of a batch needs reading, and has it fetched. */
  async #take(batch: RemoteBatch, tried: ReadonlyMap<string, string>): Promise<void> {
    const open: OpenBatch = { batch, left: 1, failed: [], open: [] };
    const objects = new Map(
      batch.objects.flatMap((object): [string, RemoteObject][] => {
        // Whoever may write to a bucket must not keep others' logs from being read by one name.
        if (!isKeepableKey(object.key)) {
          this.#report.addUnkeepable(object.key);
          return [];
        }
        // It failed, or was no flow log, a moment ago.
        const isTried = tried.get(object.key) === versionOf(object);
        if (isTried && object.isRestored !== true) return [];
        return [[object.key, object]];
      }),
    );
    for (const decision of this.#lake.claim(this.#sourceId, [...objects.values()].map(candidateOf), {
      kin: this.#kin(),
    })) {
      if (decision.outcome !== "claimed") {
        if (decision.outcome === "busy") open.open.push(decision.key);
        else this.#report.objects.unchanged++;
        continue;
      }
      const { claim } = decision;
      const object = objects.get(claim.candidate.key);
      if (object === undefined) continue;
      open.left++;
      await this.#objects.enter(1);
      this.#settling.set(claim.objectId, (result) => {
        this.#settling.delete(claim.objectId);
        this.#objects.leave(1);
        if (result.status === "failed") open.failed.push(object.key);
        this.#leave(open);
      });
      if (object.unavailable !== undefined) this.#collector.tell({ claim, path: "" }, "skipped", object.unavailable);
      else await this.#begin(claim, object);
    }
    this.#leave(open);
  }

  /** Sources that name the same objects, as those of a container and of a prefix of it do. Asked each time: another one may just have begun. */
  #kin(): number[] {
    const others = this.#lake.catalog.sources.list().filter(({ sourceId }) => sourceId !== this.#sourceId);
    return others.filter((other) => overlap(other, this.#source)).map(({ sourceId }) => sourceId);
  }

  /** Waits for room, and fetches beside the others. */
  async #begin(claim: Claim, object: RemoteObject): Promise<void> {
    const bytes = Math.min(Math.max(object.size - claim.offset, 1), SPOOL_BYTES);
    await this.#spool.enter(bytes);
    await this.#fetches.enter(1);
    const path = join(this.#folder, String(++this.#files));
    const settled = this.#settling.get(claim.objectId);
    this.#settling.set(claim.objectId, (result) => {
      rmSync(path, { force: true });
      this.#spool.leave(bytes);
      settled?.(result);
    });
    this.#keep(
      this.#fetch(claim, object, path).finally(() => {
        this.#fetches.leave(1);
      }),
    );
  }

  async #fetch(claim: Claim, object: RemoteObject, path: string): Promise<void> {
    const task = { claim, path };
    const { signal } = this.#ending;
    let fetched: FetchedObject;
    try {
      signal.throwIfAborted();
      const from =
        claim.reason === "grown" && claim.prefixSha256 !== null
          ? { offset: claim.offset, mark: claim.prefixSha256 }
          : undefined;
      fetched = await this.#source.fetch({ object, path, signal, ...(from !== undefined && { from }) });
    } catch (error) {
      if (signal.aborted) this.#lake.release([claim]);
      else if (error instanceof WeirError && error.code.startsWith("source-")) {
        this.#lake.release([claim]);
        this.#failure ??= error;
        this.#giveUp();
      } else {
        const code = error instanceof WeirError ? error.code : "unreadable";
        this.#collector.tell(task, NEVER_AGAIN.has(code) ? "skipped" : "failed", { code, message: messageOf(error) });
      }
      return;
    }
    await this.#admit();
    this.#collector.add([{ ...task, fetched }]);
  }

  async #admit(): Promise<void> {
    this.#turn ??= this.#config.turn?.() ?? Promise.resolve(() => undefined);
    await this.#turn;
  }

  #leave(open: OpenBatch): void {
    open.left--;
    if (open.left > 0 || open.batch.settled === undefined) return;
    const outcome: BatchOutcome = { failed: open.failed, open: open.open };
    this.#keep(
      open.batch.settled(outcome).catch((error: unknown) => {
        this.#failure ??= error;
      }),
    );
  }

  #keep(work: Promise<void>): void {
    const kept = work
      .catch((error: unknown) => {
        this.#failure ??= error;
        this.#giveUp();
      })
      .finally(() => this.#working.delete(kept));
    this.#working.add(kept);
  }
}

/** As the catalog tells it of what was tried. */
function versionOf({ size, modifiedMicros }: Pick<RemoteObject, "size" | "modifiedMicros">): string {
  return `${size}:${modifiedMicros}`;
}

function candidateOf({ key, size, modifiedMicros, etag, isRestored }: RemoteObject): ObjectCandidate {
  return { key, size, modifiedMicros, ...(etag !== undefined && { etag }), ...(isRestored === true && { isRestored }) };
}
