import { WeirError } from "#base/errors.js";
import { oneLine } from "../aws/aws-error-facts.ts";
import type { NotificationQueue, QueueMessage } from "../aws/notification-queue.ts";
import { listedObject, readNotification, type NotifiedObject } from "../aws/s3-notifications.ts";
import type { BatchOutcome, LookRequest, RemoteBatch, RemoteObject, SourceMemory } from "../remote.ts";
import { folderLevel } from "./flow-log-keys.ts";
import { isWanted } from "./partition-walk.ts";
import { queueNotes } from "./queue-notes.ts";
import type { S3Objects } from "./s3-objects.ts";

/** The first message is waited for so long: with less a queue that is nearly empty may seem to be empty. Seconds. */
const WAIT_SECONDS = 5;
/** Messages whose objects make one batch. */
const MESSAGES_AT_ONCE = 100;
/** A message that comes more often than that is not got done. */
const MOST_RECEIVED = 10;

export interface QueueLookConfig {
  readonly queue: NotificationQueue;
  readonly objects: S3Objects;
  readonly bucket: string;
  readonly prefix: string;
  readonly sinceMs: number;
  /** Whether objects are taken that lie in no known layout. */
  readonly isPlain: () => boolean;
  readonly waitSeconds?: number;
}

/** Objects that the messages of one batch name, and what becomes of the messages. */
interface Gathered {
  readonly objects: Map<string, RemoteObject>;
  /** Done with when their objects are. */
  readonly messages: Map<QueueMessage, readonly string[]>;
}

/** Finds objects by a queue's notifications: seconds after they were written, without listing. */
export class QueueLook {
  readonly #config: QueueLookConfig;

  constructor(config: QueueLookConfig) {
    this.#config = config;
  }

  /**
   * Empties the queue.
   * @throws WeirError `source-…` when it cannot be read, or when all that it holds is about another bucket
   */
  async *look({
    memory,
    signal,
    forMs = Number.POSITIVE_INFINITY,
  }: LookRequest): AsyncGenerator<RemoteBatch, void, undefined> {
    this.#config.queue.leaveAll();
    const endMs = Date.now() + forMs;
    const others = new Map<string, number>();
    let ours = 0;
    for (let isEmpty = false; !isEmpty && !signal.aborted && Date.now() < endMs;) {
      const gathered: Gathered = { objects: new Map(), messages: new Map() };
      while (!isEmpty && gathered.messages.size < MESSAGES_AT_ONCE) {
        const messages = await this.#config.queue.receive(this.#config.waitSeconds ?? WAIT_SECONDS, signal);
        isEmpty = messages.length === 0;
        for (const message of messages) await this.#gather(message, { gathered, others, memory, signal });
        // What is there is worked on at once; only a full queue makes large batches.
        if (messages.length < 10) break;
      }
      ours += gathered.messages.size;
      if (gathered.messages.size > 0)
        yield {
          objects: [...gathered.objects.values()],
          settled: (outcome) => this.#settled(gathered, outcome),
        };
    }
    this.#tellOthers(others, ours, memory);
  }

  /** What is open comes again; what failed is kept in the catalog, which tries it again. */
  async #settled({ messages }: Gathered, outcome: BatchOutcome): Promise<void> {
    const open = new Set(outcome.open);
    const isDone = ([, keys]: [QueueMessage, readonly string[]]): boolean => !keys.some((key) => open.has(key));
    const { queue } = this.#config;
    queue.leave([...messages].filter((each) => !isDone(each)).map(([message]) => message));
    await queue.done([...messages].filter(isDone).map(([message]) => message));
  }

  async #gather(
    message: QueueMessage,
    {
      gathered,
      others,
      memory,
      signal,
    }: { gathered: Gathered; others: Map<string, number>; memory: SourceMemory; signal: AbortSignal },
  ): Promise<void> {
    const said = readNotification(message.body);
    if (said.kind === "malformed" || message.received > MOST_RECEIVED) {
      const reason = said.kind === "malformed" ? said.reason : `it was received ${message.received} times`;
      await this.#poison(message, reason, memory);
      return;
    }
    const notified = said.kind === "objects" ? said.objects : [];
    const { bucket } = this.#config;
    const foreign = notified.find((each) => each.bucket !== bucket);
    if (foreign !== undefined) {
      // Perhaps somebody else's: it is not ours to delete.
      others.set(foreign.bucket, (others.get(foreign.bucket) ?? 0) + 1);
      this.#config.queue.leave([message]);
      return;
    }
    const wanted = notified.filter((each) => this.#isWanted(each));
    for (const each of wanted) {
      const object = listedObject(each) ?? (await this.#lookUp(each.key, signal));
      if (object !== undefined) gathered.objects.set(each.key, object);
    }
    gathered.messages.set(
      message,
      wanted.map(({ key }) => key),
    );
  }

  #isWanted({ key, size }: NotifiedObject): boolean {
    const { prefix, sinceMs } = this.#config;
    if (!key.startsWith(prefix) || !isWanted({ key, size: size ?? 1, modifiedMicros: 0 }, sinceMs)) return false;
    const level = folderLevel(key.slice(0, key.lastIndexOf("/") + 1));
    return level === "partition" || level === "dates" || (level === "above" && this.#config.isPlain());
  }

  /** Some servers' notifications name a key alone. */
  async #lookUp(key: string, signal: AbortSignal): Promise<RemoteObject | undefined> {
    try {
      const { size, modifiedMicros, etag } = await this.#config.objects.head(key, signal);
      return { key, size, modifiedMicros, ...(etag !== undefined && { etag }) };
    } catch (error) {
      if (error instanceof WeirError && error.code === "deleted-at-source") return undefined;
      throw error;
    }
  }

  /** It must not hold up the others: a queue's own rule moves it away; where there is none, it is deleted. */
  async #poison(message: QueueMessage, reason: string, memory: SourceMemory): Promise<void> {
    const { queue } = this.#config;
    const before = JSON.parse(memory.get(queueNotes.malformed) ?? '{"count":0}') as { readonly count: number };
    const text = oneLine(message.body);
    memory.set(queueNotes.malformed, JSON.stringify({ count: before.count + 1, reason, text, atMs: Date.now() }));
    if (await queue.hasRedrive()) queue.leave([message]);
    else await queue.done([message]);
  }

  #tellOthers(others: ReadonlyMap<string, number>, ours: number, memory: SourceMemory): void {
    const [other] = others;
    if (other === undefined) return;
    const [bucket, count] = other;
    memory.set(queueNotes.otherBucket, JSON.stringify({ bucket, count, atMs: Date.now() }));
    if (ours > 0) return;
    throw new WeirError({
      code: "source-queue",
      kind: "environment",
      message: `the queue's messages are about the bucket ${bucket} and not about ${this.#config.bucket}`,
      place: this.#config.queue.url,
      next: "Name the queue that the bucket of this source notifies.",
    });
  }
}
