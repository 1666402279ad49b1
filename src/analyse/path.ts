import type { Cell } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import { sentenceOf } from "./path-sentence.ts";
import type { PathAnswer, PathOutcome, PathQuestion, PathRecord, SideCoverage } from "./path-types.ts";

const MOST_OUTCOMES = 20;
const MOST_RECORDS = 8;

/** Explains what became of one address's attempts to reach another, from what was observed alone. */
export async function explainPath(question: PathQuestion, reader: TableReader): Promise<PathAnswer> {
  const outcomes = await outcomesOf(question, reader);
  const coverage = {
    client: await sideOf("client", question, reader),
    server: await sideOf("server", question, reader),
    lostWindows: await lostWindows(question, reader),
  };
  const { verdict, sentence } = sentenceOf(question, outcomes, coverage);
  return {
    verdict,
    sentence,
    outcomes,
    records: outcomes.length === 0 ? [] : await recordsOf(question, reader),
    coverage,
    range: question.range,
  };
}

async function outcomesOf(question: PathQuestion, reader: TableReader): Promise<PathOutcome[]> {
  const { where, values } = conversationsWhere(question);
  const rows = await readAll(
    reader,
    `WITH c AS (SELECT * FROM conversations WHERE ${where}),
      refused AS (SELECT DISTINCT conversation_id FROM observations WHERE sender = 'server' AND verdict = 'denied' AND conversation_id IN (SELECT conversation_id FROM c))
    SELECT verdict, decided_at, state, client_verdict, server_verdict, coalesce(server_rule, client_rule, rule_name) AS rule, sum(starts), sum(client_bytes) + sum(server_bytes), sum(attempted_bytes),
      min(start_time), max(end_time), bool_or(r.conversation_id IS NOT NULL AND verdict = 'denied')
    FROM c LEFT JOIN refused r USING (conversation_id) WHERE class <> 'stray' GROUP BY ALL ORDER BY max(end_time) DESC LIMIT ${MOST_OUTCOMES}`,
    values,
  );
  return rows.map((row) => ({
    verdict: textOf(row[0]),
    decidedAt: textOf(row[1]),
    state: textOf(row[2]),
    clientVerdict: row[3] === null ? null : textOf(row[3]),
    serverVerdict: row[4] === null ? null : textOf(row[4]),
    rule: row[5] === null ? null : textOf(row[5]),
    conversations: Number(row[6] ?? 0),
    bytes: Number(row[7] ?? 0),
    attemptedBytes: Number(row[8] ?? 0),
    first: textOf(row[9]),
    last: textOf(row[10]),
    returnDenied: row[11] === true,
  }));
}

/** How much of a side its own observers logged, whoever it talked to: only then does silence mean something. */
async function sideOf(side: "client" | "server", question: PathQuestion, reader: TableReader): Promise<SideCoverage> {
  const { range } = question;
  const [row = []] = await readAll(
    reader,
    `SELECT count(*), list(DISTINCT o ORDER BY o) FROM (
      SELECT client_observer AS o FROM conversations WHERE client_ip = ip($1) AND client_observer IS NOT NULL AND time >= make_timestamp($2::BIGINT) AND time < make_timestamp($3::BIGINT)
      UNION ALL SELECT server_observer FROM conversations WHERE server_ip = ip($1) AND server_observer IS NOT NULL AND time >= make_timestamp($2::BIGINT) AND time < make_timestamp($3::BIGINT))`,
    [question[side], BigInt(range.from), BigInt(range.to)],
  );
  const observers = Array.isArray(row[1]) ? (row[1] as readonly Cell[]).map(textOf) : [];
  return { logged: Number(row[0] ?? 0), observers };
}

async function lostWindows({ range }: PathQuestion, reader: TableReader): Promise<number> {
  const [row = []] = await readAll(
    reader,
    "SELECT count(*) FROM coverage WHERE status = 'skipdata' AND time >= make_timestamp($1::BIGINT) AND time < make_timestamp($2::BIGINT)",
    [BigInt(range.from), BigInt(range.to)],
  );
  return Number(row[0] ?? 0);
}

/** The records themselves, refusals first: object and line of each. */
async function recordsOf(question: PathQuestion, reader: TableReader): Promise<PathRecord[]> {
  const { client, server, port, protocol, range } = question;
  const values: (string | number | bigint)[] = [client, server, BigInt(range.from), BigInt(range.to)];
  const there = ["src_ip = ip($1)", "dst_ip = ip($2)"];
  const back = ["src_ip = ip($2)", "dst_ip = ip($1)"];
  if (port !== undefined) {
    values.push(port);
    there.push(`dst_port = $${values.length}`);
    back.push(`src_port = $${values.length}`);
  }
  const both = ["time >= make_timestamp($3::BIGINT)", "time < make_timestamp($4::BIGINT)"];
  if (protocol !== undefined) {
    values.push(protocol);
    both.push(`protocol = $${values.length}`);
  }
  const scan = (ends: readonly string[]): string =>
    `SELECT time, src_ip, src_port, dst_ip, dst_port, action, observer_id, rule_name, object_id, position, sub_position FROM flows WHERE ${[...ends, ...both].join(" AND ")}`;
  const rows = await readAll(
    reader,
    `SELECT f.time, ip_text(src_ip), src_port, ip_text(dst_ip), dst_port, action, observer_id, rule_name, o.key, position, sub_position
     FROM (${scan(there)} UNION ALL ${scan(back)}) f LEFT JOIN objects o USING (object_id)
     ORDER BY action <> 'deny', f.time DESC, observer_id LIMIT ${MOST_RECORDS}`,
    values,
  );
  const end = (address: Cell | undefined, at: Cell | undefined): string =>
    at === null || at === undefined ? textOf(address) : `${textOf(address)}:${textOf(at)}`;
  return rows.map((row) => ({
    time: textOf(row[0]),
    src: end(row[1], row[2]),
    dst: end(row[3], row[4]),
    action: textOf(row[5]),
    observer: row[6] === null ? null : textOf(row[6]),
    rule: row[7] === null ? null : textOf(row[7]),
    object: textOf(row[8]),
    position: Number(row[9]),
    subPosition: row[10] === null ? null : Number(row[10]),
  }));
}

function conversationsWhere({ client, server, port, protocol, range }: PathQuestion): {
  where: string;
  values: (string | number | bigint)[];
} {
  const values: (string | number | bigint)[] = [client, server, BigInt(range.from), BigInt(range.to)];
  const parts = [
    "client_ip = ip($1)",
    "server_ip = ip($2)",
    "time >= make_timestamp($3::BIGINT)",
    "time < make_timestamp($4::BIGINT)",
  ];
  if (port !== undefined) parts.push(`server_port = $${values.push(port)}`);
  if (protocol !== undefined) parts.push(`protocol = $${values.push(protocol)}`);
  return { where: parts.join(" AND "), values };
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === "string" || typeof cell === "number" || typeof cell === "bigint" ? String(cell) : "";
}

async function readAll(
  reader: TableReader,
  sql: string,
  values: readonly (string | number | bigint)[],
): Promise<(readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = [];
  for await (const block of (await reader.query(sql, values)).blocks()) rows.push(...block);
  return rows;
}
