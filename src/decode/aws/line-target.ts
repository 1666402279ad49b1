import type { ColumnBatch, ColumnData } from "#model/column-batch.js";
import type { ColumnName } from "#model/columns.js";
import { TextDictionary } from "#model/text-dictionary.js";
import type { DecodeOutput } from "../decode-output.ts";
import { awsFields } from "./aws-fields.ts";
import { hasLosses, operations, type AwsLayout } from "./aws-layout.ts";

/** Places of a column's cache of recent values: a power of two. */
export const CACHE_BITS = 7;

const noWords = new Uint32Array(0);
const noOctets = new Uint8Array(0);
const noShorts = new Uint16Array(0);
const noDictionary = new TextDictionary();

/**
 * A layout bound to the arrays of a batch: all that the line reader needs, laid out so that it finds everything by the
 * token's index. Good as long as the batch neither grows nor is cleared.
 */
export class LineTarget {
  readonly layout: AwsLayout;
  readonly batch: ColumnBatch;
  /** Rows at which the reader stops. */
  readonly rowLimit: number;
  readonly earliestMicros: number;
  readonly latestMicros: number;

  /** Per token: the column's array, by kind of element; empty where the kind does not fit. */
  readonly words: Uint32Array[] = [];
  readonly octets: Uint8Array[] = [];
  readonly valids: Uint8Array[] = [];
  readonly dictionaries: TextDictionary[] = [];

  /** Recent values of text columns: `[token << CACHE_BITS | slot]` → where the value stands in the bytes, its length, its code. */
  readonly cacheStart: Uint32Array;
  readonly cacheLength: Uint32Array;
  readonly cacheCode: Uint32Array;
  /** Per token: how long its last value was. */
  readonly lengths: Uint32Array;

  readonly position: Uint32Array;
  readonly positionValid: Uint8Array;
  readonly srcPort: Uint16Array = noShorts;
  readonly srcPortValid: Uint8Array = noOctets;
  readonly dstPort: Uint16Array = noShorts;
  readonly dstPortValid: Uint8Array = noOctets;
  readonly srcIp: Uint32Array = noWords;
  readonly srcIpValid: Uint8Array = noOctets;
  readonly dstIp: Uint32Array = noWords;
  readonly dstIpValid: Uint8Array = noOctets;
  readonly srcHop: Uint32Array = noWords;
  readonly srcHopValid: Uint8Array = noOctets;
  readonly dstHop: Uint32Array = noWords;
  readonly dstHopValid: Uint8Array = noOctets;
  readonly action: Uint32Array = noWords;
  readonly actionValid: Uint8Array = noOctets;
  readonly point: Uint32Array = noWords;
  readonly pointValid: Uint8Array = noOctets;

  /** Codes of the words that the reader knows by heart. */
  readonly allow: number = 0;
  readonly deny: number = 0;
  readonly observed: number = 0;
  readonly accept: number = 0;
  readonly reject: number = 0;
  readonly ingress: number = 0;
  readonly egress: number = 0;
  readonly atSource: number = 0;
  readonly atDestination: number = 0;
  readonly inTransit: number = 0;

  readonly hasPacketSrc: boolean;
  readonly hasPacketDst: boolean;
  /** Rows need the observation point that direction and addresses give. */
  readonly hasPoint: boolean;
  readonly hasAction: boolean;
  readonly hasLosses: boolean;
  /** Tokens that go to `ext`. */
  readonly extTokens: readonly number[];
  readonly hasExt: boolean;
  /** Rows need what only {@link finishRow} can do. */
  readonly needsFinish: boolean;

  /** Where each token of the row stands that goes to `ext`: start and end by token. */
  readonly spans: Uint32Array;
  /** Of each token: records that had a value in it. Only counted for fields that go to `ext`. */
  readonly extCounts: Uint32Array;

  /** When the envelope says that the record was logged, microseconds; -1: there is none. */
  envelopeMicros = -1;
  /** The object's own time, for records that have none. */
  readonly objectMicros: number;

  /** Results of a read. */
  at = 0;
  line = 0;
  /** Index of the token that could not be read. */
  failed = 0;
  isOutOfTime = false;
  /** 1 nodata, 2 skipdata: of the row that a read stopped behind. */
  status = 0;

