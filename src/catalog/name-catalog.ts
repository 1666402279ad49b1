import type { Clock } from "#base/clock.js";
import type { Database } from "./database.ts";
import {
  interfaceFacts,
  nameSources,
  nameVersion,
  removeNames,
  replaceNames,
  roleVersion,
  storedNames,
  type InterfaceFact,
  type NameLoad,
  type NameSource,
  type StoredName,
} from "./names.ts";

/** What the catalog knows of names. Calls are synchronous; each is one transaction. */
export class NameCatalog {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Puts names in the place of what their sources gave before, all or nothing. @returns the version of the names */
  replaceNames(loads: readonly NameLoad[]): number {
    return replaceNames(this.#db, loads, this.#clock.now());
  }

  /** Takes away what a source gave. @returns false when nothing came from it */
  removeNames(source: string): boolean {
    return removeNames(this.#db, source);
  }

  /** All names, what is stronger later: learned before written, older before newer. */
  names(): StoredName[] {
    return storedNames(this.#db);
  }

  /** Where names came from, the newest last. */
  nameSources(): NameSource[] {
    return nameSources(this.#db);
  }

  /** Counts up with every change of names and interface facts. */
  nameVersion(): number {
    return nameVersion(this.#db);
  }

  /** See {@link roleVersion}. */
  roleVersion(): number {
    return roleVersion(this.#db);
  }

  /** What is known of interfaces, one of each: the newest source decides, a role that someone wrote before all. */
  interfaceFacts(): InterfaceFact[] {
    return interfaceFacts(this.#db);
  }
}
