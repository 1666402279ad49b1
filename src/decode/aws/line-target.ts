import type { ColumnBatch } from "#model/column-batch.js";
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
  readonly srcPort: Uint16Array;
  readonly srcPortValid: Uint8Array;
  readonly dstPort: Uint16Array;
  readonly dstPortValid: Uint8Array;
  readonly srcIp: Uint32Array;
  readonly srcIpValid: Uint8Array;
  readonly dstIp: Uint32Array;
  readonly dstIpValid: Uint8Array;
  readonly srcHop: Uint32Array;
  readonly srcHopValid: Uint8Array;
  readonly dstHop: Uint32Array;
  readonly dstHopValid: Uint8Array;
  readonly action: Uint32Array;
  readonly actionValid: Uint8Array;
  readonly point: Uint32Array;
  readonly pointValid: Uint8Array;

  /** Codes of the words that the reader knows by heart. */
  readonly allow: number;
  readonly deny: number;
  readonly observed: number;
  readonly accept: number;
  readonly reject: number;
  readonly ingress: number;
  readonly egress: number;
  readonly atSource: number;
  readonly atDestination: number;
  readonly inTransit: number;

  readonly hasPacketSrc: boolean;
  readonly hasPacketDst: boolean;
  /** Rows need the observation point that direction and addresses give. */
  readonly hasPoint: boolean;
  readonly hasAction: boolean;
  readonly hasLosses: boolean;
  /** Tokens that go to `ext`. */
  readonly extTokens: readonly number[];
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

    const { filled } = layout;
    const has = (operation: keyof typeof operations): boolean => layout.operations.includes(operations[operation]);
    this.hasAction = filled.has("action_raw");
    this.hasPacketSrc = has("packet-src");
    this.hasPacketDst = has("packet-dst");
    this.hasPoint = !layout.isGateway && (has("direction") || this.hasPacketSrc || this.hasPacketDst);
    this.hasLosses = hasLosses(layout);
    this.extTokens = [...layout.operations].flatMap((code, token) => (code === operations.ext ? [token] : []));
    this.needsFinish = has("ext") || this.hasLosses || filled.has("resource_id") || filled.has("interface_type");

    const bind = (name: ColumnName, isThere = filled.has(name)): BoundColumn => bindColumn(batch, name, isThere);
    ({ words: this.position, valid: this.positionValid } = bind("position", true));
    ({ shorts: this.srcPort, valid: this.srcPortValid } = bind("src_port"));
    ({ shorts: this.dstPort, valid: this.dstPortValid } = bind("dst_port"));
    ({ words: this.srcIp, valid: this.srcIpValid } = bind("src_ip"));
    ({ words: this.dstIp, valid: this.dstIpValid } = bind("dst_ip"));
    ({ words: this.srcHop, valid: this.srcHopValid } = bind("src_hop_ip"));
    ({ words: this.dstHop, valid: this.dstHopValid } = bind("dst_hop_ip"));
    const action = bind("action", this.hasAction);
    ({ words: this.action, valid: this.actionValid } = action);
    [this.allow, this.deny, this.observed] = action.codesOf("allow", "deny", "observed");
    [this.accept, this.reject] = bind("action_raw").codesOf("ACCEPT", "REJECT");
    [this.ingress, this.egress] = bind("direction").codesOf("ingress", "egress");
    const point = bind("observation_point", this.hasPoint);
    ({ words: this.point, valid: this.pointValid } = point);
    [this.atSource, this.atDestination, this.inTransit] = point.codesOf("src", "dst", "transit");
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

/** A column of the batch as the reader wants it; empty arrays when the layout does not fill it. */
interface BoundColumn {
  readonly words: Uint32Array;
  readonly shorts: Uint16Array;
  readonly valid: Uint8Array;
  /** The codes of two or three words. */
  codesOf(first: string, second: string, third?: string): [number, number, number];
}

const unbound: BoundColumn = { words: noWords, shorts: noShorts, valid: noOctets, codesOf: () => [0, 1, 2] };

function bindColumn(batch: ColumnBatch, name: ColumnName, isThere: boolean): BoundColumn {
  if (!isThere) return unbound;
  const { data, valid, dictionary } = batch.column(name);
  return {
    words: data instanceof Uint32Array ? data : noWords,
    shorts: data instanceof Uint16Array ? data : noShorts,
    valid,
    codesOf: (first, second, third) => [
      dictionary.codeOfText(first),
      dictionary.codeOfText(second),
      third === undefined ? 0 : dictionary.codeOfText(third),
    ],
  };
}
