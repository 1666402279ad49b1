import { nearestWord } from "#base/nearest.js";
import { datasetFields, datasetKnowing, findField, type DatasetName, type Field } from "#model/datasets.js";
import { measureNames, measureOf } from "#model/measures.js";
import { quoted, type Diagnostic } from "./diagnostic.ts";

/** A field's name as filters are written: the end it belongs to, a dot, and the rest. */
export function fieldText(name: string): string {
  return name.replace(/^(client|server|src|dst)_/, "$1.");
}

/** How flows and conversations name the same end: the first of two is who began. */
const ends: readonly (readonly [string, string])[] = [
  ["src_", "client_"],
  ["dst_", "server_"],
  ["source_", "client_"],
  ["destination_", "server_"],
];

/** Why a word is no field of a dataset, and which one was meant. */
export function unknownField(word: string, from: number, dataset: DatasetName): Diagnostic {
  const place = { from, to: from + word.length };
  const name = word.toLowerCase().replaceAll(/[.-]/g, "_");
  const message = `${quoted(word)} is no field of ${dataset}`;
  const elsewhere = datasetKnowing(word, dataset);
  const counterpart = otherEndWord(name, dataset);
  if (counterpart !== undefined) {
    const suggestion = fieldText(counterpart.name);
    const or = elsewhere === undefined ? "" : ` Or ask --dataset ${elsewhere}.`;
    return { ...place, message, suggestion, next: `Did you mean ${suggestion}?${or}` };
  }
  const measure = measureNames.find((each) => each === name);
  if (measure !== undefined && measureOf(measure).datasets.includes(dataset))
    return {
      ...place,
      message: `${quoted(word)} is a measure: it is counted over many rows, and a filter asks one row at a time`,
      next: `Give the condition on it as --having.${likeIt(name, dataset)}`,
    };
  const near = nearestField(name, dataset);
  if (near !== undefined) return { ...place, message, suggestion: near };
  const next =
    elsewhere === undefined
      ? `Its fields are ${datasetFields(dataset)
          .slice(0, 12)
          .map((field) => fieldText(field.name))
          .join(", ")}, …`
      : `It is a field of ${elsewhere}: ask --dataset ${elsewhere}.`;
  return { ...place, message, next };
}

/** The field that names the same end in another dataset's words: `src_ip` is `client_ip`. */
function otherEndWord(name: string, dataset: DatasetName): Field | undefined {
  for (const pair of ends)
    for (const [prefix, other] of [pair, [pair[1], pair[0]]] as const)
      if (name.startsWith(prefix)) {
        const found = findField(dataset, other + name.slice(prefix.length));
        if (found !== undefined) return found;
      }
  const short = /^(source|destination)_(.+)$/.exec(name);
  return short === null ? undefined : findField(dataset, `${short[1] === "source" ? "src" : "dst"}_${short[2]}`);
}

/** The nearest field of a mistyped word, as filters are written: `sever.port` is `server.port`. */
function nearestField(name: string, dataset: DatasetName): string | undefined {
  const fields = datasetFields(dataset);
  const words = fields.flatMap((field) => [field.name, ...field.aliases]);
  const near = nearestWord(name, words);
  if (near !== undefined) return fieldText(near);
  // One end was left out, or the ends' words were swapped in order: port_server.
  const swapped = /^(.+)_(client|server|src|dst)$/.exec(name);
  const found = swapped === null ? undefined : findField(dataset, `${swapped[2]}_${swapped[1]}`);
  return found === undefined ? undefined : fieldText(found.name);
}

function likeIt(name: string, dataset: DatasetName): string {
  const fields = datasetFields(dataset).filter((field) => field.name.endsWith(`_${name}`));
  return fields.length === 0 ? "" : ` Fields of one row: ${fields.map((field) => fieldText(field.name)).join(", ")}.`;
}
