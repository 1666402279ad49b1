import type { ContainerClient } from "@azure/storage-blob";
import { Random } from "../../src/demo/random.ts";
import { blobName, flowRecord, type AzureFlowLog } from "./azure-flow-log.ts";
import { GrowingBlob } from "./growing-blob.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** How many blobs are written at the same time. */
const AT_ONCE = 8;

/** A connection that an interface has open. */
interface OpenFlow {
  readonly ends: string;
  readonly counters: [number, number, number, number];
}

export interface AzureNicsOptions {
  readonly nics: number;
  readonly flowLog: AzureFlowLog;
  /** The first minute, milliseconds since 1970. */
  readonly startMs: number;
  readonly seed?: number;
  /** New connections of an interface in a minute, on average. */
  readonly busy?: number;
}

/**
 * Interfaces of Azure whose blobs grow by one block a minute, hour after hour; it knows every tuple that it wrote.
 * A record holds the minute before it was written, so that the first of an hour tells of the hour before. Equal tuples
 * occur, and so do connections that end and begin in the same millisecond.
 */
export class AzureNics {
  /** Tuples in the order in which they were written, by blob. */
  readonly tuples = new Map<string, string[]>();
  readonly #container: ContainerClient;
  readonly #options: AzureNicsOptions;
  readonly #random: Random;
  readonly #open: OpenFlow[][];
  readonly #blobs = new Map<string, GrowingBlob>();
  #flowLog: AzureFlowLog;
  #minutes = 0;
  /** Set when the flow log was just replaced: the next tuples count from each flow's beginning. */
  #replaced = false;

  constructor(container: ContainerClient, options: AzureNicsOptions) {
    this.#container = container;
    this.#options = options;
    this.#flowLog = options.flowLog;
    this.#random = new Random("azure nics", options.seed ?? 1);
    this.#open = Array.from({ length: options.nics }, () => []);
  }

  /** The minute that is written next, milliseconds since 1970. */
  get nowMs(): number {
    return this.#options.startMs + this.#minutes * MINUTE_MS;
  }

  /** All blobs that were written to. */
  get blobs(): readonly GrowingBlob[] {
    return [...this.#blobs.values()];
  }

  /** Bytes of all blocks that were put. */
  get bytesWritten(): number {
    return this.blobs.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  }

  /** Lets a minute pass: each interface gets a record. @returns the blobs that grew */
  async minute(): Promise<GrowingBlob[]> {
    const fromMs = this.nowMs;
    this.#minutes++;
    const writes = this.#open.map((open, nic) => {
      const writtenMs = fromMs + MINUTE_MS + this.#random.between(3_400, 25_000);
      const tuples = this.#tuplesOf(open, fromMs);
      return { nic, writtenMs, tuples };
    });
    this.#replaced = false;
    const grown: GrowingBlob[] = [];
    const queue = writes[Symbol.iterator]();
    const write = async (): Promise<void> => {
      for (const { nic, writtenMs, tuples } of queue) grown.push(await this.#write(nic, writtenMs, tuples));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, write));
    return grown;
  }

  /** Another flow log takes over: open flows end and begin anew, in new blobs, and their counters start from zero again. */
  replaceFlowLog(flowLog: AzureFlowLog): void {
    this.#flowLog = flowLog;
    this.#replaced = true;
  }

  /** Such as 000D3A00000B. */
  macOf(nic: number): string {
    return `000D3A${nic.toString(16).toUpperCase().padStart(6, "0")}`;
  }

  async #write(nic: number, writtenMs: number, tuples: readonly string[]): Promise<GrowingBlob> {
    const mac = this.macOf(nic);
    const name = blobName(this.#flowLog, mac, Math.floor(writtenMs / HOUR_MS) * HOUR_MS);
    let blob = this.#blobs.get(name);
    if (blob === undefined) this.#blobs.set(name, (blob = new GrowingBlob(this.#container, name)));
    await blob.append(flowRecord(this.#flowLog, mac, writtenMs, tuples));
    this.tuples.set(name, [...(this.tuples.get(name) ?? []), ...tuples]);
    return blob;
  }

  #tuplesOf(open: OpenFlow[], fromMs: number): string[] {
    const random = this.#random;
    const tuples: { ms: number; text: string }[] = [];
    const say = (ms: number, state: string, flow: OpenFlow): void => {
      tuples.push({ ms, text: this.#tuple(ms, state, flow) });
    };
    const at = (): number => fromMs + random.below(MINUTE_MS);
    for (const flow of open.splice(0)) {
      grow(flow, random);
      const ms = at();
      if (this.#replaced || random.chance(0.05)) {
        say(ms, "E", flow);
        if (!this.#replaced) flow.counters.fill(0);
        say(ms, "B", { ...flow, counters: [0, 0, 0, 0] });
        open.push(flow);
      } else if (random.chance(0.4)) {
        say(ms, "E", flow);
      } else {
        say(ms, "C", flow);
        flow.counters.fill(0);
        open.push(flow);
      }
    }
    for (let fresh = random.around(this.#options.busy ?? 6); fresh > 0; fresh--) {
      const flow = newFlow(random);
      const state = random.chance(0.15) ? "D" : "B";
      const ms = at();
      say(ms, state, flow);
      // The same packet refused three times within a millisecond.
      if (state === "D" && random.chance(0.3)) for (let again = 0; again < 2; again++) say(ms, state, flow);
      if (state === "B") open.push(flow);
    }
    // A stable sort: what happened in the same millisecond stays in order.
    return tuples.sort((a, b) => a.ms - b.ms).map(({ text }) => text);
  }

  #tuple(ms: number, state: string, { ends, counters }: OpenFlow): string {
    if (this.#flowLog.kind === "vnet") return `${ms},${ends},O,${state},NX,${counters.join(",")}`;
    // NSG: seconds, letters for protocols, and the decision before the state; nothing is counted of what begins or is denied.
    const nsgEnds = ends.replace(/,6$/, ",T").replace(/,17$/, ",U");
    const counted = state === "C" || state === "E" ? counters.join(",") : ",,,";
    return `${Math.floor(ms / 1000)},${nsgEnds},O,${state === "D" ? "D,B" : `A,${state}`},${counted}`;
  }
}

function newFlow(random: Random): OpenFlow {
  const port = random.pick([443, 443, 443, 22, 53, 5432]);
  const source = `10.1.${random.below(4)}.${random.between(4, 250)}`;
  const target = `10.2.${random.below(4)}.${random.between(4, 250)}`;
  return {
    ends: `${source},${target},${random.between(32_768, 60_999)},${port},${port === 53 ? 17 : 6}`,
    counters: [0, 0, 0, 0],
  };
}

function grow({ counters }: OpenFlow, random: Random): void {
  const [sent, answered] = [random.between(1, 40), random.between(1, 60)];
  counters[0] += sent;
  counters[1] += sent * random.between(66, 1500);
  counters[2] += answered;
  counters[3] += answered * random.between(66, 1500);
}
