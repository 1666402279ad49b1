import { crc32 } from "node:zlib";

/**
 * A delivery in a spool file: a header of 64 bytes, then name, lines, records and file, one behind the other. Numbers are little
 * endian.
 *
 * | at | what |
 * | --- | --- |
 * | 0 | magic |
 * | 4 | CRC-32 of the rest of the header |
 * | 8 | id of the delivery, 16 bytes |
 * | 24 | when it came, milliseconds, float64 |
 * | 32, 36, 40, 44 | lengths of lines, records, file and name |
 * | 48 | CRC-32 of all that follows the header |
 */
export const HEADER_BYTES = 64;
export const ID_BYTES = 16;

const MAGIC = 0x31_46_50_57;
const ID_AT = 8;
const TIME_AT = 24;
const LENGTHS_AT = 32;
const CRC_AT = 48;
const NO_BYTES = Buffer.alloc(0);

/** What a delivery holds, sorted by how it is collected. */
export interface DeliveryContent {
  /** Complete lines of AWS flow logs in the layout of the spool file, each ended: a part of one object. */
  readonly lines: Uint8Array;
  /** JSON documents, one a line, each ended: a part of another object. */
  readonly records: Uint8Array;
  /** An object of its own, whatever its format; undefined: none. */
  readonly file: Uint8Array | undefined;
  /** What the sender calls the file; may be empty. */
  readonly name: string;
}

/** One delivery, as a spool file keeps it. */
export interface Frame extends DeliveryContent {
  /** 16 bytes; all zero where a spool file says its layout. */
  readonly id: Buffer;
  readonly receivedMs: number;
}

/** A frame's header: enough to know it by and to find the next one. */
export interface FrameHeader {
  readonly id: Buffer;
  readonly receivedMs: number;
  readonly lengths: { readonly lines: number; readonly records: number; readonly file: number; readonly name: number };
  /** Bytes behind the header. */
  readonly bytes: number;
  readonly crc: number;
}

/** A frame as bytes to be written one after the other. */
export function encodeFrame({ id, receivedMs, lines, records, file = NO_BYTES, name }: Frame): Uint8Array[] {
  const called = Buffer.from(name);
  // Without the empty ones: for some of them crc32() begins anew.
  const parts = [called, lines, records, file].filter((part) => part.length > 0);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  id.copy(header, ID_AT);
  header.writeDoubleLE(receivedMs, TIME_AT);
  for (const [at, part] of [lines, records, file, called].entries())
    header.writeUInt32LE(part.length, LENGTHS_AT + 4 * at);
  header.writeUInt32LE(
    parts.reduce((crc, part) => crc32(part, crc), 0),
    CRC_AT,
  );
  header.writeUInt32LE(crc32(header.subarray(ID_AT)), 4);
  return [header, ...parts];
}

/** Reads a header. @returns undefined when it is none: the file ends here, whatever lies behind */
export function decodeHeader(header: Buffer): FrameHeader | undefined {
  if (header.length < HEADER_BYTES || header.readUInt32LE(0) !== MAGIC) return undefined;
  if (crc32(header.subarray(ID_AT, HEADER_BYTES)) !== header.readUInt32LE(4)) return undefined;
  const [lines = 0, records = 0, file = 0, name = 0] = [0, 1, 2, 3].map((at) =>
    header.readUInt32LE(LENGTHS_AT + 4 * at),
  );
  return {
    id: Buffer.from(header.subarray(ID_AT, ID_AT + ID_BYTES)),
    receivedMs: header.readDoubleLE(TIME_AT),
    lengths: { lines, records, file, name },
    bytes: lines + records + file + name,
    crc: header.readUInt32LE(CRC_AT),
  };
}

/** The frame of a header and the bytes behind it. @returns undefined when they are not those that were written */
export function decodeFrame(header: FrameHeader, payload: Buffer): Frame | undefined {
  if (payload.length !== header.bytes || crc32(payload) !== header.crc) return undefined;
  const { lines, records, file, name } = header.lengths;
  const linesAt = name;
  const recordsAt = linesAt + lines;
  const fileAt = recordsAt + records;
  return {
    id: header.id,
    receivedMs: header.receivedMs,
    name: payload.toString("utf8", 0, name),
    lines: payload.subarray(linesAt, recordsAt),
    records: payload.subarray(recordsAt, fileAt),
    file: file > 0 ? payload.subarray(fileAt) : undefined,
  };
}

/** Whether a frame is no delivery but says the spool file's layout. */
export function isPreamble({ id }: Pick<FrameHeader, "id">): boolean {
  return id.every((byte) => byte === 0);
}
