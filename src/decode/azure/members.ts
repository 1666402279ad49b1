import { asObject, type JsonObject } from "../json/json-record.ts";
import type { Extra } from "./record-decoder.ts";
import type { Facts } from "./record-facts.ts";

/** The members of `value` that are not among the known ones, under dotted names. */
export function unknownMembers(value: JsonObject, known: ReadonlySet<string>, prefix = ""): Extra | undefined {
  let extra: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    if (known.has(key)) continue;
    extra ??= Object.create(null) as Record<string, unknown>;
    extra[prefix + key] = value[key];
  }
  return extra;
}

/** Both, or undefined when neither has a member. */
export function joinExtra(one: Extra | undefined, other: Extra | undefined): Extra | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : { ...one, ...other };
}

/** The objects of an array that may be absent. Calls `damage` when it is no array, and for elements that are no objects. */
export function objectsOf(value: unknown, damage: () => void): JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    damage();
    return [];
  }
  const objects: JsonObject[] = [];
  for (const element of value as unknown[]) {
    const object = asObject(element);
    if (object === undefined) damage();
    else objects.push(object);
  }
  return objects;
}

/** A MAC address in one spelling: upper case, no separators. Undefined when there is none. */
export function macOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.replaceAll(/[-:.\s]/g, "").toUpperCase() : undefined;
}

/** Makes `read` give the same object again while the members that it reads stay the same. */
export function rememberFacts(
  members: readonly string[],
  read: (value: JsonObject) => Facts,
): (value: JsonObject) => Facts {
  let facts: Facts | undefined;
  const last: unknown[] = [];
  return (value) => {
    if (facts === undefined || members.some((name, index) => value[name] !== last[index])) {
      facts = read(value);
      for (const [index, name] of members.entries()) last[index] = value[name];
    }
    return facts;
  };
}
