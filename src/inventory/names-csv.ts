import { CsvError, parse } from "csv-parse/sync";
import type { NameEntry } from "#catalog/index.js";
import { badNames } from "./bad-names.ts";
import { NameCollector, type RawField } from "./name-fields.ts";

/** A record longer than this is an open quote, not a name. */
const MOST_RECORD_BYTES = 65_536;

const NEXT = "The first line names the columns, such as cidr,name,role,owner; each further line is one name.";

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Reads names from CSV with a heading line. Commas, semicolons or tabs; a cell may hold several blocks with spaces between. */
export function readNamesCsv(text: string, source: string): NameEntry[] {
  const collector = new NameCollector(source);
  const [heading, ...rows] = parseRecords(text, source);
  if (heading === undefined) throw badNames("the file is empty", { source }, NEXT);
  const columns = heading.record.map((word) => collector.fieldOf(word, heading.info.lines));
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  if (twice !== undefined)
    throw badNames(`two columns are ${twice}`, { source, line: heading.info.lines }, "Give each column once.");
  for (const { record, info } of rows) {
    const fields = columns.flatMap((field, at) => fieldOfCell(field, record[at] ?? "", info.lines));
    if (fields.length > 0) collector.add({ fields, line: info.lines });
  }
  return collector.entries;
}

/** An empty cell says nothing. */
function fieldOfCell(field: string, cell: string, line: number): RawField[] {
  if (cell === "") return [];
  return [{ field, values: field === "cidr" ? cell.split(/[\s,;|]+/).filter((part) => part !== "") : [cell], line }];
}

function parseRecords(text: string, source: string): CsvRecord[] {
  try {
    return parse(text, {
      bom: true,
      comment: "#",
      comment_no_infix: true,
      delimiter: delimiterOf(text),
      info: true,
      max_record_size: MOST_RECORD_BYTES,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error["lines"]);
    throw badNames(firstSentence(error.message), { source, ...(line > 0 && { line }) }, NEXT);
  }
}

function firstSentence(message: string): string {
  return `this is no CSV: ${message.split("\n")[0] ?? ""}`;
}

/** What stands between the words of the heading line: spreadsheets write semicolons in half of the world. */
function delimiterOf(text: string): string {
  const heading = headingOf(text);
  return [",", ";", "\t"].find((delimiter) => heading.includes(delimiter)) ?? ",";
}

/** The first line that says something. */
export function headingOf(text: string): string {
  return /^(?:\ufeff?[ \t]*(?:#[^\n]*)?\r?\n)*\ufeff?([^\n]{0,1000})/.exec(text)?.[1] ?? "";
}
