import { nearestWord } from "#base/nearest.js";
import { WeirError } from "#base/errors.js";
import { columnNames, columnOf, findColumn, type ColumnName } from "#model/columns.js";
import { tables } from "#model/tables.js";

/** One output column of a grouping: its name and the SQL of its value. */
export interface GroupColumn {
  readonly name: string;
  readonly sql: string;
}

/** Something that `--by` takes. */
export interface Dimension {
  readonly word: string;
  readonly columns: readonly GroupColumn[];
  /** Either end of a flow counts, so a flow counts twice and shares do not add up to one. */
  readonly eitherEnd?: boolean;
}

/** Names that are no column: made of columns. */
const made: readonly Dimension[] = [
  { word: "ip", columns: [{ name: "ip", sql: "ip" }], eitherEnd: true },
  { word: "port", columns: [{ name: "dst_port", sql: "dst_port" }] },
  {
    word: "pair",
    columns: [
      { name: "ip_a", sql: "least(src_ip, dst_ip)" },
      { name: "ip_b", sql: "greatest(src_ip, dst_ip)" },
    ],
  },
  { word: "hour", columns: [{ name: "hour", sql: "date_trunc('hour', time)" }] },
  { word: "day", columns: [{ name: "day", sql: "date_trunc('day', time)::TIMESTAMP" }] },
];

/** All words that `--by` takes, for messages and completion. */
export function dimensionWords(): string[] {
  const columns = tables.flows.filter((name) => columnOf(name).groupable === true);
  return [...made.map(({ word }) => word), ...columns];
}

/** @throws WeirError `unknown-column` that says the nearest word */
export function findDimension(word: string): Dimension {
  const name = word.trim().toLowerCase().replaceAll(/[.-]/g, "_");
  const known = made.find((dimension) => dimension.word === name);
  if (known !== undefined) return known;
  const column = findFlowColumn(name, "--by");
  if (columnOf(column).groupable !== true)
    throw new WeirError({
      code: "not-groupable",
      kind: "usage",
      message: `flows cannot be grouped by ${column}`,
      place: "--by",
      next: "Use `weir sql` for it, or group by hour, day or a text column.",
    });
  return { word: column, columns: [{ name: column, sql: column }] };
}

/** A column of flows by its name or alias. @throws WeirError `unknown-column` */
export function findFlowColumn(word: string, place: string): ColumnName {
  const column = findColumn(word);
  if (column !== undefined && tables.flows.includes(column)) return column;
  const aliases = columnNames.flatMap((name) => columnOf(name).aliases ?? []);
  const near = nearestWord(word, [...dimensionWords(), ...columnNames, ...aliases]);
  throw new WeirError({
    code: "unknown-column",
    kind: "usage",
    message: `there is no column “${word}”`,
    place,
    next:
      near === undefined
        ? '`weir top --help` lists the common ones, `weir sql "DESCRIBE flows"` all of them.'
        : `Did you mean ${near}?`,
  });
}
