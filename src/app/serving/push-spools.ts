import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listSpool, recoverSpool } from "#source/index.js";
import { holdReceiver, PUSH, readReport, ReportWriter, type ReceiverReport } from "./push-report.ts";
import { noneYet, PushSpool, type PushHistory, type PushSource, type PushState } from "./push-spool.ts";
import { changing, elsewhere, stopping } from "./push-errors.ts";
import { Turns } from "./turns.ts";

const LOOK_MS = 1000;

/** What is taken, and how much of it. */
export interface PushConfig {
  readonly sources: readonly PushSource[];
  /** Bytes of one source that may wait to be collected. */
  readonly waitingBytes: number;
}

/**
 * The spools of all sources that others push to, as they are configured. Of several servers of one lake only one has them: whether
 * a delivery was here before is known by what waits in its spool.
 */
export class PushSpools {
  readonly #dataDir: string;
  readonly #startedMs = Date.now();
  readonly #report: ReportWriter;
  #waitingBytes: number;
  /** As they are configured now, by name. */
  #sources: ReadonlyMap<string, PushSource>;
  /** Of those that take deliveries. Whoever finds one here hands over before anything else happens to it. */
  readonly #spools = new Map<string, PushSpool>();
  /** What is known of sources from before their spools. */
  #before: ReadonlyMap<string, PushHistory> = new Map();
  /** One at a time changes spools. */
  readonly #turns = new Turns(1);
  #lock: ReturnType<typeof holdReceiver>;
  #freeBytes = Infinity;
  #address: string | null = null;
  readonly #stopping = new AbortController();
  #looking: Promise<void> | undefined;

  constructor(dataDir: string, { sources, waitingBytes }: PushConfig) {
    this.#dataDir = dataDir;
    this.#waitingBytes = waitingBytes;
    this.#sources = byName(sources);
    this.#report = new ReportWriter(dataDir);
  }

  /** How the sources are doing. */
  get states(): PushState[] {
    return [...this.#sources.values()].map((source) => {
      const { state } = this.#spools.get(source.name) ?? { state: noneYet(source, this.#waitingBytes) };
      // Its key may have another place since the spool was opened.
      return { ...state, keyFrom: source.keyFrom };
    });
  }

  /** Left on the disk. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** Takes over what an earlier server left. @throws the system's error when the folder cannot be written */
  async start(): Promise<void> {
    if (this.#sources.size === 0 && !existsSync(join(this.#dataDir, PUSH))) return;
    await this.#turns.run(() => this.#look());
    this.#looking ??= this.#keepLooking();
  }

  /** @returns when all that was taken for others can be collected */
  async set({ sources, waitingBytes }: PushConfig): Promise<void> {
    this.#sources = byName(sources);
    this.#waitingBytes = waitingBytes;
    await this.start();
  }

  /** Notes where the server listens. */
  listensAt(address: string): void {
    this.#address = address;
  }

  /** Finishes what was begun, and leaves the rest to the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
    for (const spool of this.#spools.values()) await spool.close();
    if (this.#lock !== undefined) await this.#tell().catch(() => undefined);
    this.#lock?.release();
    this.#lock = undefined;
  }

  source(name: string): PushSource | undefined {
    return this.#sources.get(name);
  }

  /** The spool that takes for a source. @throws WeirError `stopping`, `push-elsewhere`, `push-changing` */
  spool(name: string): PushSpool {
    if (this.#stopping.signal.aborted) throw stopping();
    if (this.#lock === undefined) throw elsewhere();
    const spool = this.#spools.get(name);
    if (spool?.isReady !== true) throw changing();
    return spool;
  }

  /** Notes why a delivery was not taken. */
  refused(name: string, error: unknown): void {
    this.#spools.get(name)?.refused(error);
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#turns.run(() => this.#look());
      } catch {
        // The disk or the catalog fails: deliveries find out, too, and say so.
      }
    }
  }

  /** Spools are those of the configuration; what was collected is let go of, and the part of a server that ended is taken over. */
  async #look(): Promise<void> {
    await this.#renew();
    if (this.#lock === undefined) await this.#takeOver();
    if (this.#lock !== undefined) {
      for (const spool of this.#spools.values()) {
        if (spool.isReady) await spool.tidy();
        else await spool.recover();
      }
      await this.#tell();
    }
    const { bavail, bsize } = await statfs(this.#dataDir);
    this.#freeBytes = bavail * bsize;
  }

  async #tell(): Promise<void> {
    const report: ReceiverReport = { address: this.#address, startedMs: this.#startedMs, sources: this.states };
    await this.#report.write(report);
  }

  async #takeOver(): Promise<void> {
    const folder = join(this.#dataDir, PUSH);
    mkdirSync(folder, { recursive: true });
    const lock = holdReceiver(this.#dataDir);
    if (lock === undefined) return;
    try {
      // Of all sources that there ever were: what was taken for one that is configured no more is collected, too.
      for (const entry of readdirSync(folder, { withFileTypes: true }))
        if (entry.isDirectory())
          for (const file of await listSpool(join(folder, entry.name), "open")) await recoverSpool(file);
    } catch (error) {
      lock.release();
      throw error;
    }
    this.#before = new Map(readReport(this.#dataDir)?.sources.map((state) => [state.name, state]));
    for (const [name, spool] of this.#spools) spool.remember(this.#before.get(name));
    this.#lock = lock;
  }

  /** Closes the spools of sources that are gone or are others now, and makes those that are missing. */
  async #renew(): Promise<void> {
    const before = new Map(this.#before);
    for (const [name, spool] of this.#spools) {
      if (isSame(spool.source, this.#sources.get(name))) {
        spool.mostBytes = this.#waitingBytes;
        continue;
      }
      this.#spools.delete(name);
      before.set(name, spool.state);
      await spool.close();
    }
    this.#before = before;
    for (const [name, source] of this.#sources)
      if (source.trouble === undefined && !this.#spools.has(name)) {
        const spool = new PushSpool(source, join(this.#dataDir, PUSH, name), this.#waitingBytes);
        spool.remember(before.get(name));
        this.#spools.set(name, spool);
      }
  }
}

function byName(sources: readonly PushSource[]): ReadonlyMap<string, PushSource> {
  return new Map(sources.map((source) => [source.name, source]));
}

/** Whether one spool is right for both. */
function isSame(source: PushSource, other: PushSource | undefined): boolean {
  return (
    other !== undefined &&
    other.trouble === undefined &&
    source.accepts === other.accepts &&
    source.logFormat === other.logFormat
  );
}
