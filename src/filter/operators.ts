import type { Field } from "#model/datasets.js";
import { kindOf } from "./values.ts";

/** What a field of each kind is, in messages. */
export const kindText = {
  text: "text",
  address: "an address",
  number: "a number",
  time: "a time",
  service: "a port with a protocol",
} as const;

/** The operators that a field takes, the most used first. */
export function operatorsOf(field: Field): readonly string[] {
  switch (kindOf(field)) {
    case "text":
      return ["=", "!=", "in", "not in", "like", "not like", "~", "!~", "is known", "is unknown"];
    case "address":
    case "number":
    case "time":
      return ["=", "!=", "in", "not in", "<", "<=", ">", ">=", "is known", "is unknown"];
    case "service":
      return ["=", "!=", "in", "not in", "is known", "is unknown"];
  }
}
