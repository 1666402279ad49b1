import { createHash, randomUUID } from "node:crypto";
import { Random } from "../../src/demo/random.ts";

export interface QueueOptions {
  /** How long a received message stays hidden, unless the receiver says otherwise. */
  readonly visibilitySeconds?: number;
  /** Where messages go that were received this often and not deleted. */
  readonly redrive?: { readonly to: Queue; readonly maxReceiveCount: number };
  /** The share of messages that are there twice, with the same id, as at-least-once delivery allows. */
  readonly duplicates?: number;
  /** Messages come in any order; otherwise in the order in which they were sent. */
  readonly shuffled?: boolean;
  readonly seed?: number;
}

/** A message as it is received. */
export interface ReceivedMessage {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  readonly sentMs: number;
  readonly firstReceivedMs: number;
}

interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentMs: number;
  receiveCount: number;
  firstReceivedMs: number;
  /** It cannot be received before. */
  visibleAtMs: number;
  /** The receipt of the last time that it was received. */
  handle: string;
}

/**
 * A standard queue: at least once, in no order, hidden while somebody works on it.
 * Source: Amazon SQS Developer Guide, "Amazon SQS visibility timeout" and "Using dead-letter queues in Amazon SQS".
 */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly options: QueueOptions;
  readonly #now: () => number;
  readonly #random: Random;
  #messages: QueuedMessage[] = [];
  readonly #waiting = new Set<() => void>();
  /** Receipts of messages that are gone, so that a second deletion is none. */
  readonly #handles = new Set<string>();

  constructor(name: string, arn: string, options: QueueOptions, now: () => number) {
    this.name = name;
    this.arn = arn;
    this.options = options;
    this.#now = now;
    this.#random = new Random("queue", name, options.seed ?? 1);
  }

  /** Puts messages in. */
  send(...bodies: readonly string[]): void {
    for (const body of bodies) {
      const id = randomUUID();
      this.#put(id, body);
      if (this.#random.chance(this.options.duplicates ?? 0)) this.#put(id, body);
    }
    this.#wake();
  }

  /** Takes what is visible, up to `max` messages, and hides it. */
  receive(max: number, visibilitySeconds = this.options.visibilitySeconds ?? 30): ReceivedMessage[] {
    const nowMs = this.#now();
    this.#redrive(nowMs);
    const visible = this.#messages.filter(({ visibleAtMs }) => visibleAtMs <= nowMs);
    const taken = this.options.shuffled === true ? this.#shuffle(visible) : visible;
    return taken.slice(0, max).map((message) => {
      message.receiveCount++;
      if (message.receiveCount === 1) message.firstReceivedMs = nowMs;
      message.visibleAtMs = nowMs + visibilitySeconds * 1000;
      message.handle = randomUUID();
      this.#handles.add(message.handle);
      const { id, body, handle, receiveCount, sentMs, firstReceivedMs } = message;
      const md5 = createHash("md5").update(body).digest("hex");
      return { id, body, md5, receiptHandle: handle, receiveCount, sentMs, firstReceivedMs };
    });
  }

  /** Resolves when there may be something to receive, at the latest after `ms`. */
  async somethingMayCome(ms: number): Promise<void> {
    const nowMs = this.#now();
    const hidden = this.#messages.map(({ visibleAtMs }) => visibleAtMs - nowMs).filter((wait) => wait > 0);
    const wait = Math.max(1, Math.min(ms, ...hidden));
    await new Promise<void>((resume) => {
      const timer = setTimeout(done, wait);
      const waiting = this.#waiting;
      function done(): void {
        clearTimeout(timer);
        waiting.delete(done);
        resume();
      }
      waiting.add(done);
    });
  }

  /** Only the newest receipt deletes; an older one does nothing, and that is no error. @returns whether it is a receipt at all */
  delete(handle: string): boolean {
    if (!this.#handles.has(handle)) return false;
    this.#messages = this.#messages.filter((message) => message.handle !== handle);
    return true;
  }

  /** Hides a message for so long from now on. @returns why it cannot */
  hide(handle: string, seconds: number): "no-receipt" | "gone" | "visible" | undefined {
    if (!this.#handles.has(handle)) return "no-receipt";
    const message = this.#messages.find((message) => message.handle === handle);
    if (message === undefined) return "gone";
    const nowMs = this.#now();
    if (message.visibleAtMs <= nowMs) return "visible";
    message.visibleAtMs = nowMs + seconds * 1000;
    this.#wake();
    return undefined;
  }

  /** How many can be received, and how many are hidden. */
  get depth(): { readonly visible: number; readonly hidden: number } {
    const nowMs = this.#now();
    this.#redrive(nowMs);
    const visible = this.#messages.filter(({ visibleAtMs }) => visibleAtMs <= nowMs).length;
    return { visible, hidden: this.#messages.length - visible };
  }

  /** The bodies of all messages, hidden ones too. */
  get bodies(): readonly string[] {
    return this.#messages.map(({ body }) => body);
  }

  /** Moves what was received too often: SQS looks when a message would be received once more. */
  #redrive(nowMs: number): void {
    const { redrive } = this.options;
    if (redrive === undefined) return;
    const spent = ({ receiveCount, visibleAtMs }: QueuedMessage): boolean =>
      visibleAtMs <= nowMs && receiveCount >= redrive.maxReceiveCount;
    redrive.to.send(...this.#messages.filter(spent).map(({ body }) => body));
    this.#messages = this.#messages.filter((message) => !spent(message));
  }

  #put(id: string, body: string): void {
    const sentMs = this.#now();
    this.#messages.push({ id, body, sentMs, receiveCount: 0, firstReceivedMs: 0, visibleAtMs: sentMs, handle: "" });
  }

  #wake(): void {
    for (const resume of this.#waiting) resume();
  }

  #shuffle(messages: readonly QueuedMessage[]): QueuedMessage[] {
    const shuffled = [...messages];
    for (let at = shuffled.length - 1; at > 0; at--) {
      const other = this.#random.below(at + 1);
      const [one, two] = [shuffled[at], shuffled[other]];
      if (one === undefined || two === undefined) continue;
      shuffled[at] = two;
      shuffled[other] = one;
    }
    return shuffled;
  }
}
