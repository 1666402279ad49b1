import { setTimeout as sleep } from "node:timers/promises";
import type { CollectReport } from "#collect/index.js";
import { messageOf } from "#base/errors.js";
import { openLake, type Lake } from "#store/index.js";
import { collected, collectTelling, reportData, type KeeperContext } from "./collecting.ts";
import { makeDemo } from "./demo-job.ts";
import { keepDerived } from "./derivation-loop.ts";
import { keepTidy } from "./maintenance-loop.ts";
import type {
  KeeperConfig,
  KeeperEvent,
  KeeperJob,
  KeptSources,
  LakeState,
  PushedSource,
  ReportData,
  SourceState,
  WatchedSource,
} from "./messages.ts";
import { keepTold } from "./told-loop.ts";
import { Turns } from "./turns.ts";
import { uploadInputs, UPLOADS } from "./upload.ts";
import { SourceWatch } from "./source-watch.ts";
import { leftOver, PushWatch } from "./watch-push.ts";
import { FolderPlace } from "./watched-folder.ts";
import { RemotePlace } from "./watched-remote.ts";
import { Watches } from "./watches.ts";
import { endOfFlows } from "../end-of-flows.ts";

const DAY_MS = 86_400_000;
const LOOK_MS = 1000;
/** Sources read at once: each has processes of its own. */
const SOURCES_AT_ONCE = 2;

/** Everything that goes on in the process that keeps a lake. */
export class KeeperSession {
  readonly #config: KeeperConfig;
  readonly #lake: Lake;
  readonly #tell: (event: KeeperEvent) => void;
  readonly #ending = new AbortController();
  readonly #context: KeeperContext;
  readonly #watched: Watches<WatchedSource>;
  readonly #pushed: Watches<PushedSource>;
  /** One at a time works with DuckDB: derivation, compaction, retention. */
  readonly #engineTurns = new Turns(1);
  readonly #working = new Set<Promise<unknown>>();
  #jobs = 0;
  #version = -1;

  private constructor(config: KeeperConfig, lake: Lake, tell: (event: KeeperEvent) => void) {
    this.#config = config;
    this.#lake = lake;
    this.#tell = tell;
    this.#context = { lake, tell, signal: this.#ending.signal, collectWorkers: config.collectWorkers };
    const turns = new Turns(SOURCES_AT_ONCE);
    const onChange = (): void => this.#tellSources();
    // Of their own: what reads a bucket for hours must not hold up what is sent every second.
    const pushTurns = new Turns(1);
    this.#pushed = new Watches(
      this.#context,
      onChange,
      (source, own) => new PushWatch(source, own, pushTurns, onChange),
    );
    this.#watched = new Watches(this.#context, onChange, (source, own) => {
      const place = "folder" in source ? new FolderPlace(source, own, turns) : new RemotePlace(source, own, turns);
      return new SourceWatch(source, place, own, onChange);
    });
    this.watch(config);
  }

  /** Opens the lake, makes it if there is none, and tells how it is. @throws WeirError when it cannot be written */
  static async open(config: KeeperConfig, tell: (event: KeeperEvent) => void): Promise<KeeperSession> {
    const lake = await openLake(config.dataDir);
    for (const [table, keptMs] of Object.entries(config.retention))
      lake.catalog.setRetentionDays(table as keyof KeeperConfig["retention"], keptMs / DAY_MS);
    const session = new KeeperSession(config, lake, tell);
    session.#look();
    return session;
  }

  /** Begins to collect, to derive and to tidy. */
  begin(): void {
    this.#watched.begin();
    this.#pushed.begin();
    this.#keep(keepDerived(this.#context, this.#engineTurns));
    const isQuiet = (): boolean => this.#jobs === 0 && this.#states().every(({ state }) => state !== "collecting");
    this.#keep(keepTidy(this.#context, this.#config, { turns: this.#engineTurns, isQuiet }));
    this.#keep(keepTold(this.#context));
    this.#keep(this.#follow());
  }

  /** Collects from these sources from now on. */
  watch({ sources, pushed }: KeptSources): void {
    this.#watched.set(sources);
    this.#pushed.set([...pushed, ...leftOver(this.#config.dataDir, pushed)]);
  }

  /** @returns what became of a job, when it is durable @throws WeirError */
  async run(job: KeeperJob): Promise<ReportData> {
    const label = job.kind === "demo" ? "demo" : job.label;
    const work = this.#job(job, label);
    this.#keep(work.catch(() => undefined));
    this.#jobs++;
    try {
      const report = await work;
      // Whoever hears that it is done finds the lake as it is now.
      this.#look();
      this.#tell(collected(label, report, null));
      return reportData(report);
    } catch (error) {
      this.#tell(collected(label, undefined, messageOf(error)));
      throw error;
    } finally {
      this.#jobs--;
    }
  }

  /** Ends all work in order: what is being read is given up, what was read is kept. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all([this.#watched.ended(), this.#pushed.ended()]);
    await Promise.allSettled(this.#working);
    this.#lake.close();
  }

  async #job(job: KeeperJob, label: string): Promise<CollectReport> {
    if (job.kind === "demo") return makeDemo(this.#context, job.world);
    const inputs = await uploadInputs(this.#context, job.files);
    const { logFormat } = job;
    const how = { label, source: UPLOADS, final: true, ...(logFormat !== undefined && { logFormat }) };
    return collectTelling(this.#context, how, inputs);
  }

  #keep(work: Promise<unknown>): void {
    this.#working.add(work);
    void work.finally(() => this.#working.delete(work));
  }

  /** Other processes write to the lake, too. */
  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        this.#look();
      } catch {
        // A catalog that is locked for long is looked at again; one that is damaged makes whoever works with it fail.
      }
    }
  }

  #look(): void {
    const { catalog } = this.#lake;
    const version = catalog.version();
    if (version === this.#version) return;
    this.#version = version;
    this.#tell({ kind: "lake", lake: lakeState(this.#lake, version) });
  }

  #states(): SourceState[] {
    return [...this.#watched.states, ...this.#pushed.states];
  }

  #tellSources(): void {
    this.#tell({ kind: "sources", sources: this.#states() });
  }
}

function lakeState({ catalog }: Lake, version: number): LakeState {
  const totals = catalog.tableTotals();
  const of = (table: string): (typeof totals)[number] | undefined =>
    totals.find((each) => each.table === table && each.rows > 0);
  const flows = of("flows") ?? of("conversations") ?? of("rollup_hour");
  const dirtyHours = catalog.dirtyHours().length;
  return {
    version,
    hasFlows: flows !== undefined,
    isReady: flows !== undefined && (of("rollup_hour") !== undefined || dirtyHours === 0),
    oldestFlow: flows?.minTime ?? null,
    newestFlow: flows?.maxTime ?? null,
    flowsEnd: endOfFlows((table) => of(table)?.maxTime ?? null),
    dirtyHours,
  };
}
