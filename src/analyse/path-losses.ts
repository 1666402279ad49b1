import type { Cell } from "#model/answer.js";
import { counted } from "#base/human.js";
import type { TableReader } from "#query/index.js";
import { Draft, numberOf, readAll, textOf, textOrNull } from "./path-sql.ts";
import type { GatewayLoss, LossReason, PathEnd, PathOutcome, PathQuestion } from "./path-types.ts";
import { list, logName } from "./path-words.ts";

const reasons: readonly LossReason[] = ["no_route", "blackhole", "mtu_exceeded", "ttl_expired"];
const MOST_LOSSES = 200;

/** What transit gateways lost between the two, by service, attachment and reason; the most packets first. */
export async function lossesOf(question: PathQuestion, reader: TableReader): Promise<GatewayLoss[]> {
  const { client, server, port, protocol, range } = question;
  const draft = new Draft();
  const scan = (direction: GatewayLoss["direction"], from: PathEnd, to: PathEnd): string => {
    const service = direction === "request" ? "dst_port" : "src_port";
    const parts = [draft.within("src_ip", from.spans), draft.within("dst_ip", to.spans), draft.during("time", range)];
    if (port !== undefined) parts.push(`${service} = ${draft.bind(port)}`);
    if (protocol !== undefined) parts.push(`protocol = ${draft.bind(protocol)}`);
    const columns = `'${direction}' AS direction, gateway_id, observer_id, ${service} AS port, protocol, time, coalesce(end_time, time) AS until`;
    const losses = reasons.map((reason) => `('${reason}', packets_lost_${reason})`).join(", ");
    return `SELECT ${columns}, unnest([${losses}]) AS loss FROM flows WHERE drop_packets > 0 AND ${parts.join(" AND ")}`;
  };
  const rows = await readAll(
    reader,
    `SELECT direction, gateway_id, observer_id, loss[1] AS reason, port, protocol, sum(loss[2]) AS packets, min(time), max(until)
     FROM (${scan("request", client, server)} UNION ALL ${scan("answer", server, client)}) WHERE loss[2] > 0
     GROUP BY ALL ORDER BY packets DESC, direction, gateway_id, observer_id, reason, port LIMIT ${MOST_LOSSES}`,
    draft,
  );
  return rows.map(lossOf);
}

function lossOf(row: readonly Cell[]): GatewayLoss {
  return {
    direction: textOf(row[0]) === "answer" ? "answer" : "request",
    gateway: textOrNull(row[1]),
    attachment: textOrNull(row[2]),
    reason: textOf(row[3]) as LossReason,
    port: row[4] === null ? null : numberOf(row[4]),
    protocol: numberOf(row[5]),
    packets: numberOf(row[6]),
    first: textOf(row[7]),
    last: textOf(row[8]),
  };
}

/** Those of one service. Where ports are not told apart: of all. */
export function lossesOfService(
  losses: readonly GatewayLoss[],
  { port, protocol }: Pick<PathOutcome, "port" | "protocol">,
): GatewayLoss[] {
  return losses.filter((loss) => loss.protocol === protocol && (port === null || loss.port === port));
}

/** Where the packets of one direction ended: begins a sentence about them. Undefined: no gateway says why it lost any. */
export function lossWords(losses: readonly GatewayLoss[], direction: GatewayLoss["direction"]): string | undefined {
  const own = losses.filter((loss) => loss.direction === direction);
  const [most] = own;
  if (most === undefined) return undefined;
  const where = `at ${gatewayName(most)}`;
  const said = direction === "request" ? requestWords[most.reason] : answerWords[most.reason];
  return `${said} ${where}${attachmentWords(own)}, which lost ${amountWords(own)}`;
}

const requestWords: Readonly<Record<LossReason, string>> = {
  no_route: "No route",
  blackhole: "Blackhole route",
  mtu_exceeded: "Packets exceeded the MTU",
  ttl_expired: "Time to live ran out",
};
const answerWords: Readonly<Record<LossReason, string>> = {
  no_route: "The request arrived and its answer had no route",
  blackhole: "The request arrived and its answer met a blackhole route",
  mtu_exceeded: "The request arrived and its answer exceeded the MTU",
  ttl_expired: "The request arrived and the time to live of its answer ran out",
};
const countWords: Readonly<Record<LossReason, string>> = {
  no_route: "no route",
  blackhole: "blackhole route",
  mtu_exceeded: "MTU exceeded",
  ttl_expired: "time to live ran out",
};

const gatewayName = ({ gateway }: GatewayLoss): string =>
  gateway === null ? "a transit gateway" : `transit gateway ${logName(gateway)}`;

function attachmentWords(losses: readonly GatewayLoss[]): string {
  const attachments = [...new Set(losses.flatMap(({ attachment }) => attachment ?? []))];
  const shown = attachments.slice(0, 2);
  if (shown.length === 0) return "";
  const more = attachments.length - shown.length;
  return ` (attachment ${list(more > 0 ? [...shown, `${more} more`] : shown)})`;
}

/** `12 packets`; with several reasons each one's. */
function amountWords(losses: readonly GatewayLoss[]): string {
  const sums = new Map<LossReason, number>();
  for (const { reason, packets } of losses) sums.set(reason, (sums.get(reason) ?? 0) + packets);
  const all = [...sums.values()].reduce((sum, packets) => sum + packets, 0);
  const each = [...sums].map(([reason, packets]) => `${countWords[reason]} ${packets.toLocaleString("en-US")}`);
  return `${counted(all, "packet")}${sums.size > 1 ? ` (${each.join(", ")})` : ""}`;
}

/** What was lost of traffic that came through all the same, as a sentence of its own; empty without. */
export function besidesWords(losses: readonly GatewayLoss[]): string {
  const parts = (["request", "answer"] as const).flatMap((direction) => {
    const own = losses.filter((loss) => loss.direction === direction);
    const [most] = own;
    if (most === undefined) return [];
    const why = new Set(own.map(({ reason }) => reason)).size > 1 ? "" : ` (${countWords[most.reason]})`;
    const whose = direction === "request" ? "from the client" : "from the server";
    return [`${gatewayName(most)}${attachmentWords(own)} lost ${amountWords(own)} ${whose}${why}`];
  });
  return parts.length === 0 ? "" : ` On the way, ${list(parts)}.`;
}
