import { nearestWord } from "#base/nearest.js";
import { datasetFields, datasetKnowing, datasetNames, findField, type DatasetName } from "#model/datasets.js";
import { measureNames, measureOf } from "#model/measures.js";
import { quoted, type Diagnostic } from "./diagnostic.ts";

/** A field's name as filters are written: the end it belongs to, a dot, and the rest. */
export function fieldText(name: string): string {
  return name.replace(/^(client|server|src|dst)_/, "$1.");
}

/** How datasets and people name the same end of an exchange. */
const ends: readonly (readonly string[])[] = [
  ["client_", "src_", "source_"],
  ["server_", "dst_", "destination_", "dest_"],
];

/** Why a word is no field of a dataset, and which one was meant. */
export function unknownField(word: string, from: number, dataset: DatasetName): Diagnostic {
  const place = { from, to: from + word.length };
  const name = word.toLowerCase().replaceAll(/[.-]/g, "_");
  const measure = measureNames.find((each) => each === name);
  if (measure !== undefined && measureOf(measure).datasets.includes(dataset))
    return {
      ...place,
      message: `${quoted(word)} is a measure: it is counted over many rows, and a filter asks one row at a time`,
      next: `Give the condition on it as --having.${fieldsLike(name, dataset)}`,
    };
  const message = `${quoted(word)} is no field of ${dataset}`;
  const meant = otherEndWord(name, dataset) ?? nearestField(name, dataset);
  const elsewhere = datasetWith(name, dataset);
  if (meant === undefined) return { ...place, message, next: elsewhere ?? someFields(name, dataset) };
  const suggestion = fieldText(meant);
  return {
    ...place,
    message,
    suggestion,
    ...(elsewhere !== undefined && { next: `Did you mean ${suggestion}? ${elsewhere}` }),
  };
}

/** Where a word that is no field here is one, as advice. */
function datasetWith(name: string, dataset: DatasetName): string | undefined {
  const owner = datasetKnowing(name, dataset);
  if (owner !== undefined) return `It is a field of ${owner}: ask --dataset ${owner}.`;
  for (const other of datasetNames) {
    const there = other === dataset ? undefined : otherEndWord(name, other);
    if (there !== undefined) return `It is ${fieldText(there)} of ${other}: ask --dataset ${other}.`;
  }
  return undefined;
}

/** The field that names the same end in another dataset's words: for `src_ip` it is `client_ip`. */
function otherEndWord(name: string, dataset: DatasetName): string | undefined {
  for (const words of ends) {
    const own = words.find((word) => name.startsWith(word));
    if (own === undefined) continue;
    for (const word of words) {
      const found = word === own ? undefined : findField(dataset, word + name.slice(own.length));
      if (found !== undefined) return found.name;
    }
  }
  return undefined;
}

/** The field that a mistyped word is nearest to. */
function nearestField(name: string, dataset: DatasetName): string | undefined {
  const words = datasetFields(dataset).flatMap((field) => [field.name, ...field.aliases]);
  const [, end, rest] = /^(client_|server_|src_|dst_)(.+)$/.exec(name) ?? [];
  if (end === undefined || rest === undefined) return nearestWord(name, words);
  // The end is right, so only what follows it counts as mistyped: client_country is not client_owner.
  const own = words.filter((word) => word.startsWith(end)).map((word) => word.slice(end.length));
  const near = nearestWord(rest, own);
  return near === undefined ? undefined : end + near;
}

/** Fields to choose from, where none is near. */
function someFields(name: string, dataset: DatasetName): string {
  const fields = datasetFields(dataset).map((field) => field.name);
  const below = fields.filter((field) => field.startsWith(`${name}_`));
  const [shown, what] = below.length > 0 ? [below, "Fields that begin so"] : [fields, "Its fields"];
  const more = shown.length > MOST_SHOWN ? ", …" : ".";
  return `${what} are ${shown.slice(0, MOST_SHOWN).map(fieldText).join(", ")}${more}`;
}

const MOST_SHOWN = 12;

function fieldsLike(name: string, dataset: DatasetName): string {
  const fields = datasetFields(dataset).filter((field) => field.name.endsWith(`_${name}`));
  return fields.length === 0 ? "" : ` Fields of one row: ${fields.map((field) => fieldText(field.name)).join(", ")}.`;
}
