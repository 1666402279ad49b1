import { DuckDBTypeId, type DuckDBType } from "./duckdb-api.ts";

/** SQL that turns the addresses in a value, wherever they stand in it, into text. */
export function addressTextSql(value: string, type: DuckDBType): string {
  if (!/\bUUID\b/.test(type.toString())) return value;
  if (type.typeId === DuckDBTypeId.UUID) return `ip_text(${value})`;
  if (type.typeId === DuckDBTypeId.LIST || type.typeId === DuckDBTypeId.ARRAY) return listText(value, type.valueType);
  if (type.typeId === DuckDBTypeId.STRUCT) return structText(value, type);
  return type.typeId === DuckDBTypeId.MAP ? mapText(value, type) : `${value}::VARCHAR`;
}

/** Lambda parameters differ by depth, so that an inner one does not hide an outer one. */
function parameterName(value: string): string {
  return `__i${value.length}`;
}

function listText(value: string, itemType: DuckDBType): string {
  const item = parameterName(value);
  return `list_transform(${value}, lambda ${item}: ${addressTextSql(item, itemType)})`;
}

function structText(value: string, type: { entryNames: readonly string[]; entryTypes: readonly DuckDBType[] }): string {
  const entries = type.entryNames.map((name, at) => {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    return `${quoted} := ${addressTextSql(`(${value}).${quoted}`, type.entryTypes[at] as DuckDBType)}`;
  });
  return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${entries.join(", ")}) END`;
}

function mapText(value: string, type: { keyType: DuckDBType; valueType: DuckDBType }): string {
  const entry = parameterName(value);
  const pair = `struct_pack(k := ${addressTextSql(`${entry}.key`, type.keyType)}, v := ${addressTextSql(`${entry}.value`, type.valueType)})`;
  return `map_from_entries(list_transform(map_entries(${value}), lambda ${entry}: ${pair}))`;
}
