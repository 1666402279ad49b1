import type { Cell } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import { Draft, numberOf, readAll, textOf, textOrNull } from "./path-sql.ts";
import type { PathEnd, PathOutcome, PathQuestion, PathRecord } from "./path-types.ts";

const MOST_RECORDS = 8;

/** The records themselves: those of the services that the verdict speaks of, refusals first, then the newest. */
export async function recordsOf(
  { client, server, port, protocol, range }: PathQuestion,
  { main, isMixed }: { readonly main: PathOutcome | undefined; readonly isMixed: boolean },
  reader: TableReader,
): Promise<PathRecord[]> {
  const draft = new Draft();
  const only = isMixed ? undefined : main;
  const [wantedPort, wantedProtocol] = [port ?? only?.port ?? undefined, protocol ?? only?.protocol];
  const scan = (from: PathEnd, to: PathEnd, portColumn: string): string => {
    const parts = [draft.within("src_ip", from.spans), draft.within("dst_ip", to.spans), draft.during("time", range)];
    if (wantedPort !== undefined) parts.push(`${portColumn} = ${draft.bind(wantedPort)}`);
    if (wantedProtocol !== undefined) parts.push(`protocol = ${draft.bind(wantedProtocol)}`);
    return `SELECT time, src_ip, src_port, dst_ip, dst_port, action, observer_id, rule_name, object_id, position, sub_position FROM flows WHERE ${parts.join(" AND ")}`;
  };
  const scans = `${scan(client, server, "dst_port")} UNION ALL ${scan(server, client, "src_port")}`;
  // Of what came to several things some of each: what was stopped would hide what passed.
  const isStopped = "action IN ('deny', 'drop')";
  const newest = "time DESC, observer_id, position DESC, sub_position DESC";
  const some = isMixed
    ? `SELECT * FROM (${scans}) QUALIFY row_number() OVER (PARTITION BY ${isStopped} ORDER BY ${newest}) <= ${MOST_RECORDS / 2}`
    : scans;
  const rows = await readAll(
    reader,
    `SELECT f.time, ip_text(src_ip), src_port, ip_text(dst_ip), dst_port, action, observer_id, rule_name, o.key, position, sub_position, object_id
     FROM (${some}) f LEFT JOIN objects o USING (object_id)
     ORDER BY NOT ${isStopped}, f.time DESC, observer_id, position DESC, sub_position DESC LIMIT ${MOST_RECORDS}`,
    draft,
  );
  return rows.map(recordOf);
}

function recordOf(row: readonly Cell[]): PathRecord {
  const end = (address: Cell | undefined, port: Cell | undefined): string => {
    const text = textOf(address);
    if (port === null || port === undefined) return text;
    return `${text.includes(":") ? `[${text}]` : text}:${textOf(port)}`;
  };
  return {
    time: textOf(row[0]),
    src: end(row[1], row[2]),
    dst: end(row[3], row[4]),
    action: textOf(row[5]),
    observer: textOrNull(row[6]),
    rule: textOrNull(row[7]),
    object: textOf(row[8]),
    position: numberOf(row[9]),
    subPosition: row[10] === null ? null : numberOf(row[10]),
    objectId: numberOf(row[11]),
  };
}
