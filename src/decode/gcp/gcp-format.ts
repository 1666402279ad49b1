import type { DecodeOutput } from "../decode-output.ts";
import type { ObjectContext } from "../decoder.ts";
import {
  asObject,
  asText,
  type JsonObject,
  type JsonRecord,
  type JsonRecordDecoder,
  type JsonRecordFormat,
} from "../json/json-record.ts";
import { fillRow, type GcpEntry } from "./gcp-row.ts";

/** Google Cloud log entries, plain or in a Pub/Sub message: VPC flow records are decoded, others are counted as filtered. */
export const gcpFormat: JsonRecordFormat = {
  name: "gcp",
  matches: (value) => messageData(value) !== undefined || isEntry(value) || isPayload(value),
  create: (context, output) => new GcpDecoder(context, output),
};

function isEntry(value: JsonObject): boolean {
  if (asText(value["logName"]) === undefined) return asPayload(value["jsonPayload"]) !== undefined;
  return ["insertId", "timestamp", "resource", "jsonPayload"].some((name) => name in value);
}

/** A flow or firewall record without its log entry. */
function isPayload(value: JsonObject): boolean {
  const connection = asObject(value["connection"]);
  if (connection === undefined || !("src_ip" in connection) || !("dest_ip" in connection)) return false;
  return "reporter" in value || "rule_details" in value;
}

function asPayload(value: unknown): JsonObject | undefined {
  const object = asObject(value);
  return object !== undefined && isPayload(object) ? object : undefined;
}

/** The base64 text of a Pub/Sub message, pushed or pulled. */
function messageData(value: JsonObject): string | undefined {
  const message = asObject(value["message"]);
  const isMessage = message !== undefined && ["messageId", "message_id", "publishTime"].some((name) => name in message);
  return isMessage || "subscription" in value || "ackId" in value ? asText(message?.["data"]) : undefined;
}

class GcpDecoder implements JsonRecordDecoder {
  readonly #context: ObjectContext;
  readonly #output: DecodeOutput;

  constructor(context: ObjectContext, output: DecodeOutput) {
    this.#context = context;
    this.#output = output;
  }

  decode(record: JsonRecord): void {
    const data = messageData(record.value);
    const value = data === undefined ? record.value : parseMessage(data);
    if (value === undefined) return this.#addMalformed(record, "bad-message");
    const entry = isEntry(value) ? value : {};
    const payload = isEntry(value) ? asObject(value["jsonPayload"]) : value;
    if (!isFlowLog(entry, payload)) {
      this.#output.count("filtered");
      this.#output.addNote(
        "other-log",
        "The object has Google Cloud log entries that are no VPC flow records; they were left out.",
      );
    } else if (payload === undefined) this.#addMalformed(record, "bad-payload");
    else this.#addRow(record, { entry, payload });
  }

  #addRow(record: JsonRecord, entry: GcpEntry): void {
    const { flows } = this.#output;
    flows.reserve(1);
    const problem = fillRow(this.#output, entry);
    if (problem !== undefined) {
      flows.discardRow();
      return this.#addMalformed(record, problem);
    }
    flows.setNumber("object_id", flows.rows, this.#context.objectId);
    flows.setNumber("position", flows.rows, record.position);
    flows.rows++;
    this.#output.countFlows("gcp_vpc", 1);
  }

  #addMalformed(record: JsonRecord, reason: string): void {
    const text = record.bytes.subarray(record.start, record.end);
    this.#output.addMalformed(record.position, 0, reason, text, "gcp_vpc");
  }
}

function isFlowLog(entry: JsonObject, payload: JsonObject | undefined): boolean {
  const logName = asText(entry["logName"]);
  if (logName !== undefined) return /(%2F|\/)vpc_flows$/i.test(logName);
  return payload !== undefined && isPayload(payload) && "reporter" in payload && !("rule_details" in payload);
}

function parseMessage(data: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(Buffer.from(data, "base64").toString("utf8")));
  } catch {
    return undefined;
  }
}
