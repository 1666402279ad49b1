import { AZURE_WINDOW, HALO } from "./limits.ts";

/** So long after another flow log has taken over, a flow's first tuple may count what the one before has told already. */
const TAKEN_OVER = 2 * AZURE_WINDOW;

const counters = ["src_packets", "src_bytes", "dst_packets", "dst_bytes"] as const;
const flow = "ob, pr, s, d, sport, dport";

/** SQL of what a tuple counts beyond what was told before; null where it counts nothing. */
const beyond = (counter: string, told: string): string =>
  `if(${counter} IS NULL, NULL, if(${counter} > ${told}, ${counter} - ${told}, 0))::UBIGINT`;

/**
 * Statements that make tuples of the table `azure` count once what the change of a VNet flow log has counted twice. When a flow log takes
 * over an interface (NIC over subnet over VNet), open flows are closed and opened again in the same millisecond, and the first tuple of a
 * flow in the new flow log counts since the flow began. Such a tuple keeps what it counts beyond the tuples before it where the flow's
 * begin is among them, and nothing where nobody can tell how much was counted before. A tuple that follows an end of such a millisecond
 * counts beyond that end. What is changed is `unreliable`. Where no interface has two flow logs, nothing is looked at.
 */
export const recountedSql: readonly string[] = [
  `CREATE OR REPLACE TEMP TABLE changed AS SELECT ob, fl, began FROM (
      SELECT ob, fl, min(t) AS began, min(min(t)) OVER (PARTITION BY ob) AS first FROM azure WHERE log_type = 'azure_vnet' AND ob <> '' AND fl <> '' GROUP BY ob, fl)
    WHERE began > first`,
  `CREATE OR REPLACE TEMP TABLE recounted AS
    WITH told AS (SELECT azure.rowid AS id, *, fs IN ('continue', 'end') AS counts FROM azure WHERE log_type = 'azure_vnet' AND ob IN (SELECT ob FROM changed)),
    seen AS (SELECT *,
        count(*) OVER own AS own_seen, coalesce(bool_or(fs = 'begin') OVER before, false) AS begun,
        ${counters.map((counter) => `coalesce(sum(${counter}) OVER before, 0) AS told_${counter}`).join(", ")}
      FROM told
      WINDOW own AS (PARTITION BY fl, ${flow} ORDER BY t RANGE BETWEEN ${HALO} PRECEDING AND 1 PRECEDING),
        before AS (PARTITION BY ${flow} ORDER BY t RANGE BETWEEN ${HALO} PRECEDING AND 1 PRECEDING)),
    counting AS (SELECT *,
        lag(t) OVER last AS last_t, coalesce(lag(fs = 'end' AND cq = 'unreliable') OVER last, false) AS reopened,
        ${counters.map((counter) => `coalesce(lag(${counter}) OVER last, 0) AS last_${counter}`).join(", ")}
      FROM seen WHERE counts
      WINDOW last AS (PARTITION BY ${flow} ORDER BY t, fl)),
    judged AS (SELECT counting.*, changed.began, changed.began IS NOT NULL AND t <= changed.began + ${TAKEN_OVER} AND own_seen = 0 AS is_first,
        reopened AND t - last_t <= ${TAKEN_OVER} AND ${counters.map((counter) => `coalesce(${counter}, 0) >= last_${counter}`).join(" AND ")} AS goes_on
      FROM counting LEFT JOIN changed ON changed.ob = counting.ob AND changed.fl = counting.fl)
    SELECT id, if(is_first, greatest(t0, began), t0) AS t0,
      ${counters.map((counter) => `CASE WHEN NOT is_first THEN ${beyond(counter, `last_${counter}`)} WHEN begun THEN ${beyond(counter, `told_${counter}`)} WHEN ${counter} IS NOT NULL THEN 0 END AS ${counter}`).join(",\n      ")}
    FROM judged WHERE is_first OR goes_on`,
  `UPDATE azure SET t0 = r.t0, cq = 'unreliable', ${counters.map((counter) => `${counter} = r.${counter}`).join(", ")} FROM recounted r WHERE azure.rowid = r.id`,
  "DROP TABLE recounted",
  "DROP TABLE changed",
];