  constructor(layout: AwsLayout, output: DecodeOutput, objectMicros: number) {
    const batch = output.flows;
    this.layout = layout;
    this.batch = batch;
    this.objectMicros = objectMicros;
    this.rowLimit = batch.capacity;
    this.earliestMicros = output.earliestMicros;
    this.latestMicros = output.latestMicros;
    const tokens = layout.names.length;
    this.cacheStart = new Uint32Array(tokens << CACHE_BITS);
    this.cacheLength = new Uint32Array(tokens << CACHE_BITS);
    this.cacheCode = new Uint32Array(tokens << CACHE_BITS);
    this.lengths = new Uint32Array(tokens);
    this.spans = new Uint32Array(tokens * 2);
    this.extCounts = new Uint32Array(tokens);
    for (const name of layout.columns) this.#bindToken(name);

    const position = batch.column("position");
    this.position = position.data as Uint32Array;
    this.positionValid = position.valid;
    const bind = (name: ColumnName): ColumnData | undefined =>
      layout.filled.has(name) ? batch.column(name) : undefined;
    const srcPort = bind("src_port");
    const dstPort = bind("dst_port");
    const srcIp = bind("src_ip") ?? (layout.filled.has("src_hop_ip") ? batch.column("src_ip") : undefined);
    if (srcPort) [this.srcPort, this.srcPortValid] = [srcPort.data as Uint16Array, srcPort.valid];
    if (dstPort) [this.dstPort, this.dstPortValid] = [dstPort.data as Uint16Array, dstPort.valid];
    if (srcIp) [this.srcIp, this.srcIpValid] = wordsOf(srcIp);
    const dstIp = bind("dst_ip");
    if (dstIp) [this.dstIp, this.dstIpValid] = wordsOf(dstIp);
    const srcHop = bind("src_hop_ip");
    if (srcHop) [this.srcHop, this.srcHopValid] = wordsOf(srcHop);
    const dstHop = bind("dst_hop_ip");
    if (dstHop) [this.dstHop, this.dstHopValid] = wordsOf(dstHop);

    const raw = bind("action_raw");
    if (raw) {
      const action = batch.column("action");
      [this.action, this.actionValid] = wordsOf(action);
      this.allow = action.dictionary.codeOfText("allow");
      this.deny = action.dictionary.codeOfText("deny");
      this.observed = action.dictionary.codeOfText("observed");
      this.accept = raw.dictionary.codeOfText("ACCEPT");
      this.reject = raw.dictionary.codeOfText("REJECT");
    }
    const direction = bind("direction");
    if (direction) {
      this.ingress = direction.dictionary.codeOfText("ingress");
      this.egress = direction.dictionary.codeOfText("egress");
    }
    const codes = [...layout.operations];
    this.hasPacketSrc = codes.includes(operations["packet-src"]);
    this.hasPacketDst = codes.includes(operations["packet-dst"]);
    this.hasPoint = !layout.isGateway && (direction !== undefined || this.hasPacketSrc || this.hasPacketDst);
    if (this.hasPoint) {
      const point = batch.column("observation_point");
      [this.point, this.pointValid] = wordsOf(point);
      this.atSource = point.dictionary.codeOfText("src");
      this.atDestination = point.dictionary.codeOfText("dst");
      this.inTransit = point.dictionary.codeOfText("transit");
    }
    this.hasAction = raw !== undefined;
    this.hasLosses = hasLosses(layout);
    this.extTokens = codes.flatMap((code, token) => (code === operations.ext ? [token] : []));
    this.hasExt = this.extTokens.length > 0;
    this.needsFinish =
      this.hasExt || this.hasLosses || layout.filled.has("resource_id") || layout.filled.has("interface_type");
  }

  /** Forgets recent values: they stand in bytes that are gone. */
  forgetValues(): void {
    this.cacheLength.fill(0);
  }

  /** Clears what was set of a row that turned out to be none. */
  discard(): void {
    this.batch.discardRow();
    this.spans.fill(0);
  }

  /** What the token is called in reasons: only names that the catalogue knows, so that the reasons are a closed set. */
  fieldName(token: number): string {
    const name = this.layout.names[token];
    return name !== undefined && awsFields.has(name) ? name : "line";
  }

  #bindToken(name: ColumnName | undefined): void {
    const column = name === undefined ? undefined : this.batch.column(name);
    this.words.push(column?.data instanceof Uint32Array ? column.data : noWords);
    this.octets.push(column?.data instanceof Uint8Array ? column.data : noOctets);
    this.valids.push(column?.valid ?? noOctets);
    this.dictionaries.push(column?.dictionary ?? noDictionary);
  }
}

function wordsOf(column: ColumnData): [Uint32Array, Uint8Array] {
  return [column.data as Uint32Array, column.valid];
}
