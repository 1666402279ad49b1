import { endsSql, groupedSql, keysSql, percentileIndex, selected, valueOf, type GroupRequest } from "./group-sql.ts";
import { measureSql } from "./measures-sql.ts";
import { gridKeySql, type TimeGrid } from "./time-grid.ts";

/** A series: the groups that rank first, and how their steps are cut. */
export interface SeriesRequest extends GroupRequest {
  /** SQL that chooses and orders groups, after a grouped relation: `WHERE … ORDER BY … LIMIT …`. */
  readonly ranking: (orderOnly: boolean) => string;
  /** What is drawn of the groups: of the same time, or of the one that is compared with. */
  readonly drawn: (cut: TimeGrid) => string;
  readonly grid: TimeGrid;
  /** The steps of what is drawn that percentiles are found among. */
  readonly rateGrid: TimeGrid;
  /** Whether groups that do not rank first are counted together. */
  readonly others: boolean;
  /** Sums that the percentile of the longest step needs. */
  readonly mostRateSteps: number;
}

/**
 * SQL of a series: rank (null: the others), what is shown of the group, the step's key, the measures. A rate is the sum only, as
 * the first and last step may be shorter.
 */
export function seriesSql(request: SeriesRequest): string {
  const { measures, dataset, grid } = request;
  const values = measures
    .filter((measure) => measure !== "p95")
    .map((measure) => `${measureSql(dataset, measure).sql} AS ${valueOf(measure)}`);
  return overGroups(request, grid, (group, rows) => {
    const keys = [...group, "step_key"].join(", ");
    return `SELECT ${[keys, ...values].join(", ")} FROM ${rows} GROUP BY ${keys}`;
  });
}

/** SQL of a series' percentiles: rank, group and step as {@link seriesSql}, and the largest sums of the step's rate steps. */
export function percentilesSql(request: SeriesRequest): string {
  const { dataset, grid, rateGrid, mostRateSteps } = request;
  return overGroups(request, rateGrid, (group, rows) => {
    const inner = [...group, "step", "step_key"].join(", ");
    const sums = `SELECT ${inner}, ${measureSql(dataset, "p95").sql} AS moved FROM (SELECT *, ${gridKeySql(grid, "step_key")} AS step FROM ${rows}) GROUP BY ${inner}`;
    const outer = [...group, "step"].join(", ");
    return `SELECT ${outer.replace(/step$/, "step AS step_key")}, max(moved, ${percentileIndex(mostRateSteps)}) AS largest FROM (${sums}) GROUP BY ${outer}`;
  });
}

function overGroups(
  request: SeriesRequest,
  cut: TimeGrid,
  grouped: (group: readonly string[], rows: string) => string,
): string {
  const { grouping, others, ranking } = request;
  const keys = keysSql(grouping);
  const aliases = keys.flatMap((key) => key.aliases);
  if (aliases.length === 0) return `SELECT 1 AS rank, * FROM (${grouped([], request.drawn(cut))})`;
  const list = aliases.join(", ");
  const top = `SELECT row_number() OVER (${ranking(true)}) AS rank, ${list} FROM ${groupedSql({ ...request, timeGrid: undefined })} ${ranking(false)}`;
  const match = aliases.map((alias) => `s.${alias} IS NOT DISTINCT FROM t.${alias}`).join(" AND ");
  const ranked = aliases.map((alias) => `t.${alias} AS g_${alias}`).join(", ");
  const rows = `(SELECT s.* EXCLUDE (${list}), t.rank, ${ranked} FROM (SELECT ${selected(grouping, "step_key")} FROM ${endsSql(request.drawn(cut), grouping)}) s ${others ? "LEFT " : ""}JOIN top_groups t ON ${match})`;
  const group = ["rank", ...aliases.map((alias) => `g_${alias}`)];
  const shown = keys.map(({ show, name }) => `${show} AS "${name}"`);
  const measured = grouped(group, rows);
  return `WITH top_groups AS MATERIALIZED (${top}) SELECT rank, ${shown.join(", ")}, * EXCLUDE (rank, ${list}) FROM (SELECT ${aliases.map((alias) => `g_${alias} AS ${alias}`).join(", ")}, * EXCLUDE (${aliases.map((alias) => `g_${alias}`).join(", ")}) FROM (${measured}))`;
}
