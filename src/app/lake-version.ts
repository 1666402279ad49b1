import { statSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { Catalog, TableTotals } from "#catalog/index.js";
import type { RecordCounts } from "#model/records.js";
import { openCatalogToRead } from "./open-catalog.ts";

/** Of a lake that is not there. */
const NO_LAKE = "none";

/** What operators watch of a lake. */
export interface LakeNumbers {
  /** Time of the newest flow, microseconds; null without any. */
  readonly newestFlow: number | null;
  /** Hours whose flows changed since they were derived. */
  readonly dirtyHours: number;
  readonly records: RecordCounts;
  readonly objectsFailed: number;
  /** Rows and bytes by table. */
  readonly tables: readonly TableTotals[];
}

/** What a lake is at, read so cheaply that every question can ask. Keeps the catalog open, and notices when another one is in its place. */
export class LakeVersion implements Disposable {
  readonly #dataDir: string;
  #numbers: { readonly version: string; readonly numbers: LakeNumbers } | undefined;
  #open: { readonly catalog: Catalog; readonly file: string } | undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Another text whenever anything in the lake or its names has changed. @throws WeirError when the catalog cannot be read */
  read(): string {
    const stats = statSync(join(this.#dataDir, "catalog.db"), { throwIfNoEntry: false });
    if (stats === undefined) {
      this.#close();
      return NO_LAKE;
    }
    const file = identityOf(stats);
    if (this.#open?.file !== file) this.#close();
    this.#open ??= { catalog: openCatalogToRead(this.#dataDir), file };
    const { catalog } = this.#open;
    return `${file}.${catalog.version()}.${catalog.nameVersion()}`;
  }

  /** Sums over the catalog, made once for each version; undefined without a lake. @throws WeirError when the catalog cannot be read */
  numbers(): LakeNumbers | undefined {
    const version = this.read();
    if (version === NO_LAKE) return undefined;
    if (this.#numbers?.version !== version) this.#numbers = { version, numbers: numbersOf(this.catalog()) };
    return this.#numbers.numbers;
  }

  /** Whether there is a lake. @throws WeirError when the catalog cannot be read */
  isThere(): boolean {
    return this.read() !== NO_LAKE;
  }

  /** The catalog, open to read. @throws WeirError `no-lake` */
  catalog(): Catalog {
    this.read();
    return this.#open?.catalog ?? openCatalogToRead(this.#dataDir);
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #close(): void {
    this.#open?.catalog.close();
    this.#open = undefined;
  }
}

/** A new lake in the place of an old one counts from the beginning again: its file is another one. */
function identityOf({ ino, birthtimeMs }: Stats): string {
  return `${ino.toString(36)}.${Math.round(birthtimeMs).toString(36)}`;
}

function numbersOf(catalog: Catalog): LakeNumbers {
  const { records, objects } = catalog.objectTotals();
  const tables = catalog.tableTotals();
  return {
    newestFlow: tables.find(({ table }) => table === "flows")?.maxTime ?? null,
    dirtyHours: catalog.dirtyHours().length,
    records,
    objectsFailed: objects.failed,
    tables,
  };
}
