import type { AddressBlock } from "#base/address.js";
import type { FieldName } from "./datasets.ts";

/**
 * A condition as a person wrote it, checked against a dataset: every field is known, every value has the field's type.
 *
 * Every test is true or false, never unknown: with a missing value it is false, and so what negates it is true. A field of two
 * columns passes a test when one of them does; negated, when neither does. Whole numbers are `number` where a double holds them
 * exactly, else `bigint`.
 */
export type FilterNode =
  /** Of two parts or more. */
  | { readonly kind: "and" | "or"; readonly parts: readonly FilterNode[] }
  | { readonly kind: "not"; readonly part: FilterNode }
  /** `=`, `!=`, `in`, `not in`: the field has one of the values. With `negated` a missing value matches, too. */
  | {
      readonly kind: "in";
      readonly field: FieldName;
      readonly values: readonly FilterValue[];
      readonly negated: boolean;
    }
  | {
      readonly kind: "compare";
      readonly field: FieldName;
      readonly operator: "<" | "<=" | ">" | ">=";
      readonly value: FilterValue;
    }
  /** `like`: the whole value matches a pattern with `*` and `?`, case ignored. */
  | { readonly kind: "like"; readonly field: FieldName; readonly pattern: string; readonly negated: boolean }
  /** `~`: some part of the value matches a regular expression of RE2, case ignored. */
  | { readonly kind: "match"; readonly field: FieldName; readonly pattern: string; readonly negated: boolean }
  /** `is known`, and with `negated` `is unknown`. */
  | { readonly kind: "known"; readonly field: FieldName; readonly negated: boolean }
  /** Column against column: fields of one column each, of one kind; text only with `=` and `!=`. */
  | {
      readonly kind: "columns";
      readonly left: FieldName;
      readonly operator: "=" | "!=" | "<" | "<=" | ">" | ">=";
      readonly right: FieldName;
    };

export type FilterValue =
  /** Compared without case. */
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "number"; readonly number: bigint | number }
  /** Both ends included. */
  | { readonly type: "range"; readonly first: bigint | number; readonly last: bigint | number }
  /** One address is a block of one. */
  | { readonly type: "addresses"; readonly block: AddressBlock }
  /** Microseconds since 1970. */
  | { readonly type: "time"; readonly micros: number }
  /** A port with its protocol, `443/tcp`: ports `first` to `last`, both included. */
  | { readonly type: "service"; readonly first: number; readonly last: number; readonly protocol: number };
