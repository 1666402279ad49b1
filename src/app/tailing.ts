import { setTimeout as sleep } from "node:timers/promises";
import { parseAddress } from "#base/address.js";
import { WeirError } from "#base/errors.js";
import { parseTime } from "#base/time.js";
import type { Catalog } from "#catalog/index.js";
import { parseFilter } from "#filter/index.js";
import { loadNameBook, lookUp } from "#inventory/index.js";
import type { Cell } from "#model/answer.js";
import type { FilterNode } from "#model/filter.js";
import type { NameBook } from "#model/names.js";
import type { Segment } from "#model/segment.js";
import { arrivalColumns, arrivalsStatement, DuckDbEngine } from "#query/index.js";
import { SEGMENT_MISSING } from "#store/index.js";
import { withSandbox } from "./asking.ts";
import { openCatalogToRead } from "./lake-files.ts";

export interface TailRequest {
  readonly filter?: string;
  /** Also what was there before: conversations that went on at this time or later. Without it, only what arrives. */
  readonly since?: string;
  /** Only what is there now: does not wait for more. */
  readonly once: boolean;
  readonly nowMs: number;
  /** Ends cleanly. */
  readonly signal: AbortSignal;
  readonly pollMs?: number;
}

type ArrivalColumn = (typeof arrivalColumns)[number];

/** A conversation, or what became of it in one hour more. */
export type Arrival = Readonly<Record<ArrivalColumn, Cell>> & {
  /** It was not there before; else it grew, or was made anew with another result. */
  readonly isNew: boolean;
  readonly client_name: string | null;
  readonly server_name: string | null;
};

/** What arrived at once, in the order in which it began. */
export interface Arrivals {
  readonly rows: readonly Arrival[];
  /** More arrived than is told at once. */
  readonly isCut: boolean;
}

/** Told of at once; who wants more, asks. */
export const MOST_ARRIVALS = 20_000;
const POLL_MS = 1000;
const MOST_MISSES = 3;
const NONE: Arrivals = { rows: [], isCut: false };
const LAST_HOUR = 3_600_000_000;
const limits = { timeoutMs: 60_000, maxRows: MOST_ARRIVALS + 1 };

/**
 * Follows the lake: whenever conversations were derived, yields those that are new and those that changed. The same state of a
 * conversation is never told twice: files that were derived anew are compared with those whose place they took.
 */
export async function* tailLake(dataDir: string, request: TailRequest): AsyncGenerator<Arrivals> {
  const { nowMs, signal, once, pollMs = POLL_MS } = request;
  const filter = request.filter === undefined ? undefined : parseFilter(request.filter, "conversations", { nowMs });
  const catalog = openCatalogToRead(dataDir);
  try {
    const follower = new Follower(dataDir, catalog, filter, signal);
    const since = request.since === undefined ? undefined : parseTime(request.since, nowMs, "--since");
    yield* follower.begin(since, once);
    if (once) return;
    while (!signal.aborted) {
      yield* follower.look();
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    catalog.close();
  }
}

class Follower {
  readonly #dataDir: string;
  readonly #catalog: Catalog;
  readonly #filter: FilterNode | undefined;
  readonly #signal: AbortSignal;
  #version = -1;
  #misses = 0;
  /** The newest end of what was told, microseconds. */
  #toldUntil: number | null = null;
  #nameVersion = -1;
  #names: NameBook = { blocks: [], ids: new Map() };
  #known: ReadonlyMap<string, Segment> = new Map();

  constructor(dataDir: string, catalog: Catalog, filter: FilterNode | undefined, signal: AbortSignal) {
    this.#dataDir = dataDir;
    this.#catalog = catalog;
    this.#filter = filter;
    this.#signal = signal;
  }

  /** What is there: from `since` on; of a single look without it, what went on in the hour before the newest. */
  async *begin(since: number | undefined, once: boolean): AsyncGenerator<Arrivals> {
    this.#version = this.#catalog.version();
    this.#known = this.#live();
    if (since === undefined && !once) return;
    const segments = [...this.#known.values()];
    const from = since ?? Math.max(0, ...segments.map(({ maxTime }) => maxTime));
    // A row's time is the beginning of its hour.
    const added = segments.filter(({ maxTime }) => maxTime + LAST_HOUR > from);
    if (added.length > 0) yield await this.#read(added, [], from);
  }

  /** What arrived since the last look. */
  async *look(): AsyncGenerator<Arrivals> {
    const version = this.#catalog.version();
    if (version === this.#version) return;
    const now = this.#live();
    const added = [...now.values()].filter(({ id }) => !this.#known.has(id));
    const removed = [...this.#known.values()].filter(({ id }) => !now.has(id));
    const told = added.length === 0 ? NONE : await this.#compare(added, removed);
    if (told === undefined) return;
    this.#version = version;
    this.#known = now;
    if (told.rows.length > 0) yield told;
  }

  #live(): Map<string, Segment> {
    return new Map(this.#catalog.liveSegments("conversations").map((segment) => [segment.id, segment]));
  }

  /** @returns undefined when the look has to be made again */
  async #compare(added: readonly Segment[], removed: readonly Segment[]): Promise<Arrivals | undefined> {
    try {
      const told = await this.#read(added, removed, null);
      this.#misses = 0;
      return told;
    } catch (error) {
      if (this.#signal.aborted) return undefined;
      if (!(error instanceof WeirError && error.code === SEGMENT_MISSING)) throw error;
      // Replaced again meanwhile: what is live at the next look is there.
      if (++this.#misses < MOST_MISSES) return undefined;
      // The older files are gone, as after a laptop's sleep: what went on since the last that was told.
      this.#misses = 0;
      return this.#read(added, [], this.#toldUntil);
    }
  }

  async #read(added: readonly Segment[], removed: readonly Segment[], since: number | null): Promise<Arrivals> {
    const names = this.#currentNames();
    const statement = arrivalsStatement({
      added,
      removed,
      since,
      names,
      filter: this.#filter,
      limit: MOST_ARRIVALS,
    });
    const options = { memoryMb: 1000, signal: this.#signal };
    const { rows } = await withSandbox(this.#dataDir, options, (sandbox) =>
      new DuckDbEngine(sandbox, names, limits).run(statement),
    );
    const arrivals = rows.slice(0, MOST_ARRIVALS).map((row) => arrivalOf(row, names));
    for (const { end_time } of arrivals)
      if (typeof end_time === "string") this.#toldUntil = Math.max(this.#toldUntil ?? 0, Date.parse(end_time) * 1000);
    return { rows: arrivals, isCut: rows.length > MOST_ARRIVALS };
  }

  #currentNames(): NameBook {
    const version = this.#catalog.nameVersion();
    if (version !== this.#nameVersion) {
      this.#names = loadNameBook(this.#catalog);
      this.#nameVersion = version;
    }
    return this.#names;
  }
}

function arrivalOf([isNew, ...cells]: readonly Cell[], names: NameBook): Arrival {
  const values = Object.fromEntries(arrivalColumns.map((name, at) => [name, cells[at] ?? null])) as Record<
    ArrivalColumn,
    Cell
  >;
  const nameOf = (cell: Cell): string | null => {
    const address = typeof cell === "string" ? parseAddress(cell) : undefined;
    return address === undefined ? null : (lookUp(names, address)?.name ?? null);
  };
  return {
    ...values,
    isNew: isNew === true,
    client_name: nameOf(values.client_ip),
    server_name: nameOf(values.server_ip),
  };
}
