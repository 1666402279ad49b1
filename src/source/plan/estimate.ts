import type { SourceProbe } from "../probe.ts";
import type { RemoteSource } from "../remote.ts";
import { PRICES_OF, readPrices } from "./prices.ts";

/** One thing that is paid for. */
export interface CostLine {
  readonly what: "list" | "get" | "decrypt" | "message" | "to-region" | "out";
  /** Requests, or bytes of what leaves a region. */
  readonly amount: number;
  /** US dollars. */
  readonly cost: number;
}

/** What collecting will take, as far as a first look and list prices tell. */
export interface CollectEstimate {
  /** Each month, where Weir runs in the place's region. */
  readonly monthly: readonly CostLine[];
  /** Each month besides, where it runs elsewhere: in another region of the cloud, or outside of it. */
  readonly elsewhere: readonly CostLine[];
  /** Once, for all that is there already. */
  readonly backlog: readonly CostLine[];
  /** Until all that is there already is read and can be asked about. */
  readonly backlogSeconds: number;
  /** Stored bytes a second that the time rests on, and whether this lake has measured them. */
  readonly bytesPerSecond: number;
  readonly isMeasured: boolean;
  /** Which prices these are. */
  readonly prices: string;
}

export interface EstimateRequest {
  readonly kind: RemoteSource["kind"];
  readonly probe: SourceProbe;
  /** Notifications come by a queue. */
  readonly hasQueue: boolean;
  /** What this lake's runs have read a second; undefined where there were none. */
  readonly measured: number | undefined;
}

const DAYS = 365.25 / 12;
const GIGA = 1_000_000_000;
/** Gzipped text of AWS, with its conversations, on two cores: bench/RESULTS.md. */
const USUAL_BYTES_PER_SECOND = 9_600_000;

/** Counts what a place's requests and bytes cost. */
export function estimateCollecting({ kind, probe, hasQueue, measured }: EstimateRequest): CollectEstimate {
  const price = readPrices[kind];
  const { objects, bytes, bytesPerDay, objectsPerDay, requestsPerDay } = probe;
  const isEncrypted = probe.encryptionKey !== null;
  const counts = (lists: number, gets: number, messages: number): CostLine[] =>
    [
      line("list", lists, price.list),
      line("get", gets, price.get),
      line("decrypt", isEncrypted && price.decrypt > 0 ? gets : 0, price.decrypt),
      line("message", messages, price.message),
    ].filter(({ amount }) => amount > 0);
  const monthlyBytes = bytesPerDay * DAYS;
  const bytesPerSecond = measured ?? USUAL_BYTES_PER_SECOND;
  return {
    monthly: counts(requestsPerDay.lists * DAYS, requestsPerDay.gets * DAYS, hasQueue ? objectsPerDay * DAYS : 0),
    elsewhere: [
      line("to-region", monthlyBytes, price.gigabyteToRegion / GIGA),
      line("out", monthlyBytes, price.gigabyteOut / GIGA),
    ],
    // A page of a listing holds a thousand objects.
    backlog: counts(Math.ceil(objects / 1000), objects, 0),
    backlogSeconds: bytes / bytesPerSecond,
    bytesPerSecond,
    isMeasured: measured !== undefined,
    prices: `list prices of ${price.of} alone, as of ${PRICES_OF}; other regions differ: ${price.page}`,
  };
}

function line(what: CostLine["what"], amount: number, each: number): CostLine {
  return { what, amount: Math.round(amount), cost: amount * each };
}
