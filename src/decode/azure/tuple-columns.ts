import type { ColumnBatch, ColumnData } from "#model/column-batch.js";
import { markValid } from "./rows.ts";
import { counterColumns } from "./tuple-writer.ts";
import type { TupleDialect } from "./tuple-text.ts";

/** The columns that a flow tuple fills, and the codes of the texts in them. */
export class TupleColumns {
  readonly time: ColumnData;
  readonly endTime: ColumnData;
  readonly srcIp: ColumnData;
  readonly dstIp: ColumnData;
  readonly srcPort: ColumnData;
  readonly dstPort: ColumnData;
  readonly protocol: ColumnData;
  readonly direction: ColumnData;
  readonly point: ColumnData;
  readonly state: ColumnData;
  readonly action: ColumnData;
  readonly actionRaw: ColumnData;
  readonly quality: ColumnData;
  /** VNet only; in NSG logs it stands for a column that is filled anyway. */
  readonly encryption: ColumnData;
  /** Packets and bytes from the source, then from the destination: the order of the tuple. */
  readonly counters: readonly [ColumnData, ColumnData, ColumnData, ColumnData];
  readonly subPosition: ColumnData;
  codes: TupleCodes | undefined;
  readonly #usual: ColumnData[];

  constructor(batch: ColumnBatch, dialect: TupleDialect) {
    this.time = batch.column("time");
    this.endTime = batch.column("end_time");
    this.srcIp = batch.column("src_ip");
    this.dstIp = batch.column("dst_ip");
    this.srcPort = batch.column("src_port");
    this.dstPort = batch.column("dst_port");
    this.protocol = batch.column("protocol");
    this.direction = batch.column("direction");
    this.point = batch.column("observation_point");
    this.state = batch.column("flow_state");
    this.action = batch.column("action");
    this.actionRaw = batch.column("action_raw");
    this.quality = batch.column("counter_quality");
    this.encryption = dialect === "vnet" ? batch.column("encryption") : this.quality;
    const [sentPackets, sentBytes, backPackets, backBytes] = counterColumns;
    this.counters = [
      batch.column(sentPackets),
      batch.column(sentBytes),
      batch.column(backPackets),
      batch.column(backBytes),
    ];
    this.subPosition = batch.column("sub_position");
    const { time, srcIp, dstIp, srcPort, dstPort, protocol, direction, point, action, actionRaw, quality } = this;
    this.#usual = [time, srcIp, dstIp, srcPort, dstPort, protocol, direction, point, action, actionRaw, quality];
    this.#usual.push(this.encryption, this.subPosition);
  }

  /** The codes in force; they hold until the batch is emptied, which is when `codes` is to be unset. */
  currentCodes(dialect: TupleDialect): TupleCodes {
    this.codes ??= this.#makeCodes(dialect);
    return this.codes;
  }

  /** Marks what every usual tuple fills in the rows `[from, to)`. */
  markUsual(from: number, to: number, isFirstVersion: boolean): void {
    for (const { valid } of this.#usual) markValid(valid, from, to);
    if (!isFirstVersion) markValid(this.state.valid, from, to);
  }

  #makeCodes(dialect: TupleDialect): TupleCodes {
    const of = (column: ColumnData, text: string): number => column.dictionary.codeOfText(text);
    const { state, actionRaw, action } = this;
    const isVnet = dialect === "vnet";
    return {
      ingress: of(this.direction, "ingress"),
      egress: of(this.direction, "egress"),
      src: of(this.point, "src"),
      dst: of(this.point, "dst"),
      begin: of(state, "begin"),
      continue: of(state, "continue"),
      end: of(state, "end"),
      deny: of(state, "deny"),
      actionAllow: of(action, "allow"),
      actionDeny: of(action, "deny"),
      rawAllow: isVnet ? 0 : of(actionRaw, "A"),
      rawDeny: of(actionRaw, "D"),
      rawBegin: isVnet ? of(actionRaw, "B") : 0,
      rawContinue: isVnet ? of(actionRaw, "C") : 0,
      rawEnd: isVnet ? of(actionRaw, "E") : 0,
      exact: of(this.quality, "exact"),
      unreliable: isVnet ? 0 : of(this.quality, "unreliable"),
    };
  }
}

export interface TupleCodes {
  readonly ingress: number;
  readonly egress: number;
  readonly src: number;
  readonly dst: number;
  readonly begin: number;
  readonly continue: number;
  readonly end: number;
  readonly deny: number;
  readonly actionAllow: number;
  readonly actionDeny: number;
  readonly rawAllow: number;
  readonly rawDeny: number;
  readonly rawBegin: number;
  readonly rawContinue: number;
  readonly rawEnd: number;
  readonly exact: number;
  readonly unreliable: number;
}
