import type { ColumnName } from "#model/columns.js";
import { measureOf } from "#model/measures.js";
import type { TimeRange } from "#model/answer.js";
import { foldedBlockSql } from "./address-sets.ts";
import type { CheckedQuery } from "./check-query.ts";
import type { GroupKey, Grouping } from "./dimensions.ts";
import type { Statement } from "./engine.ts";
import { endsSql, IS_CLIENT, keysSql, selected, valueOf } from "./group-sql.ts";
import { measureSql } from "./measures-sql.ts";
import type { Planned } from "./planned.ts";
import { finished, groupRequest, newDraft, type Draft } from "./statements.ts";

/**
 * Whether only the groups that rank first are asked for, by a sum, and grouped by addresses: then a few sums over folded rows can
 * prove that the groups they stand for rank behind.
 */
export function isProvable({ ranking, limit, having = [], grouping, allMeasures }: CheckedQuery): boolean {
  return (
    limit !== undefined &&
    having.length === 0 &&
    ranking.descending &&
    measureOf(ranking.measure).adds &&
    allMeasures.every((measure) => measureOf(measure).adds || measure === "rate") &&
    grouping.keys.some(isAddress) &&
    grouping.keys.every(({ named }) => named.length === 0)
  );
}

/**
 * One row with one cell: whether sums of hours give the groups that rank first as conversations would. A folded row stands for
 * addresses of its block, and any of its sums may belong to any of them, on top of what the address has unfolded. If in each
 * block that has folded rows even the largest group with all of these sums ranks behind the last one shown, then no group of
 * these blocks is shown: all that are shown have no part in folded rows, and are exact. With a time to compare with, blocks that
 * are folded then count, too.
 */
export function proofStatement(planned: Planned): Statement {
  const { query } = planned;
  const { grouping, range, before, ranking } = query;
  const draft = newDraft("proof_");
  const value = valueOf(ranking.measure);
  const now = `SELECT * FROM ${groupsSql(planned, range, draft, "now_")}`;
  const then =
    before === undefined
      ? ""
      : ` UNION ALL SELECT * REPLACE (0 AS ${value}) FROM ${groupsSql(planned, before, draft, "then_")} WHERE is_folded`;
  const blocks = blocksSql(grouping, draft);
  const names = blocks.map((_, at) => `b${at}`).join(", ");
  const inBlocks = `SELECT is_folded, ${value}, ${blocks.map((sql, at) => `${sql} AS b${at}`).join(", ")} FROM groups`;
  const shown = draft.bindings.integer(query.limit ?? 0);
  return finished(
    `WITH groups AS MATERIALIZED (${now}${then}),
      shown AS (SELECT ${value} FROM groups WHERE NOT is_folded ORDER BY ${value} DESC LIMIT ${shown}),
      bounds AS (SELECT coalesce(sum(${value}) FILTER (is_folded), 0) + coalesce(max(${value}) FILTER (NOT is_folded), 0) AS bound
        FROM (${inBlocks}) GROUP BY ${names} HAVING bool_or(is_folded))
    SELECT count(*) = 0 OR coalesce(max(bound) < (SELECT CASE WHEN count(*) = ${shown} THEN min(${value}) END FROM shown), false) AS holds FROM bounds`,
    draft,
  );
}

/** The keys of groups, with the block in the place of an address. */
function blocksSql(grouping: Grouping, { bindings }: Draft): string[] {
  const [time, keys] = [grouping.time === undefined ? 0 : 1, keysSql(grouping)];
  return keys.flatMap(({ aliases }, at) => {
    const key = grouping.keys[at - time];
    return key !== undefined && isAddress(key) ? aliases.map((alias) => foldedBlockSql(alias, bindings)) : aliases;
  });
}

/** Groups as they are shown, those of folded rows apart from the others. */
function groupsSql(planned: Planned, range: TimeRange, draft: Draft, prefix: string): string {
  const { grouping, ranking, dataset } = planned.query;
  const { source, timeGrid } = groupRequest(planned, range, draft, prefix, ["folded"]);
  const keys = [...keysSql(grouping).flatMap((key) => key.aliases), "is_folded"].join(", ");
  const isFolded = `coalesce(${grouping.keys.filter(isAddress).map(foldedSql).join(" OR ")}, false) AS is_folded`;
  return `(SELECT ${keys}, ${measureSql(dataset, ranking.measure).sql} AS ${valueOf(ranking.measure)}
    FROM (SELECT ${selected(grouping, "step_key")}, ${isFolded} FROM ${endsSql(source(timeGrid), grouping)}) GROUP BY ${keys})`;
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
