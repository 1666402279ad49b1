const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** One element of a JSON array. */
export interface SpanElement {
  /** The value, if the element is a string. */
  readonly text: string | undefined;
  /** The offset behind it. */
  readonly end: number;
}

/** The element that begins at `bytes[from]`, in the inside of an array that ends at `to`. */
export function endOfElement(bytes: Uint8Array, from: number, to: number): SpanElement {
  if (bytes[from] !== QUOTE) return { text: undefined, end: endOfValue(bytes, from, to) };
  const end = endOfString(bytes, from, to);
  const raw = Buffer.from(bytes.subarray(from, end)).toString("utf8");
  return { text: unquote(raw), end };
}

function unquote(raw: string): string | undefined {
  if (!raw.includes("\\")) return raw.slice(1, raw.endsWith('"') ? -1 : undefined);
  try {
    return JSON.parse(raw) as string;
  } catch {
    return undefined;
  }
}

function endOfString(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from + 1; at < to; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return to;
}

/** Behind a number, a literal, an object or an array: at the next comma outside of strings and brackets. */
function endOfValue(bytes: Uint8Array, from: number, to: number): number {
  let depth = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at, to) - 1;
    else if (byte === 0x5b || byte === 0x7b) depth++;
    else if (byte === 0x5d || byte === 0x7d) depth--;
    else if (byte === COMMA && depth <= 0) return at;
  }
  return to;
}
