import { textOf } from "../json/json-reader.ts";
import { asObject, type JsonObject, type JsonRecord } from "../json/json-record.ts";
import type { RecordText } from "../wanted-texts.ts";
import { spanIndex, type RecordLayout } from "./record-decoder.ts";
import { endOfElement } from "./span-element.ts";

const COMMA = 0x2c;

/** A tuple by its number in the record, with what the record says around it: the record with that tuple alone. */
export function findTuple(record: JsonRecord, layout: RecordLayout, subPosition: number): RecordText | undefined {
  const { bytes, tuples, value } = record;
  const read = new Set<number>();
  let number = 0;
  for (const array of layout.arrays(value, () => undefined)) {
    const index = spanIndex(array.tuples);
    if (index === undefined || index * 2 >= tuples.length || read.has(index)) continue;
    read.add(index);
    const to = tuples[index * 2 + 1] as number;
    for (let at = elementStart(bytes, tuples[index * 2] as number, to); at < to;) {
      const { text, end } = endOfElement(bytes, at, to);
      if (++number === subPosition) {
        const tuple = text ?? textOf(bytes, at, end);
        return { form: "tuple", text: tuple, context: JSON.stringify(onlyTuple(value, index, tuple)) };
      }
      at = elementStart(bytes, end, to);
    }
  }
  return undefined;
}

function elementStart(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && ((bytes[at] as number) <= 0x20 || bytes[at] === COMMA)) at++;
  return at;
}

/** A record in which, of all arrays on the way to a tuple, only the elements are left that lead to it. */
function onlyTuple(value: JsonObject, index: number, tuple: string): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, key === "flowTuples" ? [tuple] : reduced(member, index, tuple)]),
  );
}

function reduced(member: unknown, index: number, tuple: string): unknown {
  const object = asObject(member);
  if (object !== undefined) return onlyTuple(object, index, tuple);
  if (!Array.isArray(member)) return member;
  const leading = (member as unknown[]).filter((element) => leadsTo(element, index));
  return leading.length === 0 ? member : leading.map((element) => reduced(element, index, tuple));
}

function leadsTo(value: unknown, index: number): boolean {
  if (Array.isArray(value)) return (value as unknown[]).some((element) => leadsTo(element, index));
  const object = asObject(value);
  if (object === undefined) return false;
  return Object.entries(object).some(([key, member]) =>
    key === "flowTuples" ? spanIndex(member) === index : leadsTo(member, index),
  );
}
