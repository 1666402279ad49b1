import type { AddressBlock } from "#base/address.js";
import type { ColumnName } from "#model/columns.js";
import type { FilterNode } from "#model/filter.js";
import type { NameBook } from "#model/names.js";

type Part = "name" | "role" | "owner";

/** The table that the engine fills with the names of addresses: first, last, name, role, owner; disjoint blocks. */
export const NAMES_TABLE = "address_names";

/** The column with the name, role or owner of an address column, where {@link namesJoinSql} joins it. */
export function namedColumn(column: ColumnName, part: Part): string {
  return `names_of_${column}.${part}`;
}

/**
 * Joins the names of an address column. Its different addresses are looked up once, in the order of the blocks, so that the
 * rows themselves meet a hash join only.
 */
export function namesJoinSql(column: ColumnName, relation: string): string {
  const named = `SELECT p.ip, n.name, n.role, n.owner FROM (SELECT DISTINCT ${column} AS ip FROM ${relation}) p ASOF JOIN ${NAMES_TABLE} n ON p.ip >= n.first WHERE p.ip <= n.last`;
  return `LEFT JOIN (${named}) names_of_${column} ON names_of_${column}.ip = ${column}`;
}

/** The blocks whose name, role or owner a condition holds for, before it is negated. */
export function namedBlocks({ blocks }: NameBook, part: Part, condition: NameCondition): AddressBlock[] {
  const holds = testOf(condition);
  return blocks.filter((block) => {
    const value = block[part];
    return value !== null && holds(value);
  });
}

/** The conditions that are looked up among the names; the others are left to the engine. */
type NameCondition = Extract<FilterNode, { readonly kind: "in" | "like" | "compare" | "known" }>;

function testOf(condition: NameCondition): (value: string) => boolean {
  switch (condition.kind) {
    case "known":
      return () => true;
    case "in": {
      const wanted = new Set(condition.values.map((value) => (value.type === "text" ? value.text.toLowerCase() : "")));
      return (value) => wanted.has(value.toLowerCase());
    }
    case "like":
      return globTest(condition.pattern);
    case "compare": {
      const { operator, value: bound } = condition;
      const limit = bound.type === "text" ? bound.text.toLowerCase() : "";
      return (value) => {
        const text = value.toLowerCase();
        if (operator === "<") return text < limit;
        if (operator === "<=") return text <= limit;
        return operator === ">" ? text > limit : text >= limit;
      };
    }
  }
}

/** Whether texts match a pattern of `*` and `?`, case ignored. Takes time in proportion to both lengths. */
function globTest(pattern: string): (text: string) => boolean {
  const wanted = Array.from(pattern.toLowerCase());
  return (text) => {
    const given = Array.from(text.toLowerCase());
    let [at, star, mark] = [0, -1, 0];
    for (let read = 0; read < given.length;) {
      if (at < wanted.length && (wanted[at] === "?" || (wanted[at] !== "*" && wanted[at] === given[read]))) {
        at++;
        read++;
      } else if (wanted[at] === "*") {
        star = at++;
        mark = read;
      } else if (star >= 0) {
        at = star + 1;
        read = ++mark;
      } else return false;
    }
    return wanted.slice(at).every((character) => character === "*");
  };
}

/** A pattern of `*` and `?` as one of LIKE, escaped by `\`. */
export function globSql(pattern: string): string {
  return pattern
    .replaceAll(/[\\%_]/g, (character) => `\\${character}`)
    .replaceAll("*", "%")
    .replaceAll("?", "_");
}

/** Columns of ids that names are given to. */
const idColumns = /(^|_)(account_id|network_id|subnet_id|observer|observer_id)$/;

/** The ids that have a name, for a column that holds such ids. */
export function idsNamed({ ids }: NameBook, column: ColumnName, name: string): string[] {
  if (!idColumns.test(column) || ids.size === 0) return [];
  const wanted = name.toLowerCase();
  return [...ids].filter(([, known]) => known.toLowerCase() === wanted).map(([id]) => id);
}
