import { parseAddress } from "#base/address.js";
import type { TextDictionary } from "#model/text-dictionary.js";
import { lossColumns } from "./aws-fields.ts";
import type { LineTarget } from "./line-target.ts";

/** The values that few records have, and what is decided once a row is complete. */

const decoder = new TextDecoder();
const FLIP = 0x8000_0000;
const UINT64_MAX = (1n << 64n) - 1n;
/** Longest text of an address: `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`. */
const ADDRESS_TEXT = 45;

/** Interfaces that pass traffic on for others. */
const intermediates = new Set([
  "nat_gateway",
  "regional_nat_gateway",
  "network_load_balancer",
  "gateway_load_balancer",
  "transit_gateway",
  "vpc_endpoint",
]);

/** Reads a counter of more than nine digits. @returns false when it does not fit 64 bits */
export function readLongCount(
  column: Uint32Array,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (end - start > 15) {
    if (end - start > 64) return false;
    const value = BigInt(decoder.decode(bytes.subarray(start, end)));
    if (value > UINT64_MAX) return false;
    column[row * 2] = Number(value & 0xffff_ffffn);
    column[row * 2 + 1] = Number(value >> 32n);
    return true;
  }
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + (bytes[at] as number) - 0x30;
  column[row * 2] = value >>> 0;
  column[row * 2 + 1] = Math.floor(value / 4_294_967_296);
  return true;
}

/** Reads an address in any of its forms. @returns false when it is none */
export function readAddressText(
  column: Uint32Array,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (end === start || end - start > ADDRESS_TEXT) return false;
  const words = parseAddress(decoder.decode(bytes.subarray(start, end)));
  if (words === undefined) return false;
  const base = row * 4;
  column[base] = words[3];
  column[base + 1] = words[2];
  column[base + 2] = words[1];
  column[base + 3] = (words[0] ^ FLIP) >>> 0;
  return true;
}

/** The code of a tag's value, percent-decoded. What cannot be decoded stays as it is. */
export function codeOfTag(dictionary: TextDictionary, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== 0x25) at++;
  if (at === end) return dictionary.codeOf(bytes, start, end);
  try {
    return dictionary.codeOfText(decodeURIComponent(decoder.decode(bytes.subarray(start, end))));
  } catch {
    return dictionary.codeOf(bytes, start, end);
  }
}

/**
 * Reads the ISO 8601 time in front of a line that was exported from CloudWatch Logs, to `logged_time` and the target's
 * envelope time. @returns false when it is no such time
 */
export function readIsoTime(target: LineTarget, row: number, bytes: Uint8Array, start: number, end: number): boolean {
  const micros = end - start > 32 ? undefined : parseIsoTime(decoder.decode(bytes.subarray(start, end)));
  if (micros === undefined) return false;
  const isTrue = micros >= target.earliestMicros && micros <= target.latestMicros;
  target.envelopeMicros = isTrue ? micros : -1;
  if (isTrue) target.batch.setTime("logged_time", row, micros);
  return true;
}

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** `2024-01-15T12:00:00.000Z` as microseconds since 1970; undefined for anything else. Digits below milliseconds are dropped. */
export function parseIsoTime(text: string): number | undefined {
  const millis = isoTime.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(millis) ? undefined : millis * 1000;
}

/**
 * Decides between a packet's address and the interface's: both stand in the columns of the row.
 * @param seen bit 0: the interface's was there; bit 2: the packet's was there
 * @returns 1 when the interface's differs and is to be kept
 */
export function settleHop(packet: Uint32Array, hop: Uint32Array, row: number, seen: number): number {
  const base = row * 4;
  if (seen === 5) {
    const isSame =
      packet[base] === hop[base] &&
      packet[base + 1] === hop[base + 1] &&
      packet[base + 2] === hop[base + 2] &&
      packet[base + 3] === hop[base + 3];
    return isSame ? 0 : 1;
  }
  if (seen === 1) packet.set(hop.subarray(base, base + 4), base);
  return 0;
}

/** The time of a record without start: its end, else the envelope's, else the object's. */
export function setFallbackTime(target: LineTarget, row: number): void {
  const { batch } = target;
  const end = batch.value("end_time", row);
  if (typeof end === "bigint") {
    batch.setTime("time", row, Number(end));
    return;
  }
  const isEnvelope = target.envelopeMicros >= 0;
  batch.setTime("time", row, isEnvelope ? target.envelopeMicros : target.objectMicros);
  batch.setText("time_basis", row, isEnvelope ? "envelope" : "object");
}

/** What only some layouts need: the losses of gateways, an observer other than an interface, and fields without a column. */
export function finishRow(target: LineTarget, bytes: Uint8Array, row: number): void {
  const { layout, batch } = target;
  if (target.hasLosses) finishLosses(target, row);
  const interfaceType = layout.filled.has("interface_type") ? batch.value("interface_type", row) : null;
  let isTransit = typeof interfaceType === "string" && intermediates.has(interfaceType);
  if (layout.filled.has("resource_id")) {
    const hasInterface = batch.isValid("observer_id", row);
    const resource = hasInterface ? null : batch.value("resource_id", row);
    if (hasInterface) batch.setText("observer_type", row, layout.isGateway ? "attachment" : "interface");
    else if (typeof resource === "string") {
      batch.setText("observer_id", row, resource);
      batch.setText("observer_type", row, "gateway");
      // A regional NAT gateway has no interface of its own.
      isTransit = true;
    }
  }
  if (isTransit) batch.setText("observation_point", row, "transit");
  if (target.extTokens.length > 0) finishExt(target, bytes, row);
}

function finishLosses(target: LineTarget, row: number): void {
  const { batch } = target;
  let lost: bigint | undefined;
  for (const name of lossColumns) {
    const value = batch.value(name, row);
    if (typeof value === "bigint") lost = (lost ?? 0n) + value;
  }
  if (lost !== undefined) batch.setUint64("drop_packets", row, lost > UINT64_MAX ? UINT64_MAX : lost);
  // AWS does not say whether `packets` counts what was lost: either way nothing passed where it is none, or as many as were lost.
  const packets = batch.value("src_packets", row);
  const isDropped = lost !== undefined && lost > 0n && (packets === 0n || packets === lost);
  batch.setText("action", row, isDropped ? "drop" : "observed");
}

function finishExt(target: LineTarget, bytes: Uint8Array, row: number): void {
  const { layout, spans, extCounts } = target;
  const values: Record<string, string> = {};
  let isEmpty = true;
  for (const token of target.extTokens) {
    const start = spans[token * 2] as number;
    const end = spans[token * 2 + 1] as number;
    spans[token * 2 + 1] = 0;
    if (end === 0) continue;
    isEmpty = false;
    values[layout.names[token] as string] = decoder.decode(bytes.subarray(start, end));
    extCounts[token] = (extCounts[token] as number) + 1;
  }
  if (!isEmpty) target.batch.setText("ext", row, JSON.stringify(values));
}
