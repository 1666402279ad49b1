import type { AddressBlock, AddressWords } from "#base/address.js";

/** A value bound to a parameter of a statement. */
export type BoundValue = string | number | bigint;

/** A small table that a statement joins with, made before it runs: addresses as blocks, first and last included. */
export interface BlockTable {
  readonly name: string;
  readonly blocks: readonly AddressBlock[];
}

/** Collects what a statement binds, and gives the names that stand for it in SQL. No value ever becomes SQL. */
export class Bindings {
  readonly values: BoundValue[] = [];
  readonly blockTables: BlockTable[] = [];
  readonly #prefix: string;

  /** @param prefix what the names of this statement's small tables begin with: no other statement of a question has it */
  constructor(prefix = "") {
    this.#prefix = prefix;
  }

  bind(value: BoundValue): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** A whole number as a BIGINT. */
  integer(value: number): string {
    return `${this.bind(BigInt(Math.round(value)))}::BIGINT`;
  }

  /** A point in time given in microseconds since 1970. */
  time(micros: number): string {
    return `make_timestamp(${this.integer(micros)})`;
  }

  address(words: AddressWords): string {
    return `${this.bind(uuidText(words))}::UUID`;
  }

  blocks(blocks: readonly AddressBlock[]): string {
    const name = `${this.#prefix}blocks_${this.blockTables.length + 1}`;
    this.blockTables.push({ name, blocks });
    return name;
  }
}

/** How DuckDB writes the 128 bits of an address. */
function uuidText(words: AddressWords): string {
  const hex = words.map((word) => word.toString(16).padStart(8, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
