import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CollectReport } from "#collect/index.js";
import { listSpool, readIds, unpackSpool, type SpoolFile } from "#source/index.js";
import { messageOf, WeirError } from "#base/errors.js";
import type { Input, SourceName } from "../ingest.ts";
import { endedRun } from "../run-outcome.ts";
import { collected, collectTelling, type KeeperContext } from "./collecting.ts";
import type { PushedSource, SourceState } from "./messages.ts";
import { PUSH } from "./push-receiver.ts";
import { waitMs } from "./schedule.ts";
import type { Turns } from "./turns.ts";

const LOOK_MS = 500;
/** Spool files that are unpacked at once: some 128 MB. */
const MOST_FILES = 8;
/** What could not be read is tried again after this long, or when the server is started anew. */
const TRY_AGAIN_MS = 3_600_000;
const PRUNE_MS = 3_600_000;

/** A spool file, and what was put together from it. */
interface Unpacked {
  readonly spool: SpoolFile;
  readonly keys: readonly string[];
  readonly ids: readonly Buffer[];
}

/** Brings what was pushed from its spool to the lake. */
export class PushWatch {
  readonly #config: PushedSource;
  readonly #context: KeeperContext;
  readonly #turns: Turns;
  readonly #onChange: () => void;
  readonly #source: SourceName;
  readonly #folder: string;
  readonly #trouble: WeirError | undefined;
  /** Spool files with objects that could not be read: token → when they were tried. */
  readonly #left = new Map<string, number>();
  #prunedMs = 0;
  #failures = 0;
  #state: SourceState;

