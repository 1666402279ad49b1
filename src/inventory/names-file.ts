import type { NameEntry } from "#catalog/index.js";
import { headingOf, readNamesCsv } from "./names-csv.ts";
import { readNamesYaml } from "./names-yaml.ts";

/**
 * Reads a person's own list of names: CSV or YAML (JSON is YAML), told apart by the file's ending, else by its first line.
 * @param source what errors call the file
 * @throws WeirError `names-unreadable` with the line, when anything in it is wrong
 */
export function readNamesFile(text: string, source: string): NameEntry[] {
  return isCsv(text, source) ? readNamesCsv(text, source) : readNamesYaml(text, source);
}

function isCsv(text: string, source: string): boolean {
  if (/\.(csv|tsv)$/i.test(source)) return true;
  if (/\.(ya?ml|json)$/i.test(source)) return false;
  return /^"?[\w ]+"?\s*[,;\t]\s*"?[\w ]+/.test(headingOf(text));
}
