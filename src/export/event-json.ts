import type { Cell } from "#model/answer.js";
import { jsonText } from "./text-formats.ts";

/** A value of an event: as JSON has them, whole numbers of any size, and `undefined` for what is not known. */
export type EventValue = Cell | undefined | EventObject | readonly EventValue[];

export interface EventObject {
  readonly [key: string]: EventValue;
}

/**
 * An event as one line of JSON, without the line's end. Members that are unknown (undefined, null) are left out, and so are
 * objects and lists in which nothing is left: an event says what is known, and no more.
 */
export function eventLine(event: EventObject): string {
  const parts: string[] = [];
  return write(event, parts) ? parts.join("") : "{}";
}

/**
 * Adds the text of a value to the parts, or nothing. All parts of an event are joined once: joining at every level costs
 * more than everything else.
 * @returns whether there was something to say
 */
function write(value: EventValue, parts: string[]): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== "object") {
    parts.push(jsonText(value));
    return true;
  }
  const before = parts.length;
  if (Array.isArray(value)) {
    for (const item of value as readonly EventValue[]) {
      parts.push(parts.length === before ? "[" : ",");
      if (!write(item, parts)) parts.pop();
    }
    if (parts.length > before) parts.push("]");
    return parts.length > before;
  }
  for (const key of Object.keys(value)) {
    parts.push(parts.length === before ? "{" : ",", keyText(key));
    if (!write((value as EventObject)[key], parts)) parts.length -= 2;
  }
  if (parts.length > before) parts.push("}");
  return parts.length > before;
}

const keyTexts = new Map<string, string>();

/** Keys are those of the schemas and of our columns, so there are few. */
function keyText(key: string): string {
  let text = keyTexts.get(key);
  if (text === undefined) keyTexts.set(key, (text = `${jsonText(key)}:`));
  return text;
}
