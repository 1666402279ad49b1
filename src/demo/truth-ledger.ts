import type { Sighting } from "./observe/route.ts";
import type { Stretch } from "./observe/windows.ts";
import type { LogType, Provider, TruthCounts, TruthDay, TruthFile, TruthPair } from "./truth.ts";

/** What one flow record adds to the day's sums. */
export interface LoggedFlow {
  readonly logType: LogType;
  readonly timeMs: number;
  readonly action: "allow" | "deny" | "observed";
  readonly srcBytes: number;
  readonly srcPackets: number;
  readonly dstBytes: number;
  readonly dstPackets: number;
}

const DAY_MS = 86_400_000;

export const noCounts = (): TruthCounts => ({ records: 0, flows: 0, nodata: 0, skipdata: 0 });

const providerOf = (logType: LogType): Provider => (logType.startsWith("aws") ? "aws" : "azure");

/** Keeps the books while the world is written. */
export class TruthLedger {
  readonly #files: TruthFile[] = [];
  readonly #days = new Map<string, TruthDay>();
  readonly #pairs = new Map<string, TruthPair>();
  #dayNumber = -1;
  #dayText = "";

  flow(flow: LoggedFlow): void {
    const day = this.#day(flow.logType, flow.timeMs);
    day.records++;
    day.flows++;
    day[flow.action]++;
    day.srcBytes += flow.srcBytes;
    day.srcPackets += flow.srcPackets;
    day.dstBytes += flow.dstBytes;
    day.dstPackets += flow.dstPackets;
  }

  /** A record that says that nothing passed, or that records were lost. */
  silence(logType: LogType, timeMs: number, kind: "nodata" | "skipdata"): void {
    const day = this.#day(logType, timeMs);
    day.records++;
    day[kind]++;
  }

  file(file: TruthFile): void {
    this.#files.push(file);
  }

  /** Adds what really passed in a stretch that lies within one UTC day. */
  passed({ conversation, sights, isTranslated }: Sighting, stretch: Stretch): void {
    const { client, server, request, reply, deniedAt } = conversation;
    const [from, to] = [Math.max(stretch.fromMs, stretch.worldStartMs), Math.min(stretch.toMs, stretch.worldEndMs)];
    const begins = request.startMs >= from && request.startMs < to;
    const [sentBefore, sent] = [request.before(from), request.before(to)];
    const [answeredBefore, answered] = [reply?.before(from) ?? 0, reply?.before(to) ?? 0];
    if (!begins && sent === sentBefore && answered === answeredBefore) return;
    const pair = this.#pair(this.#dayOf(from), client.ip, server.ip, isTranslated);
    for (const sight of sights) addOnce(pair.clouds, sight.kind === "azure" ? "azure" : "aws");
    const bytes = request.bytesOf(sent) - request.bytesOf(sentBefore);
    if (begins && deniedAt !== null) pair.denied++;
    if (deniedAt === "client" || deniedAt === "server") {
      pair.deniedBytes += bytes;
      return;
    }
    if (begins && deniedAt === null) pair.conversations++;
    pair.clientBytes += bytes;
    pair.clientPackets += sent - sentBefore;
    // What the server's network ACL stops never passed.
    if (deniedAt === "return") return;
    pair.serverBytes += (reply?.bytesOf(answered) ?? 0) - (reply?.bytesOf(answeredBefore) ?? 0);
    pair.serverPackets += answered - answeredBefore;
  }

  /** The books, closed. Everything is in a fixed order. */
  close(): {
    totals: TruthCounts;
    byLogType: Partial<Record<LogType, TruthCounts>>;
    days: TruthDay[];
    files: TruthFile[];
    pairs: TruthPair[];
  } {
    const totals = noCounts();
    const byLogType: Partial<Record<LogType, TruthCounts>> = {};
    for (const day of this.#days.values()) {
      const counts = (byLogType[day.logType] ??= noCounts());
      for (const key of ["records", "flows", "nodata", "skipdata"] as const) {
        counts[key] += day[key];
        totals[key] += day[key];
      }
    }
    const days = [...this.#days].sort(byKey).map(([, day]) => day);
    const pairs = [...this.#pairs].sort(byKey).map(([, pair]) => ({ ...pair, clouds: pair.clouds.sort() }));
    return { totals, byLogType, days, files: this.#files, pairs };
  }

  #day(logType: LogType, timeMs: number): TruthDay {
    const day = this.#dayOf(timeMs);
    const key = `${day} ${logType}`;
    const known = this.#days.get(key);
    if (known !== undefined) return known;
    const sums = { allow: 0, deny: 0, observed: 0, srcBytes: 0, srcPackets: 0, dstBytes: 0, dstPackets: 0 };
    const fresh = { day, provider: providerOf(logType), logType, ...noCounts(), ...sums };
    this.#days.set(key, fresh);
    return fresh;
  }

  #pair(day: string, client: string, server: string, translated: boolean): TruthPair {
    const key = `${day} ${client} ${server} ${translated ? "t" : ""}`;
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const volumes = { clientBytes: 0, clientPackets: 0, serverBytes: 0, serverPackets: 0 };
    const fresh = {
      day,
      client,
      server,
      translated,
      clouds: [],
      ...volumes,
      conversations: 0,
      denied: 0,
      deniedBytes: 0,
    };
    this.#pairs.set(key, fresh);
    return fresh;
  }

  #dayOf(timeMs: number): string {
    const number = Math.floor(timeMs / DAY_MS);
    if (number !== this.#dayNumber) {
      this.#dayNumber = number;
      this.#dayText = new Date(timeMs).toISOString().slice(0, 10);
    }
    return this.#dayText;
  }
}

function addOnce(list: Provider[], item: Provider): void {
  if (!list.includes(item)) list.push(item);
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
