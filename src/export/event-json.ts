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
  return textOfValue(event) ?? "{}";
}

function textOfValue(value: EventValue): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object") return jsonText(value);
  const isList = Array.isArray(value);
  const parts: string[] = [];
  for (const key of Object.keys(value)) {
    const text = textOfValue((value as EventObject)[key]);
    if (text !== undefined) parts.push(isList ? text : `${jsonText(key)}:${text}`);
  }
  if (parts.length === 0) return undefined;
  return isList ? `[${parts.join(",")}]` : `{${parts.join(",")}}`;
}
