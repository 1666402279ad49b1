import type { DeliveryContent } from "./frame.ts";
import { movePlainLines, type LineShape } from "./plain-lines.ts";

/** Documents up to this size are put together to one object; larger ones are worth one of their own. */
const MOST_JOINED = 1024 * 1024;
const LF = 0x0a;
const NO_BYTES = Buffer.alloc(0);

/**
 * Sorts a body that somebody posted: lines that are plainly records become lines, small and sound JSON is put together with others,
 * everything else is an object of its own, as is whatever has a name.
 * @param body without its compression
 */
export function openBody(body: Buffer, name: string, shape: LineShape): DeliveryContent {
  if (name === "") {
    const lines = readLines(body, shape);
    if (lines !== undefined) return { lines, records: NO_BYTES, file: undefined, name };
    if (body.length <= MOST_JOINED && isSoundJson(body))
      return { lines: NO_BYTES, records: endedLine(body), file: undefined, name };
  }
  return { lines: NO_BYTES, records: NO_BYTES, file: body, name };
}

function readLines(body: Buffer, shape: LineShape): Buffer | undefined {
  const lines = Buffer.allocUnsafeSlow(body.length + 1);
  const end = movePlainLines(body, [0, body.length], lines, 0, shape);
  return end > 0 ? lines.subarray(0, end) : undefined;
}

/** One JSON document, or one a line: nothing that would swallow what stands behind it. */
function isSoundJson(body: Buffer): boolean {
  const first = body.find((byte) => byte > 0x20);
  if (first !== 0x7b && first !== 0x5b) return false;
  const text = body.toString("utf8");
  return isJson(text) || text.split("\n").every((line) => line.trim() === "" || isJson(line));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function endedLine(body: Buffer): Buffer {
  return body.at(-1) === LF ? body : Buffer.concat([body, Buffer.of(LF)]);
}
