import { AwsFault, dialects } from "./aws-faults.ts";
import { jsonInput, jsonProtocol, listOf, numberOf, textOf, type JsonInput } from "./aws-json.ts";
import { AwsService, type AwsCall, type AwsServiceOptions } from "./aws-service.ts";
import { Queue, type QueueOptions, type ReceivedMessage } from "./sqs-queue.ts";

export interface FakeSqsOptions extends AwsServiceOptions {
  readonly region?: string;
  readonly account?: string;
}

/** Most that a message may stay hidden, seconds. */
const MAX_HIDDEN_SECONDS = 43_200;

/**
 * SQS over HTTP for receivers: long polling, visibility, deletion, batches, attributes. Nothing can be sent or changed by
 * a request; tests send by {@link Queue.send}.
 * Source: Amazon SQS API Reference, "Actions"; Developer Guide, "Interpreting Amazon SQS JSON API responses".
 */
export class FakeSqs extends AwsService {
  protected readonly protocol = jsonProtocol("1.0", "com.amazonaws.sqs#");
  protected readonly dialect = dialects.sqs;
  protected readonly prefix = "sqs";
  readonly #region: string;
  readonly #account: string;
  readonly #queues = new Map<string, Queue>();

  private constructor(options: FakeSqsOptions) {
    super(options);
    this.#region = options.region ?? "eu-central-1";
    this.#account = options.account ?? "123456789012";
  }

  static async start(options: FakeSqsOptions = {}): Promise<FakeSqs> {
    return new FakeSqs(options).listen();
  }

  createQueue(name: string, options: QueueOptions = {}): Queue {
    const arn = `arn:aws:sqs:${this.#region}:${this.#account}:${name}`;
    const queue = new Queue(name, arn, options, () => this.nowMs);
    this.#queues.set(name, queue);
    return queue;
  }

  deleteQueue(name: string): void {
    this.#queues.delete(name);
  }

  /** The queue's URL, at this server. */
  urlOf({ name }: { readonly name: string }): string {
    return `${this.url}/${this.#account}/${name}`;
  }

  protected async perform(call: AwsCall): Promise<unknown> {
    const input = jsonInput(call.asked);
    if (call.operation === "GetQueueUrl") return { QueueUrl: this.urlOf(this.#queue(textOf(input, "QueueName"))) };
    const queue = this.#queue(textOf(input, "QueueUrl").split("/").at(-1) ?? "");
    // A batch needs no permission of its own.
    this.mustBeAllowed({ ...call, operation: call.operation.replace(/Batch$/, "") }, queue.arn);
    switch (call.operation) {
      case "ReceiveMessage":
        return this.#receive(queue, input);
      case "DeleteMessage":
        deleteOne(queue, input);
        return {};
      case "DeleteMessageBatch":
        return inBatch(input, (entry) => deleteOne(queue, entry));
      case "ChangeMessageVisibility":
        changeOne(queue, input);
        return {};
      case "ChangeMessageVisibilityBatch":
        return inBatch(input, (entry) => changeOne(queue, entry));
      case "GetQueueAttributes":
        return { Attributes: attributesOf(queue, listOf(input, "AttributeNames")) };
      default:
        throw new AwsFault(
          ...dialects.sqs.denied,
          `User: ${call.identity.arn} is not authorized to perform: sqs:${call.operation}`,
          "AccessDenied",
        );
    }
  }

  #queue(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue !== undefined) return queue;
    throw new AwsFault(
      400,
      "QueueDoesNotExist",
      "The specified queue does not exist.",
      "AWS.SimpleQueueService.NonExistentQueue",
    );
  }

  async #receive(queue: Queue, input: JsonInput): Promise<unknown> {
    const max = numberOf(input, "MaxNumberOfMessages") ?? 1;
    const waitSeconds = numberOf(input, "WaitTimeSeconds") ?? 0;
    if (max < 1 || max > 10) throw invalid("MaxNumberOfMessages", max, "must be between 1 and 10, if provided");
    if (waitSeconds > 20) throw invalid("WaitTimeSeconds", waitSeconds, "must be >= 0 and <= 20, if provided");
    const names = [...listOf(input, "MessageSystemAttributeNames"), ...listOf(input, "AttributeNames")];
    const deadlineMs = Date.now() + waitSeconds * 1000;
    for (;;) {
      const messages = queue.receive(max, numberOf(input, "VisibilityTimeout"));
      const leftMs = deadlineMs - Date.now();
      // An answer without messages has no such member.
      if (messages.length > 0) return { Messages: messages.map((message) => written(message, names)) };
      if (leftMs <= 0) return {};
      await queue.somethingMayCome(leftMs);
    }
  }
}

