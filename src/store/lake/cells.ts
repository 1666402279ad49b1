import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUUIDValue,
  type DuckDBType,
  type DuckDBValue,
} from "./duckdb-api.ts";
import { addressFromBigInt, formatAddress } from "#base/address.js";
import { columnOf, columnNames } from "#model/columns.js";
import type { AnswerColumn, Cell, CellKind } from "#model/answer.js";

/** Reads one value of a column as plain data; the same function for every value of a column. */
export type CellReader = (value: DuckDBValue) => Cell;

const TOP_BIT = 1n << 127n;

/** How values of a type are read. A UUID is an address, wherever it stands. */
export function cellReader(type: DuckDBType): CellReader {
  if (type.typeId === DuckDBTypeId.UUID)
    return (value) =>
      value instanceof DuckDBUUIDValue ? formatAddress(addressFromBigInt(value.hugeint ^ TOP_BIT)) : null;
  if (type.typeId === DuckDBTypeId.LIST || type.typeId === DuckDBTypeId.ARRAY)
    return listReader(cellReader(type.valueType));
  if (type.typeId === DuckDBTypeId.STRUCT) return structReader(type);
  return type.typeId === DuckDBTypeId.MAP ? mapReader(type) : plainCell;
}

function plainCell(value: DuckDBValue): Cell {
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "bigint")
    return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return isoTime(value.micros);
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  return String(value);
}

/** RFC 3339 in UTC; a fraction only where there is one. */
export function isoTime(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const date = new Date(Number((micros - rest) / 1000n));
  // DuckDB's infinities and years that Date does not reach.
  if (Number.isNaN(date.getTime())) return micros > 0n ? "infinity" : "-infinity";
  const whole = date.toISOString().slice(0, -5);
  return rest === 0n ? `${whole}Z` : `${whole}.${rest.toString().padStart(6, "0").replace(/0+$/, "")}Z`;
}

function listReader(item: CellReader): CellReader {
  return (value) => {
    const items = (value as { items?: readonly DuckDBValue[] } | null)?.items;
    return items === undefined ? null : items.map(item);
  };
}

function structReader(type: { entryNames: readonly string[]; entryTypes: readonly DuckDBType[] }): CellReader {
  const readers = new Map(type.entryNames.map((name, at) => [name, cellReader(type.entryTypes[at] as DuckDBType)]));
  return (value) => {
    const entries = (value as { entries?: Readonly<Record<string, DuckDBValue>> } | null)?.entries;
    if (entries === undefined) return null;
    return Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => [name, (readers.get(name) ?? plainCell)(entry)]),
    );
  };
}

function mapReader(type: { keyType: DuckDBType; valueType: DuckDBType }): CellReader {
  const [key, item] = [cellReader(type.keyType), cellReader(type.valueType)];
  return (value) => {
    const entries = (value as { entries?: readonly { key: DuckDBValue; value: DuckDBValue }[] } | null)?.entries;
    if (entries === undefined) return null;
    return Object.fromEntries(entries.map((entry) => [keyText(key(entry.key)), item(entry.value)]));
  };
}

function keyText(cell: Cell): string {
  return typeof cell === "string" ? cell : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

const numberTypes: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
]);
const timeTypes: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.TIMESTAMP, DuckDBTypeId.TIMESTAMP_TZ]);
const nestedTypes: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
]);

function kindOf({ typeId }: DuckDBType): CellKind {
  if (numberTypes.has(typeId)) return "number";
  if (timeTypes.has(typeId)) return "time";
  if (nestedTypes.has(typeId)) return "nested";
  if (typeId === DuckDBTypeId.UUID) return "address";
  return typeId === DuckDBTypeId.BOOLEAN ? "boolean" : "text";
}

/** What an answer says of a column; a column with a name of the catalogue takes its unit. */
export function answerColumn(name: string, type: DuckDBType): AnswerColumn {
  const known = columnNames.find((column) => column === name);
  const unit = known === undefined ? undefined : columnOf(known).unit;
  const kind = kindOf(type);
  return { name, type: type.toString(), kind, ...(unit !== undefined && kind === "number" && { unit }) };
}
