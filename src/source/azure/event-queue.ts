import type { ContainerClient } from "@azure/storage-blob";
import type { QueueClient } from "@azure/storage-queue";
import type { RemoteBatch, RemoteObject } from "../remote.ts";
import type { AzurePlace } from "./azure-place.ts";
import { failureOf, type AzureRequests } from "./azure-requests.ts";
import { archived, plainEtag } from "./container-listing.ts";
import { explainAzureError } from "./explain-azure-error.ts";
import { HeldMessages, type HeldMessage } from "./held-messages.ts";
import { isNewer, readStorageEvent, type StorageEvent } from "./storage-event.ts";

/** Messages that are put together before blobs are looked at: a blob has one a minute. */
const GATHERED = 1024;
const MOST_IN_A_LOOK = 50_000;
const BLOBS_A_BATCH = 100;
const ASKED_AT_ONCE = 16;
/** A message that was received so often and is still there is told, deleted, and what it was about left to listing. */
const MOST_RECEIVED = 10;
const REMEMBERED_BLOBS = 20_000;

export interface EventQueueParts {
  readonly queue: QueueClient;
  readonly container: ContainerClient;
  readonly requests: AzureRequests;
  readonly place: AzurePlace;
}

type Written = Extract<StorageEvent, { kind: "written" }>;

/** A blob's newest event, and all messages that it answers. */
interface WrittenBlob {
  newest: Written;
  readonly messages: HeldMessage[];
}

/** Event Grid's messages about a container, put together by blob: of sixty an hour for one blob each look reads once what they are about. */
export class EventQueue {
  readonly #parts: EventQueueParts;
  readonly #held: HeldMessages;
  /** What a blob was when it was read last: older events of it have nothing new. The oldest are forgotten first. */
  readonly #read = new Map<string, { readonly etag: string; readonly sequencer: string }>();

  constructor(parts: EventQueueParts) {
    this.#parts = parts;
    this.#held = new HeldMessages(parts.queue, parts.requests);
  }

  /** Blobs that were written, until the queue has no more. Messages are deleted when what they are about is in the lake. */
  async *take(signal: AbortSignal): AsyncGenerator<RemoteBatch> {
    this.#held.letGoAll();
    for (let taken = 0; taken < MOST_IN_A_LOOK;) {
      const messages = await this.#gather(signal);
      if (messages.length === 0) return;
      taken += messages.length;
      const { blobs, done, poison } = this.#sort(messages);
      await this.#held.delete(done);
      if (poison.length > 0) yield this.#toldPoison(poison);
      const all = [...blobs.values()];
      for (let at = 0; at < all.length; at += BLOBS_A_BATCH)
        yield await this.#batch(all.slice(at, at + BLOBS_A_BATCH), signal);
    }
  }

  close(): void {
    this.#held.close();
  }

  async #gather(signal: AbortSignal): Promise<HeldMessage[]> {
    const messages: HeldMessage[] = [];
    while (messages.length < GATHERED) {
      const received = await this.#held.receive(signal);
      if (received.length === 0) break;
      messages.push(...received);
    }
    return messages;
  }

  #sort(messages: readonly HeldMessage[]) {
    const blobs = new Map<string, WrittenBlob>();
    const done: HeldMessage[] = [];
    const poison: HeldMessage[] = [];
    for (const message of messages) {
      const event = readStorageEvent(message.text, this.#parts.place);
      if (message.received > MOST_RECEIVED) poison.push(message);
      else if (event.kind === "written" && !this.#isOld(event)) addTo(blobs, event, message);
      else if (event.kind === "written" || event.kind === "other") done.push(message);
      // Of another container, or not to be understood: left for whom it may concern, a few times.
      else this.#held.letGo([message]);
    }
    return { blobs, done, poison };
  }

  #isOld({ key, etag, sequencer }: Written): boolean {
    const read = this.#read.get(key);
    if (read === undefined) return false;
    return (etag !== "" && etag === read.etag) || (sequencer !== "" && !isNewer(sequencer, read.sequencer));
  }

  /** As an object that cannot be had, so that it stands where everything does that was not read. */
  #toldPoison(messages: readonly HeldMessage[]): RemoteBatch {
    const { queueUrl = "" } = this.#parts.place;
    return {
      objects: messages.map(({ id, received, text }) => ({
        key: `${queueUrl}/messages/${id}`,
        size: text.length,
        modifiedMicros: 0,
        unavailable: {
          code: "queue-message",
          message: `the message was received ${received} times and could not be done with; it was deleted, and listing finds what it was about`,
        },
      })),
      settled: async () => this.#delete(messages),
    };
  }

  async #batch(blobs: readonly WrittenBlob[], signal: AbortSignal): Promise<RemoteBatch> {
    const objects: RemoteObject[] = [];
    for (let at = 0; at < blobs.length; at += ASKED_AT_ONCE)
      for (const object of await Promise.all(
        blobs.slice(at, at + ASKED_AT_ONCE).map(async (blob) => this.#ask(blob, signal)),
      ))
        if (object !== undefined) objects.push(object);
    return {
      objects,
      settled: async ({ open }) => {
        const left = new Set(open);
        for (const { key, etag = "" } of objects)
          if (!left.has(key))
            this.#remember(key, etag, blobs.find(({ newest }) => newest.key === key)?.newest.sequencer ?? "");
        const [busy, done] = [
          blobs.filter(({ newest }) => left.has(newest.key)),
          blobs.filter(({ newest }) => !left.has(newest.key)),
        ];
        this.#held.letGo(busy.flatMap(({ messages }) => messages));
        await this.#delete(done.flatMap(({ messages }) => messages));
      },
    };
  }

  async #delete(messages: readonly HeldMessage[]): Promise<void> {
    try {
      await this.#held.delete(messages);
    } catch (error) {
      throw explainAzureError(error, { place: this.#parts.place, action: "queue" });
    }
  }

  /** What the blob is now: events come late, twice and in any order, and may tell of less than was read already. */
  async #ask({ newest }: WrittenBlob, signal: AbortSignal): Promise<RemoteObject | undefined> {
    const { container, requests, place } = this.#parts;
    const { key, size, etag, timeMs } = newest;
    try {
      const facts = await requests.send("gets", signal, async (attempt) =>
        container.getBlobClient(key).getProperties({ abortSignal: attempt.signal }),
      );
      if ((facts.contentLength ?? 0) === 0) return undefined;
      return {
        key,
        size: facts.contentLength ?? 0,
        modifiedMicros: (facts.lastModified?.getTime() ?? 0) * 1000,
        etag: plainEtag(facts.etag ?? ""),
        ...(facts.accessTier === "Archive" && { unavailable: archived(facts.archiveStatus) }),
      };
    } catch (error) {
      if (failureOf(error).status !== 404) throw explainAzureError(error, { place, action: "list" });
      const message = "the blob was deleted before it was read";
      return { key, size, modifiedMicros: timeMs * 1000, etag, unavailable: { code: "deleted-at-source", message } };
    }
  }

  #remember(key: string, etag: string, sequencer: string): void {
    this.#read.delete(key);
    this.#read.set(key, { etag, sequencer });
    const [oldest] = this.#read.keys();
    if (this.#read.size > REMEMBERED_BLOBS && oldest !== undefined) this.#read.delete(oldest);
  }
}

function addTo(blobs: Map<string, WrittenBlob>, event: Written, message: HeldMessage): void {
  const known = blobs.get(event.key);
  if (known === undefined) blobs.set(event.key, { newest: event, messages: [message] });
  else {
    known.messages.push(message);
    if (isNewer(event.sequencer, known.newest.sequencer)) known.newest = event;
  }
}
