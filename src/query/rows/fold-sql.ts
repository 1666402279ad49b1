import type { ColumnName } from "#model/columns.js";
import type { FoldClass } from "#model/folds.js";
import type { NameBook } from "#model/names.js";
import { inBlocksSql, isPrivate } from "../address-sets.ts";
import type { Bindings } from "../bindings.ts";

/** The columns that tell which fold a conversation belongs to. */
export const foldColumns = [
  "class",
  "verdict",
  "state",
  "client_ip",
  "client_realm",
  "server_realm",
  "client_observer",
  "server_observer",
] as const satisfies readonly ColumnName[];

/** What a fold is told from: the names that hold, and the relation that the addresses are looked up in. */
export interface FoldTarget {
  readonly names: NameBook;
  readonly relation: string;
  readonly bindings: Bindings;
}

/** The fold of a conversation's row as SQL; null: none, it is what people look for. */
export function foldSql(target: FoldTarget): string {
  return `CASE WHEN class <> 'normal' THEN class WHEN ${noiseSql(target)} THEN 'internet_noise' END`;
}

/** The condition that a row is in none of some folds. */
export function notFoldedSql(folds: readonly FoldClass[], target: FoldTarget): string[] {
  const classes = folds.filter((fold) => fold !== "internet_noise");
  return [
    ...(classes.length === 0 ? [] : [`class NOT IN (${classes.map((name) => target.bindings.bind(name)).join(", ")})`]),
    ...(folds.includes("internet_noise") ? [`(class <> 'normal' OR (${noiseSql(target)}) IS NOT TRUE)`] : []),
  ];
}

/**
 * A try from the internet at one of our own addresses that came to nothing: refused, or nobody answered. Ours is what has an
 * interface that was logged, or a private address. A client that somebody has named is known: its failure is no noise.
 */
function noiseSql({ names, relation, bindings }: FoldTarget): string {
  const known = names.blocks.filter((block) => !isPrivate(block));
  return [
    "client_realm = 'public' AND client_observer IS NULL",
    "(server_realm <> 'public' OR server_observer IS NOT NULL)",
    "(verdict IN ('denied', 'dropped') OR state = 'attempted')",
    ...(known.length === 0 ? [] : [`NOT (${inBlocksSql("client_ip", known, relation, bindings)})`]),
  ].join(" AND ");
}
