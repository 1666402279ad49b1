import { isAscii } from "node:buffer";
import { WeirError } from "#base/errors.js";
import type { DeliveryContent } from "./frame.ts";
import { isPlainLine, movePlainLines, type LineShape } from "./plain-lines.ts";

/*
 * What Amazon Data Firehose posts to an HTTP endpoint: "Understand HTTP endpoint delivery request and response specifications",
 * https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html. A record is base64 of whatever came in at the
 * stream's other end: for flow logs that are delivered directly `{"message":"2 …"}`, for a CloudWatch Logs subscription gzip of a
 * message with many events, with Firehose's message extraction plain lines.
 */

const MESSAGE = Buffer.from('{"message":"');
const QUOTE = 0x22;
const BRACE = 0x7b;
const END_BRACE = 0x7d;
const LF = 0x0a;
const BLANK = 0x20;
const GZIP = 0x1f;

/** A request of Firehose, opened. */
export interface FirehoseRequest {
  readonly requestId: string;
  readonly content: DeliveryContent;
  readonly records: number;
}

/**
 * Opens a request's body. Records that are plainly lines of flow logs become lines; all others stay as they are, `{"data": "…"}`,
 * one a line, for the decoder, which knows every form that they come in and counts what it cannot read as malformed.
 * @param header what `X-Amz-Firehose-Request-Id` says, for a body without a request id
 * @throws WeirError `bad-envelope` when it is no request of Firehose
 */
export function openFirehose(body: Buffer, header: string | undefined, shape: LineShape): FirehoseRequest {
  const { requestId, records } = parseBody(body, header);
  // Base64 is longer than what it stands for, and each record has its envelope: always room for a line feed a line.
  const lines = Buffer.allocUnsafeSlow(body.length);
  const others: string[] = [];
  let end = 0;
  for (const record of records) {
    const data = (record as { readonly data?: unknown } | null)?.data;
    const next = typeof data === "string" ? readLines(data, lines, end, shape) : -1;
    if (next >= 0) end = next;
    else others.push(`{"data":${JSON.stringify(typeof data === "string" ? data : JSON.stringify(record))}}\n`);
  }
  return {
    requestId,
    records: records.length,
    content: { lines: trimmed(lines, end), records: Buffer.from(others.join("")), file: undefined, name: "" },
  };
}

function parseBody(body: Buffer, header: string | undefined): { requestId: string; records: readonly unknown[] } {
  let value: { readonly requestId?: unknown; readonly records?: unknown } | null;
  try {
    // A body that is all ASCII, as nearly all are, needs no decoding.
    value = JSON.parse(body.toString(isAscii(body) ? "latin1" : "utf8")) as typeof value;
  } catch (error) {
    throw badEnvelope("its body is no JSON", error);
  }
  const requestId = typeof value?.requestId === "string" && value.requestId !== "" ? value.requestId : header;
  if (requestId === undefined || requestId === "") throw badEnvelope("it has no requestId");
  if (requestId.length > 1000) throw badEnvelope("its requestId is too long");
  if (!Array.isArray(value?.records)) throw badEnvelope("it has no list of records");
  return { requestId, records: value.records as unknown[] };
}

/** Writes the lines of a record to `target`. @returns where they end; -1 when it is not plainly lines */
function readLines(data: string, target: Buffer, at: number, shape: LineShape): number {
  // Nothing, or a compressed message: base64 of gzip's first bytes.
  if (data === "" || data.startsWith("H4sI")) return -1;
  const bytes = target.write(data, at, "base64");
  // The decoder of Node.js passes over what is no base64.
  if (bytes !== decodedLength(data) || target[at] === GZIP) return -1;
  const end = at + bytes;
  const moved =
    target[at] === BRACE ? unwrap(target, at, end, shape) : movePlainLines(target, [at, end], target, at, shape);
  // Blank lines alone are counted as what they are.
  return moved > at ? moved : -1;
}

function decodedLength(data: string): number {
  const padding = data.endsWith("==") ? 2 : data.endsWith("=") ? 1 : 0;
  return Math.floor(((data.length - padding) * 3) / 4);
}

/** Takes the lines out of `{"message":"…"}` objects, in their place. @returns where they end; -1 when there is anything else */
function unwrap(bytes: Buffer, from: number, to: number, shape: LineShape): number {
  let write = from;
  let at = from;
  while (at < to) {
    const start = at + MESSAGE.length;
    if (bytes.compare(MESSAGE, 0, MESSAGE.length, at, Math.min(start, to)) !== 0) return -1;
    const end = bytes.indexOf(QUOTE, start);
    if (end < 0 || end + 1 >= to || bytes[end + 1] !== END_BRACE || !isPlainLine(bytes, start, end, shape)) return -1;
    bytes.copyWithin(write, start, end);
    write += end - start;
    bytes[write++] = LF;
    at = end + 2;
    while (at < to && (bytes[at] as number) <= BLANK) at++;
  }
  return write;
}

/** A copy where most of the memory would be kept for nothing. */
function trimmed(bytes: Buffer, length: number): Buffer {
  return length * 2 < bytes.length ? Buffer.from(bytes.subarray(0, length)) : bytes.subarray(0, length);
}

function badEnvelope(why: string, cause?: unknown): WeirError {
  return new WeirError({
    code: "bad-envelope",
    kind: "usage",
    message: `the request is none of Amazon Data Firehose: ${why}`,
    next: "Only Firehose posts here; send files and lines to /api/v1/push/NAME.",
    cause,
  });
}
