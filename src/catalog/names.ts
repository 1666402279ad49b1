import { formatAddress, parseAddress, type AddressWords } from "#base/address.js";
import { idKey, type NameRole } from "#model/names.js";
import { storableText, type Database, type Row } from "./database.ts";
import { dirtyAllHours } from "./hours.ts";

/** What a name can be given to. */
export type NameKind = "block" | "account" | "network" | "subnet" | "interface";

/** Who says so: a person's own list, or what a cloud's command printed. */
export type NameOrigin = "written" | "learned";

/** One name for one block of addresses or one id. */
export interface NameEntry {
  readonly kind: NameKind;
  /** The block as CIDR, a single address without a prefix; else the id. */
  readonly target: string;
  readonly name: string;
  readonly role: NameRole | null;
  readonly owner: string | null;
  /** Line in the source, where it has lines. */
  readonly line: number | null;
}

/** What a cloud says of one interface: how flow logs call it, its private addresses, what it does with traffic. */
export interface InterfaceFact {
  /** The interface's id, or its MAC address as Azure's flow logs write it. */
  readonly observerId: string;
  /** Empty when only a role is known. */
  readonly addresses: readonly AddressWords[];
  readonly role: NameRole | null;
}

/** All that one source gives: it takes the place of what the source gave before. */
export interface NameLoad {
  /** The file's real path, or a name that a person chose. */
  readonly source: string;
  readonly origin: NameOrigin;
  readonly entries: readonly NameEntry[];
  readonly interfaces: readonly InterfaceFact[];
}

export interface NameSource {
  readonly source: string;
  readonly origin: NameOrigin;
  readonly names: number;
  readonly interfaces: number;
  readonly loadedAtMs: number;
}

export interface StoredName extends NameEntry {
  readonly source: string;
  readonly origin: NameOrigin;
  readonly loadedAtMs: number;
}

/** Rows that go to SQLite as one text. */
const BATCH = 10_000;

/** Puts names in the place of what their sources gave before, all or nothing. @returns the version of the names */
export function replaceNames(db: Database, loads: readonly NameLoad[], nowMs: number): number {
  return changingRoles(db, () => {
    for (const load of loads) {
      forget(db, load.source);
      const version = bumpNameVersion(db);
      const id = db.get(
        "INSERT INTO name_sources (source, origin, loaded, loaded_at_ms) VALUES (?, ?, ?, ?) RETURNING id",
        [load.source, load.origin, BigInt(version), BigInt(nowMs)],
      )?.["id"];
      insertLoad(db, BigInt(Number(id)), load);
    }
    return nameVersion(db);
  });
}

function insertLoad(db: Database, id: bigint, { entries, interfaces }: NameLoad): void {
  for (let from = 0; from < entries.length; from += BATCH) {
    const rows = entries
      .slice(from, from + BATCH)
      .map(({ kind, target, name, role, owner, line }, at) => [
        from + at,
        kind,
        storableText(target),
        storableText(name),
        role,
        owner === null ? null : storableText(owner),
        line,
      ]);
    db.run(`INSERT INTO names (source_id, number, kind, target, name, role, owner, line) SELECT ?, ${fields(7)}`, [
      id,
      JSON.stringify(rows),
    ]);
  }
  for (let from = 0; from < interfaces.length; from += BATCH) {
    const rows = interfaces
      .slice(from, from + BATCH)
      .map(({ observerId, addresses, role }) => [
        storableText(observerId),
        addresses.map(formatAddress).join(" "),
        role,
      ]);
    db.run(`INSERT OR REPLACE INTO interface_facts (source_id, observer_id, addresses, role) SELECT ?, ${fields(3)}`, [
      id,
      JSON.stringify(rows),
    ]);
  }
}

/** The fields of arrays in a JSON text, in the statement's next parameter. */
function fields(count: number): string {
  const list = Array.from({ length: count }, (_, at) => `value ->> ${at}`);
  return `${list.join(", ")} FROM json_each(?)`;
}

/** Takes away what a source gave. @returns false when nothing came from it */
export function removeNames(db: Database, source: string): boolean {
  return changingRoles(db, () => {
    const wasThere = forget(db, source);
    if (wasThere) bumpNameVersion(db);
    return wasThere;
  });
}

/** Changes names; when that changes what conversations are made of, all hours whose flows are kept are dirty with the same commit. */
function changingRoles<T>(db: Database, change: () => T): T {
  return db.write(() => {
    const before = rolesText(db);
    const result = change();
    if (rolesText(db) !== before) {
      db.run(
        "INSERT INTO meta (key, value) VALUES ('roles', '1') ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)",
      );
      dirtyAllHours(db);
    }
    return result;
  });
}

