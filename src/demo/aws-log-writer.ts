import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { awsObjectKey, SLOT_SECONDS } from "./aws-keys.ts";
import type { ObjectFolder } from "./object-folder.ts";
import { lineWriter, type AwsRecord } from "./observe/aws-line.ts";
import { Random } from "./random.ts";
import { noCounts, type TruthLedger } from "./truth-ledger.ts";
import type { TruthCounts } from "./truth.ts";
import type { AwsFlowLog } from "./world/hosts.ts";

interface Slot {
  /** Lines by interface: an object holds one interface after the other. */
  readonly lines: Map<string, string[]>;
  readonly counts: TruthCounts;
}

/** Objects of the slots that begin in [fromMs, toMs) are never delivered. */
export interface LogGap {
  readonly fromMs: number;
  readonly toMs: number;
}

const compress = promisify(gzip);

/** Collects the records of one AWS flow log and writes the objects of the slots that are complete. */
export class AwsLogWriter {
  readonly log: AwsFlowLog;
  /** Records that fell into the gap. */
  lostRecords = 0;
  readonly #seed: number;
  readonly #line: (record: AwsRecord) => string;
  readonly #gap: LogGap | null;
  readonly #slots = new Map<number, Slot>();

  constructor(log: AwsFlowLog, seed: number, gap: LogGap | null = null) {
    this.log = log;
    this.#gap = gap;
    this.#seed = seed;
    this.#line = lineWriter(log);
  }

  /** Adds a flow record and enters it in the books. False when it falls into the gap and is never delivered. */
  flow(record: AwsRecord, ledger: TruthLedger): boolean {
    if (this.#isLost(record)) return false;
    this.#add(record).flows++;
    ledger.flow({
      logType: this.log.logType,
      timeMs: record.startSeconds * 1_000,
      action: this.log.logType === "aws_tgw" ? "observed" : record.action === "ACCEPT" ? "allow" : "deny",
      srcBytes: record.piece?.bytes ?? 0,
      srcPackets: record.piece?.packets ?? 0,
      dstBytes: 0,
      dstPackets: 0,
    });
    return true;
  }

  /** Adds a NODATA or SKIPDATA record. */
  silence(record: AwsRecord, ledger: TruthLedger): void {
    if (this.#isLost(record)) return;
    const kind = record.status === "NODATA" ? "nodata" : "skipdata";
    this.#add(record)[kind]++;
    ledger.silence(this.log.logType, record.startSeconds * 1_000, kind);
  }

  /** Writes every slot that lies before a time. */
  async flush(beforeMs: number, folder: ObjectFolder, ledger: TruthLedger): Promise<void> {
    const header = `${this.log.fields.join(" ")}\n`;
    const complete = [...this.#slots.keys()].filter((slot) => slot * 1_000 < beforeMs).sort((a, b) => a - b);
    await Promise.all(
      complete.map(async (start) => {
        const slot = this.#slots.get(start);
        if (slot === undefined) return;
        this.#slots.delete(start);
        const path = awsObjectKey(this.log, start, new Random(this.#seed, this.log.id, start).hex(8));
        ledger.file({ path, logType: this.log.logType, ...slot.counts });
        const text = header + [...slot.lines.values()].map((lines) => `${lines.join("\n")}\n`).join("");
        await folder.write(path, await compress(text, { level: 6 }));
      }),
    );
  }

  #isLost(record: AwsRecord): boolean {
    if (this.#gap === null) return false;
    const slotMs = (record.endSeconds - (record.endSeconds % SLOT_SECONDS)) * 1_000;
    if (slotMs < this.#gap.fromMs || slotMs >= this.#gap.toMs) return false;
    this.lostRecords++;
    return true;
  }

  #add(record: AwsRecord): TruthCounts {
    const start = record.endSeconds - (record.endSeconds % SLOT_SECONDS);
    let slot = this.#slots.get(start);
    if (slot === undefined) this.#slots.set(start, (slot = { lines: new Map(), counts: noCounts() }));
    const owner = record.host?.eni ?? record.transit?.source.id ?? "";
    const lines = slot.lines.get(owner);
    if (lines === undefined) slot.lines.set(owner, [this.#line(record)]);
    else lines.push(this.#line(record));
    slot.counts.records++;
    return slot.counts;
  }
}
