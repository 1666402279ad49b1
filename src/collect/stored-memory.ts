import type { SourceCatalog } from "#catalog/index.js";
import type { SourceMemory } from "#source/index.js";

/** What a source remembers, kept in the catalog: durable when a call returns. */
export class StoredMemory implements SourceMemory {
  readonly #catalog: SourceCatalog;
  readonly #sourceId: number;
  readonly #values: Map<string, string>;

  constructor(catalog: SourceCatalog, sourceId: number) {
    this.#catalog = catalog;
    this.#sourceId = sourceId;
    this.#values = catalog.memory(sourceId);
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: string): void {
    if (this.#values.get(name) === value) return;
    this.#catalog.remember(this.#sourceId, new Map([[name, value]]));
    this.#values.set(name, value);
  }

  delete(name: string): void {
    if (!this.#values.has(name)) return;
    this.#catalog.remember(this.#sourceId, new Map([[name, null]]));
    this.#values.delete(name);
  }

  entries(prefix: string): ReadonlyMap<string, string> {
    return new Map([...this.#values].filter(([name]) => name.startsWith(prefix)));
  }
}
