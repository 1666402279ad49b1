const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const DASH = 0x2d;
const BACKSLASH = 0x5c;
const TILDE = 0x7e;
/** The default format's version, which its lines begin with. */
const TWO = 0x32;

/** The layout that all lines of a spool file have, as far as it shows in a line. */
export interface LineShape {
  readonly fields: number;
  /** Lines begin with `2 `: no layout was told, so a line must look like AWS's default format. */
  readonly isDefault: boolean;
}

/**
 * Whether a line is plainly a record of a layout: so many fields with single spaces between them, nothing but printable ASCII, and
 * neither a header nor a comment. Everything else is left to the decoder as it came.
 */
export function isPlainLine(bytes: Uint8Array, from: number, to: number, { fields, isDefault }: LineShape): boolean {
  if (isDefault && !(bytes[from] === TWO && bytes[from + 1] === SPACE)) return false;
  if (bytes[from] === HASH) return false;
  let seen = 0;
  // A header's words all begin with a small letter, or with `${`.
  let isNoHeader = false;
  let isAtStart = true;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === SPACE) {
      if (isAtStart) return false;
      isAtStart = true;
      continue;
    }
    if (byte < SPACE || byte > TILDE || byte === QUOTE || byte === BACKSLASH) return false;
    if (isAtStart) {
      seen++;
      isAtStart = false;
      isNoHeader ||= byte === DASH || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a);
    }
  }
  return seen === fields && isNoHeader && !isAtStart;
}

/**
 * Moves the lines of `bytes[from, to)` to `target`, each ended by a line feed, if all of them are plain. Both may be the same
 * buffer as long as `at <= from` and there is room for one more byte.
 * @returns where the last one ends, or -1 when one is not plain: `target` may hold anything behind `at` then
 */
export function movePlainLines(
  bytes: Buffer,
  [from, to]: readonly [number, number],
  target: Buffer,
  at: number,
  shape: LineShape,
): number {
  let write = at;
  let start = from;
  while (start < to) {
    const found = bytes.indexOf(LF, start);
    const next = found < 0 || found >= to ? to : found;
    const end = next > start && bytes[next - 1] === CR ? next - 1 : next;
    if (end > start) {
      if (!isPlainLine(bytes, start, end, shape)) return -1;
      write += bytes.copy(target, write, start, end);
      target[write++] = LF;
    }
    start = next + 1;
  }
  return write;
}
