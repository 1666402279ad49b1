import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { explainAwsError } from "./explain-aws-error.ts";

/** A message stays invisible for so long, and is asked for again while it is worked on. */
const VISIBLE_AFTER_S = 300;
const EXTEND_EVERY_MS = 100_000;
/** Longer than twelve hours a message cannot be kept. */
const LONGEST_MS = 11 * 3_600_000;
const AT_ONCE = 10;

/** A message that was received and is not done with. */
export interface QueueMessage {
  readonly id: string;
  readonly handle: string;
  readonly body: string;
  /** How often it was received, this time too. */
  readonly received: number;
}

/** An SQS queue with notifications of a bucket. Rights: sqs:ReceiveMessage, DeleteMessage, ChangeMessageVisibility. */
export class NotificationQueue {
  readonly url: string;
  readonly #client: SQSClient;
  readonly #held = new Map<string, { readonly handle: string; readonly sinceMs: number }>();
  #timer: NodeJS.Timeout | undefined;
  #hasRedrive: boolean | undefined;
  readonly #extendEveryMs: number;

  /** @param extendEveryMs how often held messages are asked for again */
  constructor(client: SQSClient, url: string, extendEveryMs = EXTEND_EVERY_MS) {
    this.#client = client;
    this.url = url;
    this.#extendEveryMs = extendEveryMs;
  }

  /**
   * Receives some messages and holds them until {@link done} or {@link leave}.
   * @param waitSeconds for the first one, 20 at most @throws WeirError `source-…`
   */
  async receive(waitSeconds: number, signal: AbortSignal): Promise<QueueMessage[]> {
    const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
    const command = new ReceiveMessageCommand({
      QueueUrl: this.url,
      MaxNumberOfMessages: AT_ONCE,
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: VISIBLE_AFTER_S,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    const { Messages = [] } = await this.#ask("sqs:ReceiveMessage", () =>
      this.#client.send(command, { abortSignal: signal }),
    );
    const messages = Messages.map(queueMessage);
    for (const { id, handle } of messages) this.#held.set(id, { handle, sinceMs: Date.now() });
    this.#timer ??= this.#extend();
    return messages;
  }

  /** They are done with for good. @throws WeirError */
  async done(messages: readonly QueueMessage[]): Promise<void> {
    const { DeleteMessageBatchCommand } = await import("@aws-sdk/client-sqs");
    for (let at = 0; at < messages.length; at += AT_ONCE) {
      const some = messages.slice(at, at + AT_ONCE);
      const Entries = some.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle }));
      const command = new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries });
      // One that could not be deleted comes again, and its objects are known then.
      await this.#ask("sqs:DeleteMessage", () => this.#client.send(command));
      this.leave(some);
    }
  }

  /** They are not asked for any longer: the queue gives them again later, or moves them away if it has a rule for that. */
  leave(messages: readonly QueueMessage[]): void {
    for (const { id } of messages) this.#held.delete(id);
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** All that are held are left: what an earlier look did not come to an end with is nobody's work any more. */
  leaveAll(): void {
    this.#held.clear();
    this.leave([]);
  }

  /** Whether messages that are received too often are moved to another queue; unknown is taken for yes. */
  async hasRedrive(): Promise<boolean> {
    if (this.#hasRedrive !== undefined) return this.#hasRedrive;
    const { GetQueueAttributesCommand } = await import("@aws-sdk/client-sqs");
    try {
      const { Attributes = {} } = await this.#client.send(
        new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ["RedrivePolicy"] }),
      );
      this.#hasRedrive = (Attributes["RedrivePolicy"] ?? "") !== "";
    } catch {
      // Asking takes a right that reading does not need.
      this.#hasRedrive = true;
    }
    return this.#hasRedrive;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#held.clear();
    this.#client.destroy();
  }

  #extend(): NodeJS.Timeout {
    const timer = setInterval(() => void this.#extendNow(), this.#extendEveryMs);
    timer.unref();
    return timer;
  }

  async #extendNow(): Promise<void> {
    const { ChangeMessageVisibilityBatchCommand } = await import("@aws-sdk/client-sqs");
    const held = [...this.#held.values()].filter(({ sinceMs }) => Date.now() - sinceMs < LONGEST_MS);
    for (let at = 0; at < held.length; at += AT_ONCE) {
      const Entries = held.slice(at, at + AT_ONCE).map(({ handle }, index) => ({
        Id: String(index),
        ReceiptHandle: handle,
        VisibilityTimeout: VISIBLE_AFTER_S,
      }));
      // What fails here comes twice, and is known the second time.
      await this.#client
        .send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.url, Entries }))
        .catch(() => undefined);
    }
  }

  async #ask<T>(action: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") throw error;
      throw explainAwsError(error, { action, resource: this.url, scope: "source" });
    }
  }
}

function queueMessage({ MessageId = "", ReceiptHandle = "", Body = "", Attributes }: Message): QueueMessage {
  const received = Number(Attributes?.ApproximateReceiveCount ?? 1);
  return { id: MessageId, handle: ReceiptHandle, body: Body, received };
}
