import { DecodeOutput } from "../decode-output.ts";
import {
  asObject,
  asText,
  type JsonObject,
  type JsonRecord,
  type JsonRecordDecoder,
  type JsonRecordFormat,
} from "../json/json-record.ts";
import { AwsLineDecoder } from "./aws-line-decoder.ts";
import { EventFinder } from "./event-finder.ts";
import { readPayload, splitJson } from "./aws-payload.ts";
import { isNoRecord } from "./line-words.ts";
import { isNamedRecord, readJsonLine, readNamedRecord, type EventContent } from "./named-record.ts";

/** Envelopes in envelopes: a Lambda event with a subscription's message in it has two. */
const DEPTH_LIMIT = 4;

const eventKeys = new Set([
  "message",
  "timestamp",
  "logStreamName",
  "logGroupName",
  "ingestionTime",
  "eventId",
  "id",
  "extractedFields",
]);
const firehoseKeys = new Set(["data", "recordId", "approximateArrivalTimestamp", "kinesisRecordMetadata"]);
const interfaceStream = /^(eni-[0-9a-f]{8,17})(?:-(?:all|accept|reject))?$/;

/** A log event: a line and when it was logged. */
interface LogEvent {
  readonly message: unknown;
  readonly timestamp?: unknown;
  readonly logStreamName?: unknown;
}

/**
 * Flow-log lines in the JSON that AWS carries them in: CloudWatch Logs subscriptions (bare, in Lambda's `awslogs`, in
 * Kinesis records, in Firehose records), `FilterLogEvents` answers, and Firehose's `{"message": "…"}`; and records that are JSON
 * themselves, bare or in any of these: see {@link readNamedRecord}.
 */
export const awsEnvelopeFormat: JsonRecordFormat = {
  name: "aws-envelope",
  matches: (value) => envelopeOf(value) !== undefined,
  create: (context, output) => new AwsEnvelopeDecoder(output, new AwsLineDecoder(context, output)),
  textOf: (record, subPosition, context) => {
    const finder = new EventFinder(subPosition);
    const output = new DecodeOutput(1);
    output.beginObject(context);
    new AwsEnvelopeDecoder(output, finder).decode(record);
    return finder.text === undefined ? undefined : { form: "event", text: finder.text, context: null };
  },
};

type Envelope = "subscription" | "lambda" | "kinesis" | "firehose" | "events" | "event" | "record";

function envelopeOf(value: JsonObject): Envelope | undefined {
  if (value.messageType === "CONTROL_MESSAGE" || value.messageType === "DATA_MESSAGE") return "subscription";
  if (asText(asObject(value.awslogs)?.data) !== undefined) return "lambda";
  if (Array.isArray(value.Records) && value.Records.some((entry) => typeof kinesisData(entry) === "string"))
    return "kinesis";
  const isOnly = (keys: ReadonlySet<string>): boolean => Object.keys(value).every((key) => keys.has(key));
  if (typeof value.data === "string" && isOnly(firehoseKeys)) return "firehose";
  if (typeof value.message === "string" && isOnly(eventKeys)) return "event";
  if (!Array.isArray(value.events) || value.events.length === 0) return isNamedRecord(value) ? "record" : undefined;
  return value.events.every((entry) => typeof asObject(entry)?.message === "string") ? "events" : undefined;
}

function kinesisData(entry: unknown): unknown {
  return asObject(asObject(entry)?.kinesis)?.data;
}

/** What reads the events of an envelope. */
type EventReader = Pick<AwsLineDecoder, "enterEnvelope" | "readEvents" | "readNamed" | "refuse" | "release" | "unbind">;

class AwsEnvelopeDecoder implements JsonRecordDecoder {
  readonly #output: DecodeOutput;
  readonly #lines: EventReader;
  #position = 0;
  /** Events of the record at hand that were read. */
  #events = 0;

  constructor(output: DecodeOutput, lines: EventReader) {
    this.#output = output;
    this.#lines = lines;
  }

  decode(record: JsonRecord): void {
    this.#position = record.position;
    this.#events = 0;
    this.#open(record.value, 0);
  }

  flush(): void {
    this.#lines.release();
    // Others may fill the batch before the next record comes here.
    this.#lines.unbind();
  }

