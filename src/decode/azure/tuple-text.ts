import { parseAddress, type AddressWords } from "#base/address.js";

/** The two layouts of a flow tuple. They cannot be told apart by their number of fields. */
export type TupleDialect = "nsg" | "vnet";

/** What the tuples of one array have in common. */
export interface TupleGroup {
  readonly version: number;
  readonly rule: string | undefined;
  readonly acl: string | undefined;
}

export type TupleProblem = "fields" | "time" | "address" | "port" | "protocol" | "direction" | "decision" | "counter";

/** A flow tuple, read with care. */
export interface FlowTuple {
  readonly micros: number;
  readonly src: AddressWords;
  readonly dst: AddressWords;
  readonly srcPort: number | undefined;
  readonly dstPort: number | undefined;
  readonly protocol: number;
  readonly direction: "I" | "O";
  /** NSG: A or D. */
  readonly decision: string | undefined;
  /** B, C, E, D, or whatever stands there; undefined in NSG version 1. */
  readonly state: string | undefined;
  readonly encryption: string | undefined;
  /** Packets and bytes from source to destination, then back; undefined where empty. */
  readonly counters: readonly (bigint | undefined)[];
}

const UINT64_MAX = (1n << 64n) - 1n;
/** Tuple times below are seconds, others milliseconds. */
const SECONDS_BELOW = 1e11;

/**
 * Reads any flow tuple, or says what is wrong with it. This is the measure of what a tuple may look like; the fast reader
 * only takes the usual ones.
 */
export function parseTuple(text: string, dialect: TupleDialect, version: number): FlowTuple | TupleProblem {
  const fields = text.split(",").map((field) => field.trim());
  if (!hasFieldCount(fields.length, dialect, version)) return "fields";
  const [time = "", srcText = "", dstText = "", srcPortText = "", dstPortText = "", protocolText = ""] = fields;
  const micros = parseTime(time);
  if (micros === undefined) return "time";
  const src = parseAddress(srcText);
  const dst = parseAddress(dstText);
  if (src === undefined || dst === undefined) return "address";
  const srcPort = parsePort(srcPortText);
  const dstPort = parsePort(dstPortText);
  if (srcPort === null || dstPort === null) return "port";
  const protocol = parseProtocol(protocolText);
  if (protocol === undefined) return "protocol";
  const direction = fields[6]?.toUpperCase();
  if (direction !== "I" && direction !== "O") return "direction";
  const rest = parseRest(fields.slice(7), dialect, version);
  if (typeof rest === "string") return rest;
  return { micros, src, dst, srcPort, dstPort, protocol, direction, ...rest };
}

function hasFieldCount(count: number, dialect: TupleDialect, version: number): boolean {
  if (dialect === "nsg" && version === 1) return count === 8;
  return count === 13 || count === 9 || (dialect === "nsg" && count === 8);
}

type Rest = Pick<FlowTuple, "decision" | "state" | "encryption" | "counters">;

function parseRest(fields: readonly string[], dialect: TupleDialect, version: number): Rest | TupleProblem {
  const [eighth = "", ninth] = fields;
  if (dialect === "nsg" && eighth !== "A" && eighth !== "D") return "decision";
  const counters: (bigint | undefined)[] = [];
  for (const field of fields.slice(2)) {
    if (!/^\d{0,20}$/.test(field)) return "counter";
    const value = field === "" ? undefined : BigInt(field);
    if (value !== undefined && value > UINT64_MAX) return "counter";
    counters.push(value);
  }
  if (dialect === "vnet") return { decision: undefined, state: eighth, encryption: ninth, counters };
  return { decision: eighth, state: version === 1 ? undefined : ninth, encryption: undefined, counters };
}

function parseTime(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined;
  const value = Number(text);
  return value < SECONDS_BELOW ? value * 1e6 : value * 1e3;
}

/** Undefined for an empty field, null for what is no port. */
function parsePort(text: string): number | undefined | null {
  if (text === "") return undefined;
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port <= 65_535 ? port : null;
}

function parseProtocol(text: string): number | undefined {
  if (text === "T") return 6;
  if (text === "U") return 17;
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const protocol = Number(text);
  return protocol <= 255 ? protocol : undefined;
}
