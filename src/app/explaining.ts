import { explainPath, type PathAnswer } from "#analyse/index.js";
import { formatAddress, parseAddress } from "#base/address.js";
import { WeirError } from "#base/errors.js";
import type { LakeFiles } from "#store/index.js";
import { segmentsInRange } from "#query/index.js";
import { timeRange, withSandbox, wholeHours } from "./asking.ts";
import type { TimeRange } from "#model/answer.js";

export interface WhyRequest {
  /** An address. */
  readonly client: string;
  /** An address, `address:port` or `address:port/protocol`. */
  readonly server: string;
  readonly from?: string;
  readonly to?: string;
  readonly nowMs: number;
  readonly signal?: AbortSignal;
}

const MEMORY_MB = 1000;
const TIMEOUT_MS = 60_000;
const HALO = 15 * 60_000_000;
const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, sctp: 132 };

/** What became of one address's attempts to reach another. */
export async function askWhy(dataDir: string, request: WhyRequest): Promise<PathAnswer> {
  const { server, port, protocol } = parseTarget(request.server);
  const client = addressText(request.client, "FROM");
  let range: TimeRange = { from: 0, to: 0 };
  const narrow = (lake: LakeFiles, newestFlow: number | null): LakeFiles => {
    range = wholeHours(timeRange(request, newestFlow));
    const wide = { from: range.from - HALO, to: range.to + HALO };
    return { segments: (table) => segmentsInRange(lake.segments(table), wide), objects: () => lake.objects() };
  };
  return withSandbox(dataDir, { memoryMb: MEMORY_MB, signal: request.signal, narrow }, async (sandbox) => {
    const limits = { timeoutMs: TIMEOUT_MS, maxRows: 1000 };
    const reader = {
      query: (sql: string, parameters: readonly (string | number | bigint)[]) => sandbox.query(sql, limits, parameters),
    };
    const question = {
      client,
      server,
      range,
      ...(port !== undefined && { port }),
      ...(protocol !== undefined && { protocol }),
    };
    return explainPath(question, reader);
  });
}

/** @throws WeirError `bad-target` that says what is wrong */
function parseTarget(text: string): { server: string; port?: number; protocol?: number } {
  const [place = "", name] = text.split("/", 2);
  const match = /^(?:\[(?<six>[^\]]+)\]|(?<four>[^:]+))(?::(?<port>\d{1,5}))?$/.exec(place);
  const server = addressText(match?.groups?.["six"] ?? match?.groups?.["four"] ?? place, "TO");
  const port = match?.groups?.["port"] === undefined ? undefined : Number(match.groups["port"]);
  if (port !== undefined && port > 65_535) throw badTarget(`there is no port ${port}`);
  const protocol = name === undefined ? undefined : (protocols[name.toLowerCase()] ?? Number(name));
  if (protocol !== undefined && !(Number.isInteger(protocol) && protocol >= 0 && protocol <= 255))
    throw badTarget(`“${name}” is no protocol`);
  return { server, ...(port !== undefined && { port }), ...(protocol !== undefined && { protocol }) };
}

function addressText(text: string, place: string): string {
  const address = parseAddress(text.trim());
  if (address !== undefined) return formatAddress(address);
  throw badTarget(`“${text}” is no address`, place);
}

function badTarget(message: string, place = "TO"): WeirError {
  return new WeirError({
    code: "bad-target",
    kind: "usage",
    message,
    place,
    next: "Write two addresses, the second with port and protocol: weir why 10.0.1.10 10.0.2.20:5432/tcp",
  });
}
