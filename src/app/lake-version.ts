import { statSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { Catalog } from "#catalog/index.js";
import { openCatalogToRead } from "./lake-files.ts";

/** Of a lake that is not there. */
const NO_LAKE = "none";

/** What a lake is at, read so cheaply that every question can ask. Keeps the catalog open, and notices when another one is in its place. */
export class LakeVersion implements Disposable {
  readonly #dataDir: string;
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
