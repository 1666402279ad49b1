import { closeCutJson, repairEscapes } from "./json-repair.ts";
import { asObject, type JsonObject } from "./json-record.ts";
import { JsonScanner } from "./json-scanner.ts";

/** A record that was read: its object, and the bytes in which its flow tuples stand. */
export interface ReadJson {
  readonly value: JsonObject;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Spans of the insides of `flowTuples` arrays in `bytes`, two numbers each. */
  readonly tuples: readonly number[];
  readonly isRepaired: boolean;
}

/** A cut record, with what could not be kept of it. */
export interface SalvagedJson extends ReadJson {
  /** The text behind the last whole value. */
  readonly lost: string;
  /** Whether it was cut inside of an array of flow tuples, so that some may be missing even if `lost` is empty. */
  readonly isCutInTuples: boolean;
}

/** Reads the whole record `bytes[start, start + scanner.at)`; undefined when it is no JSON object even after repair. */
export function readJson(bytes: Uint8Array, start: number, scanner: JsonScanner): ReadJson | undefined {
  const end = start + scanner.at;
  const { spans } = scanner;
  if (!scanner.hasEscapes) {
    const value = parseObject(spans.length === 0 ? textOf(bytes, start, end) : skeleton(bytes, start, end, spans));
    if (value !== undefined) {
      return { value, bytes, start, end, tuples: spans.map((offset) => offset + start), isRepaired: false };
    }
  }
  const text = textOf(bytes, start, end);
  return normalise(text) ?? normalise(repairEscapes(text), true);
}

/** Reads what is whole of a record that ends early, at `bytes[end]`. */
export function salvageJson(
  bytes: Uint8Array,
  start: number,
  end: number,
  scanner: JsonScanner,
): SalvagedJson | undefined {
  const text = textOf(bytes, start, end);
  const repaired = repairEscapes(text);
  const closed = closeCutJson(repaired);
  const read = closed === undefined ? undefined : normalise(closed.text, repaired !== text);
  if (closed === undefined || read === undefined) return undefined;
  const lost = repaired
    .slice(closed.kept)
    .replace(/^[\s,]+/, "")
    .trim();
  return { ...read, lost, isCutInTuples: scanner.openSpan >= 0 };
}

/** Writes a JSON text anew, so that it has no needless escapes, and scans it for its flow tuples. */
function normalise(text: string, isRepaired = false): ReadJson | undefined {
  const value = parseObject(text);
  if (value === undefined) return undefined;
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const scanner = new JsonScanner();
  // A wrapper's key deep in a repaired record is an ordinary member by now: its elements stay in the value.
  scanner.beginBytes(bytes);
  scanner.begin();
  if (scanner.scan(bytes, 0, bytes.length, true) !== "end") {
    return { value, bytes, start: 0, end: bytes.length, tuples: [], isRepaired };
  }
  const cut = parseObject(skeleton(bytes, 0, bytes.length, scanner.spans)) ?? value;
  return { value: cut, bytes, start: 0, end: bytes.length, tuples: scanner.spans, isRepaired };
}

/** The record's text with the inside of each span replaced by the span's number. */
function skeleton(bytes: Uint8Array, start: number, end: number, spans: readonly number[]): string {
  let text = "";
  let from = start;
  for (let at = 0; at < spans.length; at += 2) {
    text += `${textOf(bytes, from, start + (spans[at] as number))}${at >> 1}`;
    from = start + (spans[at + 1] as number);
  }
  return text + textOf(bytes, from, end);
}

/** The object that a text is; undefined when it is none. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** UTF-8 as text; Node's own conversion is several times faster than TextDecoder on short pieces. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8", start, end);
}
