import { Remembered } from "#base/remembered.js";
import type { Catalog, CatalogSnapshot, InterfaceFact, ObjectContent, ObjectRow, StoredName } from "#catalog/index.js";
import { loadNameBook } from "#inventory/index.js";
import type { NameBook } from "#model/names.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import type { ToldFlowLogs } from "#model/told-flow-log.js";
import type { LakeFiles } from "#store/index.js";
import { endOfFlows } from "./end-of-flows.ts";

/** What is read of a time, such as its coverage, for so many times. */
const MOST_REMEMBERED = 64;

/** The live files as they were at first asking, and the objects: what queries are planned with. */
export class CatalogFiles implements LakeFiles, Disposable {
  readonly #catalog: Catalog;
  readonly #isKept: boolean;
  #stored: readonly StoredName[] | undefined;
  #names: NameBook | undefined;
  #told: ToldFlowLogs | undefined;
  #snapshot: CatalogSnapshot | undefined;

  /** What questions about these files have in common. */
  readonly memory = new Remembered(MOST_REMEMBERED);

  /** @param isKept whether the catalog stays open when this is disposed of */
  constructor(catalog: Catalog, isKept = false) {
    this.#catalog = catalog;
    this.#isKept = isKept;
  }

  segments(table: TableName): readonly Segment[] {
    this.#snapshot ??= this.#catalog.snapshot();
    return this.#snapshot.segments[table];
  }

  /** The catalog's version that {@link segments} are of. */
  version(): number {
    this.#snapshot ??= this.#catalog.snapshot();
    return this.#snapshot.version;
  }

  nameVersion(): number {
    return this.#catalog.nameVersion();
  }

  /**
   * The files that some tables had at an earlier version, found by trying: those that live still, and with them those that were
   * retired, from the newest on, until `isState` knows them. Undefined when files of that state are forgotten.
   */
  earlierSegments(
    names: readonly TableName[],
    version: number,
    isState: (segments: readonly Segment[]) => boolean,
  ): Segment[] | undefined {
    const earlier = names.map((table) => this.#catalog.earlierSegments(table, version));
    const segments = earlier.flatMap(({ live }) => live);
    const retired = earlier.flatMap((each) => each.retired).sort((a, b) => b.retiredAtMs - a.retiredAtMs);
    for (let at = 0; ; at++) {
      if (isState(segments)) return segments;
      const next = retired[at];
      if (next === undefined) return undefined;
      segments.push(next.segment);
    }
  }

  /** Where the records of some objects stand. */
  objectContents(objectIds: readonly number[]): ObjectContent[] {
    return this.#catalog.objectContents(objectIds);
  }

  objects(): readonly ObjectRow[] {
    return this.#catalog.objects();
  }

  /** The time of the newest flow, microseconds; where flows are kept no longer, of the newest hour. Null without any. */
  newestFlow(): number | null {
    return this.#newest("flows") ?? this.#newest("conversations") ?? this.#newest("rollup_hour");
  }

  /** Up to which time the lake has traffic: see {@link endOfFlows}. */
  flowsEnd(): number | null {
    return endOfFlows((table) => this.#newest(table));
  }

  #newest(table: TableName): number | null {
    return this.segments(table).reduce<number | null>(
      (newest, { maxTime }) => Math.max(newest ?? maxTime, maxTime),
      null,
    );
  }

  /** All names that were given at first asking, what is stronger later. */
  storedNames(): readonly StoredName[] {
    this.#stored ??= this.#catalog.names();
    return this.#stored;
  }

  /** What is known of interfaces from inventories. */
  interfaceFacts(): readonly InterfaceFact[] {
    return this.#catalog.interfaceFacts();
  }

  /** The names of addresses and ids that held at first asking. */
  names(): NameBook {
    this.#names ??= loadNameBook(this.#catalog, this.storedNames());
    return this.#names;
  }

  /** What control planes said of flow logs until first asking. */
  told(): ToldFlowLogs {
    this.#told ??= this.#catalog.told.byRecords();
    return this.#told;
  }

  /** Hours since 1970 whose flows changed since they were derived. */
  staleHours(): number[] {
    return this.#catalog.dirtyHours().map(({ hour }) => hour);
  }

  [Symbol.dispose](): void {
    if (!this.#isKept) this.#catalog.close();
  }
}