  constructor(config: PushedSource, context: KeeperContext, turns: Turns, onChange: () => void) {
    this.#config = config;
    this.#context = context;
    this.#turns = turns;
    this.#onChange = onChange;
    const { name } = config;
    const { catalog, dataDir } = context.lake;
    const uri = `push:${name}`;
    this.#source = { kind: "push", uri };
    this.#trouble = config.trouble && new WeirError(config.trouble);
    this.#folder = join(dataDir, PUSH, name);
    const sourceId = catalog.ensureSource("push", uri);
    const lastError = this.#trouble?.message ?? null;
    this.#state = {
      name,
      sourceId,
      prefix: null,
      state: lastError === null ? "waiting" : "failing",
      lastError,
      nextRunMs: null,
    };
  }

  get state(): SourceState {
    return this.#state;
  }

  /** Until the context's signal says to end; of a source that is configured no more, until nothing of it is left. */
  async run(): Promise<void> {
    const { signal } = this.#context;
    if (!signal.aborted) this.#tellTrouble();
    while (!signal.aborted) {
      await this.#round();
      if (this.#config.isLeftOver === true && readdirSync(this.#folder).length === 0) return;
      const wait = this.#failures === 0 ? LOOK_MS : waitMs(LOOK_MS, this.#failures, Math.random());
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Keeps what stands in the way before anything is sent, and that it no longer does. */
  #tellTrouble(): void {
    const { sources } = this.#context.lake.catalog;
    const { sourceId } = this.#state;
    try {
      const known = sources.list().find((each) => each.sourceId === sourceId)?.run?.error ?? null;
      if (this.#trouble === undefined && known === null) return;
      sources.runStarted(sourceId, this.#context.lake.writerId);
      this.#ended(this.#state.lastError, new CollectReport());
    } catch {
      // A catalog that cannot be written makes collecting fail, too, which is told.
    }
  }

  async #round(): Promise<void> {
    const { lake, signal, tell } = this.#context;
    const { name } = this.#config;
    const report = new CollectReport();
    try {
      const spools = await this.#due();
      if (spools.length === 0) return;
      lake.catalog.sources.runStarted(this.#state.sourceId, lake.writerId);
      await this.#turns.run(async () => {
        if (signal.aborted) return;
        this.#change({ state: "collecting" });
        await this.#collect(spools, report);
      });
      if (signal.aborted) return this.#stopped();
      this.#failures = 0;
      const { lastError } = this.#state;
      this.#change({ state: lastError === null ? "ok" : "failing" });
      this.#ended(lastError, report);
      tell(collected(name, report, null));
    } catch (failure) {
      if (signal.aborted) return this.#stopped();
      this.#failures++;
      const error = messageOf(failure);
      this.#change({ state: "failing", lastError: error });
      this.#ended(error, undefined, failure);
      tell(collected(name, report, error));
    }
  }

  #stopped(): void {
    const { lake } = this.#context;
    try {
      lake.catalog.sources.runStopped(this.#state.sourceId, lake.writerId);
    } catch {
      // The next start begins a run of its own.
    }
  }

  #ended(error: string | null, report: CollectReport | undefined, failure: unknown = this.#trouble): void {
    try {
      const { outcome } = endedRun(report, failure, null);
      this.#context.lake.catalog.sources.runEnded(this.#state.sourceId, error, outcome);
    } catch {
      // The catalog that cannot be written is what went wrong; the state tells it.
    }
  }

  /** Spool files that are to be collected, the oldest first. */
  async #due(): Promise<SpoolFile[]> {
    const nowMs = Date.now();
    if (nowMs - this.#prunedMs > PRUNE_MS) {
      this.#context.lake.catalog.push.prune();
      this.#prunedMs = nowMs;
    }
    const closed = await listSpool(this.#folder, "closed");
    return closed.filter(({ token }) => nowMs - (this.#left.get(token) ?? 0) > TRY_AGAIN_MS).slice(0, MOST_FILES);
  }

  async #collect(spools: readonly SpoolFile[], report: CollectReport): Promise<void> {
    const { lake } = this.#context;
    const { name, logFormat } = this.#config;
    const folder = join(lake.dataDir, "tmp", lake.writerId, `push-${name}`);
    mkdirSync(folder, { recursive: true });
    try {
      const unpacked: Unpacked[] = [];
      const inputs: Input[] = [];
      const met = new Set<string>();
      for (const spool of spools) {
        // Asked at once: another process may finish the same file just now, and half of it must not take the place of the whole.
        const known = new Set([...met, ...lake.catalog.push.known(await readIds(spool.path)).map(textOf)]);
        const { objects, ids } = await unpackSpool(spool, folder, (id) => known.has(textOf(id)));
        for (const id of ids) met.add(textOf(id));
        for (const { path, size, key } of objects)
          inputs.push({
            path,
            candidate: { key: this.#key(key), size, modifiedMicros: spool.createdMs * 1000 },
          });
        unpacked.push({ spool, ids, keys: objects.map(({ key }) => this.#key(key)) });
      }
      const how = { label: name, source: this.#source, final: true, ...(logFormat !== undefined && { logFormat }) };
      await collectTelling(this.#context, how, inputs, report);
      this.#finish(unpacked);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What is in the lake leaves the spool, its ids first; what could not be read stays there. */
  #finish(unpacked: readonly Unpacked[]): void {
    const { catalog } = this.#context.lake;
    const { sourceId } = this.#state;
    const outcomes = catalog.push.outcomes(
      sourceId,
      unpacked.flatMap(({ keys }) => keys),
    );
    let trouble: string | null = null;
    for (const { spool, keys, ids } of unpacked) {
      const open = keys.filter((key) => !isRead(outcomes.get(key)?.status));
      if (open.length === 0) {
        catalog.push.add(sourceId, ids);
        rmSync(spool.path, { force: true });
        this.#left.delete(spool.token);
        continue;
      }
      const [key = ""] = open;
      const outcome = outcomes.get(key);
      // Given up by a stop: it is read next time.
      if (outcome === undefined || outcome.status === "pending") continue;
      this.#left.set(spool.token, Date.now());
      trouble = `${key} could not be read and waits in ${spool.path}: ${wordsOf(outcome.message)}`;
    }
    if (trouble !== null) this.#change({ lastError: trouble });
    else if (this.#left.size === 0) this.#change({ lastError: this.#trouble?.message ?? null });
  }

  #key(part: string): string {
    return `${this.#source.uri}/${part}`;
  }

  #change(change: Partial<SourceState>): void {
    this.#state = { ...this.#state, ...change };
    this.#onChange();
  }
}

function textOf(id: Uint8Array): string {
  return Buffer.from(id).toString("latin1");
}

function isRead(status: string | undefined): boolean {
  return status === "done" || status === "same-content";
}

/** A person who pushes has no command line to add an option to. */
function wordsOf(message: string | null): string {
  return (message ?? "").replace(
    /give (?:their layout with )?--log-format/,
    "set log_format of this source in weir.yaml, and it is read",
  );
}

/** Sources that were pushed to once and are named no more, with something left to collect. */
export function leftOver(dataDir: string, configured: readonly PushedSource[]): PushedSource[] {
  const folder = join(dataDir, PUSH);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && configured.every(({ name }) => name !== entry.name))
    .filter(({ name }) => readdirSync(join(folder, name)).length > 0)
    .map(({ name }) => ({ name, isLeftOver: true }));
}
