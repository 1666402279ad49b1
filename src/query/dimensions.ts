import { nearestWord } from "#base/nearest.js";
import { WeirError } from "#base/errors.js";
import { columnOf, findColumn, type ColumnName } from "#model/columns.js";
import { dimensionWords, type Dimension, type TopDataset } from "./top-dataset.ts";

/** @throws WeirError `unknown-column` that says the nearest word */
export function findDimension(word: string, dataset: TopDataset): Dimension {
  const name = word.trim().toLowerCase().replaceAll(/[.-]/g, "_");
  const known = dataset.made.find((dimension) => dimension.word === name);
  if (known !== undefined) return known;
  const column = findDatasetColumn(name, "--by", dataset);
  if (columnOf(column).groupable !== true)
    throw new WeirError({
      code: "not-groupable",
      kind: "usage",
      message: `${dataset.name} cannot be grouped by ${column}`,
      place: "--by",
      next: "Use `weir sql` for it, or group by hour, day or a text column.",
    });
  return { word: column, columns: [{ name: column, sql: column }] };
}

/** A column of a dataset by its name or alias. @throws WeirError `unknown-column` */
export function findDatasetColumn(word: string, place: string, dataset: TopDataset): ColumnName {
  const column = findColumn(word, dataset.columns);
  if (column !== undefined) return column;
  const aliases = dataset.columns.flatMap((name) => columnOf(name).aliases ?? []);
  const near = nearestWord(word, [...dimensionWords(dataset), ...dataset.columns, ...aliases]);
  throw new WeirError({
    code: "unknown-column",
    kind: "usage",
    message: `${dataset.name} have no column “${word}”`,
    place,
    next:
      near === undefined
        ? `\`weir top --help\` lists the common ones, \`weir sql "DESCRIBE ${dataset.name}"\` all of them.`
        : `Did you mean ${near}?`,
  });
}
