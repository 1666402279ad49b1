import type { Cell, RowStream } from "#model/answer.js";

/** Formats for machines that are text. */
export type TextFormat = "json" | "jsonl" | "csv";

export interface TextOptions {
  /**
   * CSV for spreadsheet programs, which run text that begins with `=`, `+`, `-` or `@` as a formula: such text gets an
   * apostrophe in front. Numbers stay numbers. Without it, every text is exactly as the log has it.
   */
  readonly spreadsheet?: boolean;
}

/**
 * Rows as text, block by block.
 *
 * JSON: every column of numbers gives JSON numbers with all their digits, also above 2^53: whether a value is a number or a
 * string depends on the column, never on the value. Times are RFC 3339 text in UTC, addresses text.
 * CSV: RFC 4180 with a heading line and LF; null is an empty field, empty text `""`, nested values JSON. Control characters
 * other than tab and line ends are written as `\xNN`, because CSV ends up in terminals; JSON keeps them exactly.
 */
export async function* textOf(
  stream: RowStream,
  format: TextFormat,
  { spreadsheet = false }: TextOptions = {},
): AsyncGenerator<string> {
  if (format === "csv") yield* csv(stream, spreadsheet ? spreadsheetField : csvField);
  else yield* json(stream, format);
}

async function* json(stream: RowStream, format: "json" | "jsonl"): AsyncGenerator<string> {
  const keys = stream.columns.map(({ name }) => jsonText(name));
  const objectText = (row: readonly Cell[]): string =>
    `{${row.map((cell, at) => `${keys[at]}:${jsonText(cell)}`).join(",")}}`;
  let isFirst = true;
  for await (const rows of stream.blocks()) {
    if (rows.length === 0) continue;
    const lines = rows.map(objectText);
    yield format === "jsonl" ? `${lines.join("\n")}\n` : `${isFirst ? "[\n" : ",\n"}${lines.join(",\n")}`;
    isFirst = false;
  }
  if (format === "json") yield isFirst ? "[]\n" : "\n]\n";
}

async function* csv(stream: RowStream, field: (cell: Cell) => string): AsyncGenerator<string> {
  yield `${stream.columns.map(({ name }) => csvField(name)).join(",")}\n`;
  for await (const rows of stream.blocks()) {
    const lines = rows.map((row) => row.map(field).join(","));
    if (lines.length > 0) yield `${lines.join("\n")}\n`;
  }
}

function csvField(cell: Cell): string {
  if (cell === null) return "";
  const text = cellText(cell);
  const safe = text.replaceAll(
    UNSAFE_IN_CSV,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return safe === "" || /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** How formulas begin, also in the wide forms that spreadsheet programs of East Asia read alike. */
const FORMULA = /^[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/;

function spreadsheetField(cell: Cell): string {
  return csvField(typeof cell === "string" && FORMULA.test(cell) ? `'${cell}` : cell);
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSAFE_IN_CSV = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Text that needs no escape: nearly all of it, and looking is four times as fast as escaping. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** One value as JSON. DEL and the C1 controls are escaped too: a terminal obeys U+009B as it does ESC [. */
export function jsonText(cell: Cell): string {
  if (typeof cell === "string" && PLAIN.test(cell)) return `"${cell}"`;
  if (typeof cell === "bigint") return cell.toString();
  if (cell === null || typeof cell !== "object")
    return JSON.stringify(cell).replaceAll(/[\u007f-\u009f\u2028\u2029]/g, escaped);
  if (Array.isArray(cell)) return `[${(cell as readonly Cell[]).map(jsonText).join(",")}]`;
  return `{${Object.entries(cell)
    .map(([key, value]) => `${jsonText(key)}:${jsonText(value)}`)
    .join(",")}}`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** One value as plain text: text as it is, nested values as JSON. */
export function cellText(cell: Cell): string {
  return typeof cell === "string" ? cell : jsonText(cell);
}