  #open(value: JsonObject, depth: number): void {
    const envelope = depth < DEPTH_LIMIT ? envelopeOf(value) : undefined;
    switch (envelope) {
      case "subscription":
        return this.#openSubscription(value);
      case "lambda":
        return this.#openPayload(asObject(value.awslogs)?.data, depth);
      case "kinesis":
        for (const entry of value.Records as unknown[]) this.#openPayload(kinesisData(entry), depth);
        return undefined;
      case "firehose":
        return this.#openPayload(value.data, depth);
      case "events":
        return this.#readByStream(value.events as LogEvent[]);
      case "event":
        return this.#readByStream([
          { message: value.message, timestamp: value.timestamp, logStreamName: value.logStreamName },
        ]);
      case "record":
        return depth === 0 ? this.#readRecord(value) : this.#read([{ message: value }]);
      case undefined:
        return this.#refuse("unknown-envelope", JSON.stringify(value).slice(0, 2048));
    }
  }

  #openSubscription(value: JsonObject): void {
    if (value.messageType === "CONTROL_MESSAGE") return this.#output.count("control");
    if (!Array.isArray(value.logEvents)) return this.#refuse("unknown-envelope", JSON.stringify(value).slice(0, 2048));
    const owner = asText(value.owner);
    return this.#read(
      value.logEvents,
      asText(value.logStream),
      owner !== undefined && /^\d{12}$/.test(owner) ? owner : undefined,
    );
  }

  /** Base64 of what a stream carries: gzip or not, JSON objects side by side or plain lines. */
  #openPayload(data: unknown, depth: number): void {
    const payload = readPayload(data);
    if (typeof payload === "object")
      return this.#refuse(payload.reason, typeof data === "string" ? data.slice(0, 2048) : "");
    const text = payload.trim();
    if (text === "") return this.#output.count("control");
    if (!text.startsWith("{")) {
      const lines = text.split("\n").filter((line) => !isNoRecord(line));
      return this.#read(lines.map((message) => ({ message })));
    }
    for (const part of splitJson(text)) {
      const value = parseObject(part);
      if (value) this.#open(value, depth + 1);
      else this.#refuse("bad-json", part.slice(0, 2048));
    }
    return undefined;
  }

  /** The JSON record at hand is itself a flow-log record. */
  #readRecord(value: JsonObject): void {
    const record = readNamedRecord(value, JSON.stringify(value));
    this.#lines.enterEnvelope({});
    if (record !== undefined) this.#lines.readNamed(record, { position: this.#position, subPosition: 0 });
  }

  /** Events of one log stream after the other, in their order. */
  #readByStream(events: readonly LogEvent[]): void {
    let from = 0;
    for (let at = 1; at <= events.length; at++) {
      if (at < events.length && events[at]?.logStreamName === events[from]?.logStreamName) continue;
      this.#read(events.slice(from, at), asText(events[from]?.logStreamName));
      from = at;
    }
  }

  #read(events: readonly unknown[], stream?: string, accountId?: string): void {
    const interfaceId = stream === undefined ? undefined : interfaceStream.exec(stream)?.[1];
    this.#lines.enterEnvelope({
      ...(accountId !== undefined && { accountId }),
      ...(interfaceId !== undefined && { interfaceId }),
    });
    const times = new Float64Array(events.length);
    const contents = events.map((entry, index) => {
      const event = asObject(entry);
      const time = event?.timestamp;
      times[index] = typeof time === "number" && this.#output.isTimeInRange(time * 1000) ? Math.round(time * 1000) : -1;
      return this.#contentOf(event, this.#events + index + 1);
    });
    this.#lines.readEvents(contents, times, {
      position: this.#position,
      subPosition: this.#events,
    });
    this.#events += events.length;
  }

  /** What an event holds; an empty line when it is nothing of a flow log, which is counted here. */
  #contentOf(event: JsonObject | undefined, subPosition: number): EventContent {
    const message = event?.message;
    const record = asObject(message);
    if (record !== undefined) return this.#orNone(readNamedRecord(record, JSON.stringify(record)));
    if (typeof message !== "string" || isNoRecord(message)) {
      const text = typeof message === "string" ? message : "";
      this.#lines.refuse({ position: this.#position, subPosition }, "no-message", text);
      return "";
    }
    return this.#orNone(message.trimStart().startsWith("{") ? readJsonLine(message) : message);
  }

  #orNone(content: EventContent | undefined): EventContent {
    if (typeof content === "object") return content;
    if (content !== undefined && !isNoRecord(content)) return content.replaceAll(/[\r\n]+/g, " ");
    this.#output.count("filtered");
    this.#output.addNote(
      "message-is-json",
      "Log events hold JSON that is no flow-log record: another service's log, or events that a transformer made another thing of. They are left out.",
    );
    return "";
  }

  #refuse(reason: string, text: string): void {
    this.#lines.refuse(
      { position: this.#position, subPosition: this.#events > 0 ? this.#events + 1 : 0 },
      reason,
      text,
    );
  }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
