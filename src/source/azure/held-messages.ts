import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import { failureOf, type AzureRequests } from "./azure-requests.ts";

/** What the service gives in one answer at most. */
const RECEIVED_AT_ONCE = 32;
const DELETED_AT_ONCE = 16;
/** Messages that are being worked on are hidden from others for so long, again and again. */
const HIDDEN_S = 600;
/** Where the right to hide them for longer is missing, it must do at once. */
const HIDDEN_FOR_GOOD_S = 3600;

/** A message that was received and is not deleted yet. */
export interface HeldMessage {
  readonly id: string;
  readonly text: string;
  /** How often it was received, this time included. */
  readonly received: number;
  /** Proves that it is this receiver's; a new one each time it is hidden for longer. */
  receipt: string;
}

/**
 * The messages of a queue that were received: hidden from other receivers until they are deleted or let go of. To hide them for longer
 * wants a right that the role for processing messages does not have; without it they are hidden for an hour to begin with.
 */
export class HeldMessages {
  readonly #queue: QueueClient;
  readonly #requests: AzureRequests;
  readonly #held = new Set<HeldMessage>();
  readonly #ending = new AbortController();
  #mayExtend = true;
  #timer: NodeJS.Timeout | undefined;
  /** Receipts change one after another. */
  #extending: Promise<void> = Promise.resolve();

  constructor(queue: QueueClient, requests: AzureRequests) {
    this.#queue = queue;
    this.#requests = requests;
  }

  /** @returns none when the queue has none that are not hidden */
  async receive(signal: AbortSignal): Promise<readonly HeldMessage[]> {
    const { receivedMessageItems } = await this.#requests.send("others", signal, async (attempt) =>
      this.#queue.receiveMessages({
        numberOfMessages: RECEIVED_AT_ONCE,
        visibilityTimeout: this.#mayExtend ? HIDDEN_S : HIDDEN_FOR_GOOD_S,
        abortSignal: attempt.signal,
      }),
    );
    const messages = receivedMessageItems.map(heldOf);
    for (const message of messages) this.#held.add(message);
    this.#timer ??= setInterval(() => this.#extend(), (HIDDEN_S * 1000) / 2).unref();
    return messages;
  }

  /** They are done with. A message that somebody else has by now is his. */
  async delete(messages: readonly HeldMessage[]): Promise<void> {
    this.letGo(messages);
    await this.#extending;
    for (let at = 0; at < messages.length; at += DELETED_AT_ONCE)
      await Promise.all(messages.slice(at, at + DELETED_AT_ONCE).map(async (message) => this.#delete(message)));
  }

  /** They come again when they are hidden no longer. */
  letGo(messages: readonly HeldMessage[]): void {
    for (const message of messages) this.#held.delete(message);
  }

  /** All of them: what an earlier look did not come to an end with is nobody's work any more. */
  letGoAll(): void {
    this.#held.clear();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#ending.abort();
  }

  async #delete({ id, receipt }: HeldMessage): Promise<void> {
    try {
      await this.#requests.send("others", this.#ending.signal, async (attempt) =>
        this.#queue.deleteMessage(id, receipt, { abortSignal: attempt.signal }),
      );
    } catch (error) {
      const { code, status } = failureOf(error);
      if (code !== "PopReceiptMismatch" && code !== "MessageNotFound" && status !== 404) throw error;
    }
  }

  #extend(): void {
    this.#extending = this.#hideAllLonger(this.#extending);
  }

  async #hideAllLonger(before: Promise<void>): Promise<void> {
    await before;
    for (const message of this.#held) {
      if (!this.#mayExtend) return;
      await this.#hideLonger(message);
    }
  }

  async #hideLonger(message: HeldMessage): Promise<void> {
    try {
      const { popReceipt } = await this.#requests.send("others", this.#ending.signal, async (attempt) =>
        this.#queue.updateMessage(message.id, message.receipt, undefined, HIDDEN_S, { abortSignal: attempt.signal }),
      );
      message.receipt = popReceipt ?? message.receipt;
    } catch (error) {
      if (failureOf(error).status === 403) this.#mayExtend = false;
      // Somebody else has it, or the queue cannot be reached: what comes twice is read once.
      else this.#held.delete(message);
    }
  }
}

function heldOf({ messageId, messageText, popReceipt, dequeueCount }: DequeuedMessageItem): HeldMessage {
  return { id: messageId, text: messageText, received: dequeueCount, receipt: popReceipt };
}
