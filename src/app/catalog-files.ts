import { Remembered } from "#base/remembered.js";
import type { Catalog, ObjectRow } from "#catalog/index.js";
import { loadNameBook } from "#inventory/index.js";
import type { NameBook } from "#model/names.js";
import type { Segment } from "#model/segment.js";
import type { TableName } from "#model/tables.js";
import type { LakeFiles } from "#store/index.js";

/** What is read of a time, such as its coverage, for so many times. */
const MOST_REMEMBERED = 64;

/** The live files as they were at first asking, and the objects: what queries are planned with. */
export class CatalogFiles implements LakeFiles, Disposable {
  readonly #catalog: Catalog;
  readonly #isKept: boolean;
  #names: NameBook | undefined;
  #segments: Readonly<Record<TableName, readonly Segment[]>> | undefined;

  /** What questions about these files have in common. */
  readonly memory = new Remembered(MOST_REMEMBERED);

  /** @param isKept whether the catalog stays open when this is disposed of */
  constructor(catalog: Catalog, isKept = false) {
    this.#catalog = catalog;
    this.#isKept = isKept;
  }

  segments(table: TableName): readonly Segment[] {
    this.#segments ??= this.#catalog.snapshot().segments;
    return this.#segments[table];
  }

  objects(): readonly ObjectRow[] {
    return this.#catalog.objects();
  }

  /** The time of the newest flow, microseconds; where flows are kept no longer, of the newest hour. Null without any. */
  newestFlow(): number | null {
    return this.#newest("flows") ?? this.#newest("conversations") ?? this.#newest("rollup_hour");
  }

  #newest(table: TableName): number | null {
    return this.segments(table).reduce<number | null>(
      (newest, { maxTime }) => Math.max(newest ?? maxTime, maxTime),
      null,
    );
  }

  /** The names of addresses and ids that held at first asking. */
  names(): NameBook {
    this.#names ??= loadNameBook(this.#catalog);
    return this.#names;
  }

  /** Hours since 1970 whose flows changed since they were derived. */
  staleHours(): number[] {
    return this.#catalog.dirtyHours().map(({ hour }) => hour);
  }

  [Symbol.dispose](): void {
    if (!this.#isKept) this.#catalog.close();
  }
}
