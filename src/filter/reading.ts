import type { DatasetName, Field } from "#model/datasets.js";
import type { Diagnostic } from "./diagnostic.ts";

/** A filter being read: its text, what it is about, and the mistakes found so far. */
export interface FilterReading {
  readonly text: string;
  readonly dataset: DatasetName;
  /** What `-2h` is counted from, milliseconds since 1970. */
  readonly nowMs: number;
  readonly diagnostics: Diagnostic[];
}

/** A value as it stands in the text. */
export interface Operand {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly isQuoted: boolean;
}

/** One test: a field, an operator, and what it is held against. */
export interface Test {
  readonly field: Field;
  /** In lower case with single blanks: `not in`. */
  readonly operator: string;
  readonly operatorFrom: number;
  readonly operatorTo: number;
  readonly operands: readonly Operand[];
  /** The list, where the operands stand in one. */
  readonly list?: { readonly from: number; readonly to: number };
}

/** Notes a mistake. */
export function fault(
  { diagnostics }: FilterReading,
  { from, to }: { readonly from: number; readonly to: number },
  what: Omit<Diagnostic, "from" | "to">,
): undefined {
  diagnostics.push({ from, to, ...what });
}
