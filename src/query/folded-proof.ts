import type { ColumnName } from "#model/columns.js";
import { measureOf } from "#model/measures.js";
import { foldedBlockSql } from "./address-sets.ts";
import type { Bindings } from "./bindings.ts";
import { addsUp, type CheckedQuery } from "./check-query.ts";
import type { GroupKey, Grouping } from "./dimensions.ts";
import { IS_CLIENT, keysSql, valueOf, type GroupRequest } from "./group-sql.ts";

/**
 * Whether only the groups that rank first are asked for, by a sum, and grouped by addresses: then a few sums over folded rows can
 * prove that the groups they stand for rank behind.
 */
export function isProvable(query: CheckedQuery): boolean {
  const { ranking, limit, having = [], grouping, allMeasures } = query;
  return (
    limit !== undefined &&
    having.length === 0 &&
    ranking.descending &&
    addsUp(ranking.measure, query) &&
    allMeasures.every((measure) => measureOf(measure).adds || measure === "rate") &&
    grouping.keys.some(isAddress) &&
    grouping.keys.every(({ named }) => named.length === 0)
  );
}

/** Tells groups of folded rows apart: their address is a block. */
export function foldedApart({ keys }: Grouping): NonNullable<GroupRequest["apart"]> {
  return { name: "is_folded", sql: `coalesce(${keys.filter(isAddress).map(foldedSql).join(" OR ")}, false)` };
}

/**
 * SQL of one boolean: whether sums of hours give the groups that rank first as conversations would. A folded row stands for
 * addresses of its block, and any of its sums may belong to any of them, on top of what the address has unfolded. If in each
 * block that has folded rows even the largest group with all of these sums ranks behind the last one shown, then no group of
 * these blocks is shown: all that are shown have no part in folded rows, and are exact.
 * @param groups the name of a relation of groups, told apart by {@link foldedApart}
 */
export function holdsSql({ grouping, ranking, limit }: CheckedQuery, groups: string, bindings: Bindings): string {
  const value = valueOf(ranking.measure);
  const blocks = blocksSql(grouping, bindings).map((sql, at) => `${sql} AS b${at}`);
  const names = blocks.map((_, at) => `b${at}`).join(", ");
  const shown = bindings.integer(limit ?? 0);
  return `(SELECT count(*) = 0 OR coalesce(max(bound) < (SELECT CASE WHEN count(*) = ${shown} THEN min(${value}) END FROM (SELECT ${value} FROM ${groups} WHERE NOT is_folded ORDER BY ${value} DESC LIMIT ${shown})), false)
    FROM (SELECT coalesce(sum(${value}) FILTER (is_folded), 0) + coalesce(max(${value}) FILTER (NOT is_folded), 0) AS bound
      FROM (SELECT is_folded, ${[value, ...blocks].join(", ")} FROM ${groups}) GROUP BY ${names} HAVING bool_or(is_folded)))`;
}

/** The keys of groups, with the block in the place of an address. */
function blocksSql(grouping: Grouping, bindings: Bindings): string[] {
  const time = grouping.time === undefined ? 0 : 1;
  return keysSql(grouping).flatMap(({ aliases }, at) => {
    const key = grouping.keys[at - time];
    return key !== undefined && isAddress(key) ? aliases.map((alias) => foldedBlockSql(alias, bindings)) : aliases;
  });
}

const isEnd = (column: ColumnName): boolean => column === "client_ip" || column === "server_ip";

/** Whether groups are addresses. */
function isAddress({ columns, named }: GroupKey): boolean {
  return named.length === 0 && columns.every(isEnd);
}

/** Whether the address of a row is a block. */
function foldedSql({ columns, ends }: GroupKey): string {
  const [client, server] = ["folded IN ('client', 'both')", "folded IN ('server', 'both')"];
  if (ends !== undefined) return `if(${IS_CLIENT}, ${client}, ${server})`;
  return columns[0] === "client_ip" ? client : server;
}
