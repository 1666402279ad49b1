import { addressToBigInt, type AddressWords } from "#base/address.js";
import type { Catalog } from "#catalog/index.js";
import { loadNameBook } from "#inventory/index.js";
import type { NameRole } from "#model/names.js";
import type { SqlRunner } from "./sql-runner.ts";

/** What names tell derivation: whose addresses are whose, and who passes on what others send. */
export interface KnownNames {
  /** Counts up when any of this changes. */
  readonly version: number;
  readonly interfaces: readonly {
    readonly observerId: string;
    readonly addresses: readonly AddressWords[];
    readonly role: NameRole | null;
  }[];
  /** Disjoint blocks of addresses that have a role. */
  readonly blocks: readonly { readonly first: AddressWords; readonly last: AddressWords; readonly role: NameRole }[];
}

export const noNames: KnownNames = { version: 0, interfaces: [], blocks: [] };

/** What the names of a lake tell derivation now. */
export function knownNames(catalog: Catalog): KnownNames {
  // Read before the names: a change between the two is noticed when the hours are committed.
  const version = catalog.roleVersion();
  const blocks = loadNameBook(catalog).blocks.flatMap(({ first, last, role }) =>
    role === null ? [] : [{ first, last, role }],
  );
  return { version, interfaces: catalog.interfaceFacts(), blocks };
}

/** Puts names into the tables `named_interfaces` and `named_blocks` of an engine that derives. */
export async function loadNames(sql: SqlRunner, { interfaces, blocks }: KnownNames): Promise<void> {
  await sql.run("CREATE OR REPLACE TEMP TABLE named_interfaces (ob VARCHAR, role VARCHAR, addresses UUID[])");
  await sql.run("CREATE OR REPLACE TEMP TABLE named_blocks (first UUID, last UUID, role VARCHAR)");
  await sql.run(
    `INSERT INTO named_interfaces SELECT unnest(from_json($1, '[{"ob":"VARCHAR","role":"VARCHAR","addresses":["UUID"]}]'), recursive := true)`,
    [
      JSON.stringify(
        interfaces.map(({ observerId, role, addresses }) => ({
          ob: observerId,
          role,
          addresses: addresses.map(uuidText),
        })),
      ),
    ],
  );
  await sql.run(
    `INSERT INTO named_blocks SELECT unnest(from_json($1, '[{"first":"UUID","last":"UUID","role":"VARCHAR"}]'), recursive := true)`,
    [JSON.stringify(blocks.map(({ first, last, role }) => ({ first: uuidText(first), last: uuidText(last), role })))],
  );
}

function uuidText(address: AddressWords): string {
  const digits = addressToBigInt(address).toString(16).padStart(32, "0");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