/** All that derivation reads of names, as one text: interfaces, and the blocks once any of them has a role. */
function rolesText(db: Database): string {
  const facts = interfaceFacts(db).map(({ observerId, addresses, role }) => [observerId, role, addresses.join(" ")]);
  const blocks = db.get(
    `SELECT json_group_array(json_array(target, role)) AS blocks FROM (SELECT n.target, n.role FROM names n JOIN name_sources s ON s.id = n.source_id
      WHERE n.kind = 'block' AND EXISTS (SELECT 1 FROM names r WHERE r.kind = 'block' AND r.role IS NOT NULL) ${WEAK_FIRST})`,
  )?.["blocks"];
  return JSON.stringify(facts.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))) + String(blocks);
}

/** Counts up when names change what conversations are made of: whose addresses are whose, and who stands in for whom. */
export function roleVersion(db: Database): number {
  return Number(db.get("SELECT value FROM meta WHERE key = 'roles'")?.["value"] ?? 0);
}

function forget(db: Database, source: string): boolean {
  const row = db.get("SELECT id FROM name_sources WHERE source = ?", [source]);
  if (row === undefined) return false;
  const id = BigInt(Number(row["id"]));
  db.run("DELETE FROM names WHERE source_id = ?", [id]);
  db.run("DELETE FROM interface_facts WHERE source_id = ?", [id]);
  db.run("DELETE FROM name_sources WHERE id = ?", [id]);
  return true;
}

function bumpNameVersion(db: Database): number {
  const row = db.get(
    "INSERT INTO meta (key, value) VALUES ('names', '1') ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING value",
  );
  return Number(row?.["value"]);
}

/** Counts up with every change of names and interface facts. */
export function nameVersion(db: Database): number {
  return Number(db.get("SELECT value FROM meta WHERE key = 'names'")?.["value"] ?? 0);
}

const WEAK_FIRST = "ORDER BY s.origin = 'written', s.loaded, n.number";

/** All names, what is stronger later: learned before written, older before newer. */
export function storedNames(db: Database): StoredName[] {
  return db.read(() => {
    const sources = new Map(
      db
        .all("SELECT id, source, origin, loaded_at_ms FROM name_sources")
        .map((row) => [Number(row["id"]), { source: String(row["source"]), ...originOf(row) }]),
    );
    // As one text: a row each takes libsql four times as long, and every query that shows names pays for it.
    const text = db.get(
      `SELECT json_group_array(json_array(source_id, kind, target, name, role, owner, line)) AS names FROM
         (SELECT n.* FROM names n JOIN name_sources s ON s.id = n.source_id ${WEAK_FIRST})`,
    )?.["names"];
    return (JSON.parse(String(text)) as StoredRow[]).map(([id, kind, target, name, role, owner, line]) => {
      const from = sources.get(id);
      if (from === undefined) throw new RangeError(`a name of source ${id}, which is none`);
      const { source, origin, loadedAtMs } = from;
      return { kind, target, name, role, owner, line, source, origin, loadedAtMs };
    });
  });
}

type StoredRow = [
  source: number,
  kind: NameKind,
  target: string,
  name: string,
  role: NameRole | null,
  owner: string | null,
  line: number | null,
];

function originOf(row: Row): Pick<NameSource, "origin" | "loadedAtMs"> {
  return { origin: row["origin"] as NameOrigin, loadedAtMs: Number(row["loaded_at_ms"]) };
}

/** Where names came from, the newest last. */
export function nameSources(db: Database): NameSource[] {
  return db
    .all(
      `SELECT source, origin, loaded_at_ms,
         (SELECT count(*) FROM names WHERE source_id = id) AS names,
         (SELECT count(*) FROM interface_facts WHERE source_id = id) AS interfaces
       FROM name_sources ORDER BY loaded`,
    )
    .map((row) => ({
      source: String(row["source"]),
      ...originOf(row),
      names: Number(row["names"]),
      interfaces: Number(row["interfaces"]),
    }));
}

/** What is known of interfaces, one of each: the newest source decides, a role that someone wrote before all. */
export function interfaceFacts(db: Database): InterfaceFact[] {
  const facts = new Map<string, InterfaceFact>();
  const learned =
    "SELECT f.observer_id, f.addresses, f.role FROM interface_facts f JOIN name_sources s ON s.id = f.source_id ORDER BY s.loaded, f.observer_id";
  for (const row of db.all(learned)) facts.set(String(row["observer_id"]), factOf(row));
  const written = `SELECT n.target, n.role FROM names n JOIN name_sources s ON s.id = n.source_id
    WHERE n.kind = 'interface' AND s.origin = 'written' AND n.role IS NOT NULL ${WEAK_FIRST}`;
  for (const row of db.all(written)) {
    const observerId = idKey(String(row["target"]));
    const addresses = facts.get(observerId)?.addresses ?? [];
    facts.set(observerId, { observerId, addresses, role: row["role"] as NameRole });
  }
  return [...facts.values()];
}

function factOf(row: Row): InterfaceFact {
  const addresses = String(row["addresses"]).split(" ").map(parseAddress);
  return {
    observerId: String(row["observer_id"]),
    addresses: addresses.filter((address) => address !== undefined),
    role: row["role"] as NameRole | null,
  };
}
