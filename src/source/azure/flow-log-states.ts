import { createHash } from "node:crypto";
import type { SourceMemory } from "../remote.ts";
import type { RemoteObject } from "../remote.ts";

/** How far a flow log has been read: hours [from, to), since 1970, are in the lake. */
export interface FlowLogCursor {
  readonly from: number;
  readonly to: number;
}

/** When a flow log was listed last, and when that showed something new. */
export interface FlowLogPace {
  readonly listedMs: number;
  readonly changedMs: number;
  /** Of what its listing showed. */
  readonly digest: string;
}

const CURSOR = "log:";
const PACES = "paces";
const WALKED = "walked";

/**
 * What is remembered of a container: a cursor a flow log, which moves once an hour, and one text with the pace of all of them, so that
 * a look writes little.
 */
export class FlowLogStates {
  readonly #memory: SourceMemory;
  readonly #paces: Map<string, FlowLogPace>;

  constructor(memory: SourceMemory) {
    this.#memory = memory;
    this.#paces = new Map(readPaces(memory.get(PACES)));
  }

  get known(): string[] {
    return [...this.#memory.entries(CURSOR).keys()].map((name) => name.slice(CURSOR.length));
  }

  cursor(flowLog: string): FlowLogCursor | undefined {
    const [from, to] = (this.#memory.get(CURSOR + flowLog) ?? "").split(" ").map(Number);
    return from === undefined || to === undefined ? undefined : { from, to };
  }

  move(flowLog: string, { from, to }: FlowLogCursor): void {
    this.#memory.set(CURSOR + flowLog, `${from} ${to}`);
  }

  pace(flowLog: string): FlowLogPace | undefined {
    return this.#paces.get(shortName(flowLog));
  }

  /** A flow log was listed now, and this is what it showed. */
  listed(flowLog: string, nowMs: number, objects: readonly RemoteObject[]): void {
    const digest = digestOf(objects);
    const before = this.pace(flowLog);
    const changedMs = before?.digest === digest ? before.changedMs : nowMs;
    this.#paces.set(shortName(flowLog), { listedMs: nowMs, changedMs, digest });
  }

  /** When the container was walked through last, and how many levels that took. */
  get walked(): { readonly atMs: number; readonly levels: number } | undefined {
    const [atMs, levels] = (this.#memory.get(WALKED) ?? "").split(" ").map(Number);
    return atMs === undefined || levels === undefined ? undefined : { atMs, levels };
  }

  set walked({ atMs, levels }: { readonly atMs: number; readonly levels: number }) {
    this.#memory.set(WALKED, `${atMs} ${levels}`);
  }

  /** Keeps the paces. */
  save(): void {
    const rows = [...this.#paces].map(([name, { listedMs, changedMs, digest }]) => [name, listedMs, changedMs, digest]);
    this.#memory.set(PACES, JSON.stringify(rows));
  }
}

function readPaces(text: string | undefined): [string, FlowLogPace][] {
  if (text === undefined) return [];
  const rows = JSON.parse(text) as [string, number, number, string][];
  return rows.map(([name, listedMs, changedMs, digest]) => [name, { listedMs, changedMs, digest }]);
}

function shortName(flowLog: string): string {
  return createHash("sha256").update(flowLog).digest("base64url").slice(0, 12);
}

function digestOf(objects: readonly RemoteObject[]): string {
  const hash = createHash("sha256");
  for (const { key, size, etag = "" } of objects) hash.update(`${key} ${size} ${etag}\n`);
  return hash.digest("base64url").slice(0, 12);
}