function invalid(name: string, value: unknown, reason: string): AwsFault {
  return new AwsFault(
    400,
    "InvalidParameterValue",
    `Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}.`,
    "InvalidParameterValue",
  );
}

function deleteOne(queue: Queue, input: JsonInput): void {
  const handle = textOf(input, "ReceiptHandle");
  if (!queue.delete(handle)) throw noReceipt(handle);
}

function changeOne(queue: Queue, input: JsonInput): void {
  const handle = textOf(input, "ReceiptHandle");
  const seconds = numberOf(input, "VisibilityTimeout") ?? 0;
  if (seconds < 0 || seconds > MAX_HIDDEN_SECONDS)
    throw invalid("VisibilityTimeout", seconds, "must be between 0 and 43200");
  const trouble = queue.hide(handle, seconds);
  if (trouble === "no-receipt") throw noReceipt(handle);
  if (trouble === "gone")
    throw invalid("ReceiptHandle", handle, "Message does not exist or is not available for visibility timeout change");
  if (trouble === "visible")
    throw new AwsFault(
      400,
      "MessageNotInflight",
      "The message referred to is not in flight.",
      "AWS.SimpleQueueService.MessageNotInflight",
    );
}

function noReceipt(handle: string): AwsFault {
  return new AwsFault(
    400,
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
    "ReceiptHandleIsInvalid",
  );
}

/** Performs each entry for itself: some may fail. */
function inBatch(input: JsonInput, perform: (entry: JsonInput) => void): unknown {
  const entries = listOf(input, "Entries") as readonly JsonInput[];
  const ids = entries.map((entry) => textOf(entry, "Id"));
  const refuse = (name: string, message: string): AwsFault =>
    new AwsFault(400, name, message, `AWS.SimpleQueueService.${name}`);
  if (entries.length === 0) throw refuse("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > 10)
    throw refuse(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  if (new Set(ids).size < ids.length)
    throw refuse("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
  const Successful: { Id: string }[] = [];
  const Failed: object[] = [];
  for (const [at, entry] of entries.entries()) {
    const Id = ids[at] ?? "";
    try {
      perform(entry);
      Successful.push({ Id });
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.queryCode ?? error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

function written(message: ReceivedMessage, names: readonly unknown[]): object {
  const all: Record<string, string> = {
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs),
    SentTimestamp: String(message.sentMs),
  };
  const wanted = Object.entries(all).filter(([name]) => names.includes("All") || names.includes(name));
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5,
    Body: message.body,
    ...(wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) }),
  };
}

function attributesOf(queue: Queue, names: readonly unknown[]): Record<string, string> {
  const { visible, hidden } = queue.depth;
  const { redrive, visibilitySeconds = 30 } = queue.options;
  const all: Record<string, string> = {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: "0",
    VisibilityTimeout: String(visibilitySeconds),
    MessageRetentionPeriod: "345600",
    QueueArn: queue.arn,
    ...(redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: redrive.to.arn,
            maxReceiveCount: redrive.maxReceiveCount,
          }),
        }),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes("All") || names.includes(name)));
}
