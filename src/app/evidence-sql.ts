import { tables } from "#model/tables.js";

/** One conversation in one hour. */
export interface ConversationPlace {
  readonly conversationId: string;
  /** Microseconds since 1970. */
  readonly hour: number;
}

/** Where a flow's record stands. */
export interface FlowPlace {
  readonly objectId: number;
  readonly position: number;
  readonly subPosition: number | null;
  /** Of the flow, microseconds since 1970. */
  readonly time: number;
}

export interface BoundSql {
  readonly sql: string;
  readonly values: readonly (string | number | bigint)[];
}

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
/** As derivation reads flows: those around the hour belong to it, too, and a record counts no longer than this. */
const HALO = 15 * MINUTE;
const AZURE_WINDOW = 5 * MINUTE;

const shown = (table: "conversations" | "observations"): string =>
  tables[table]
    .map((name) => (name === "conversation_id" ? "conversation_id::VARCHAR AS conversation_id" : name))
    .join(", ");

export function conversationSql({ conversationId, hour }: ConversationPlace): BoundSql {
  return {
    sql: `SELECT ${shown("conversations")} FROM conversations WHERE conversation_id = $1::UBIGINT AND time = make_timestamp($2::BIGINT)`,
    values: [conversationId, BigInt(hour)],
  };
}

export function observationsSql({ conversationId, hour }: ConversationPlace): BoundSql {
  return {
    sql: `SELECT ${shown("observations")} FROM observations WHERE conversation_id = $1::UBIGINT AND time = make_timestamp($2::BIGINT)
      ORDER BY sender, counted DESC, side, observer_id, flow_log_id`,
    values: [conversationId, BigInt(hour)],
  };
}

export function flowSql({ objectId, position, subPosition, time }: FlowPlace): BoundSql {
  return {
    sql: `SELECT ${tables.flows.join(", ")} FROM flows WHERE object_id = $1 AND position = $2 AND coalesce(sub_position, 0) = $3
      AND time BETWEEN make_timestamp($4::BIGINT - ${HOUR}) AND make_timestamp($4::BIGINT + ${HOUR})`,
    values: [objectId, position, subPosition ?? 0, BigInt(time)],
  };
}

/**
 * The flows that a conversation was assembled from in one hour, as derivation finds them: same protocol and endpoints, seen by its
 * observers, within its time. `client_side` says which end sent what the record counts first.
 */
export function flowsOfConversationSql({ conversationId, hour }: ConversationPlace, limit: number): BoundSql {
  const columns = tables.flows.map((name) => `f.${name}`).join(", ");
  const port = (name: string): string => `coalesce(${name}, 0)`;
  const pair = (src: string, dst: string): string =>
    `f.src_ip = c.${src}_ip AND f.dst_ip = c.${dst}_ip AND ${port("f.src_port")} = ${port(`c.${src}_port`)} AND ${port("f.dst_port")} = ${port(`c.${dst}_port`)}`;
  const [begin, end] = ["$2::BIGINT", `($2::BIGINT + ${HOUR})`];
  return {
    sql: `WITH c AS (SELECT * FROM conversations WHERE conversation_id = $1::UBIGINT AND time = make_timestamp($2::BIGINT)),
      seen AS (SELECT DISTINCT coalesce(observer_id, '') AS ob FROM observations WHERE conversation_id = $1::UBIGINT AND time = make_timestamp($2::BIGINT)),
      met AS (
        SELECT ${columns}, if(${pair("client", "server")}, 'client', 'server') AS client_side, epoch_us(c.start_time) AS c0, epoch_us(c.end_time) AS c1, epoch_us(f.time) AS t
        FROM flows f JOIN c ON f.protocol = c.protocol AND ((${pair("client", "server")}) OR (${pair("server", "client")}))
        WHERE f.time >= make_timestamp(${begin} - ${HALO}) AND f.time < make_timestamp(${end} + ${HALO})),
      timed AS (
        SELECT *, CASE WHEN provider = 'azure' AND flow_state IN ('continue', 'end')
            THEN greatest(coalesce(lag(t) OVER (PARTITION BY provider, observer_id, flow_log_id, client_side ORDER BY t, flow_state), 0), t - ${AZURE_WINDOW}) ELSE t END AS t0,
          if(provider = 'azure', t, least(greatest(coalesce(epoch_us(end_time), t), t), t + ${HALO})) AS t1
        FROM met)
      SELECT ${tables.flows.join(", ")}, client_side FROM timed
      WHERE t0 < ${end} AND (t1 > ${begin} OR t0 >= ${begin}) AND greatest(t0, ${begin}) >= c0 AND least(greatest(t1, ${begin}), ${end}) <= c1
        AND ((SELECT count(*) FROM seen) = 0 OR coalesce(observer_id, '') IN (SELECT ob FROM seen))
      ORDER BY t, client_side, observer_id, object_id, position, sub_position LIMIT ${Math.trunc(limit)}`,
    values: [conversationId, BigInt(hour)],
  };
}
