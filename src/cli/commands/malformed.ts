import { listMalformed, type MalformedTotals } from "#app/index.js";
import { cellText } from "#export/index.js";
import type { Cell, RowStream } from "#model/answer.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { counted, fullCount } from "#base/human.js";
import { clip, safeText } from "../output/safe-text.ts";
import { printRows } from "../output/print-rows.ts";

interface MalformedOptions extends DataOption, FormatOptions {
  readonly reason?: readonly string[];
  readonly object?: string;
  readonly limit: number;
}

/** `weir malformed`: records that could not be read, by reason and object, with place and text. */
export async function runMalformed(console: Console, options: MalformedOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const format = formatOf(options);
  const { reason: reasons = [], object, limit } = options;
  await withInterrupt((signal) =>
    listMalformed(dataDir, { reasons, ...(object !== undefined && { object }), limit, signal }, (rows, totals) =>
      format === "table" ? printRecords(rows, limit, totals, console) : printRows(rows, format, console),
    ),
  );
  return 0;
}

async function printRecords(
  stream: RowStream,
  limit: number,
  totals: MalformedTotals,
  { out, err }: Console,
): Promise<void> {
  let reason: string | undefined;
  let object: string | undefined;
  let records = 0;
  for await (const block of stream.blocks()) {
    for (const row of block) {
      const [rowReason, rowObject] = [shown(row[0]), shown(row[1])];
      if (rowReason !== reason) await out.line(`${records === 0 ? "" : "\n"}${out.style(rowReason, "bold", "yellow")}`);
      if (rowReason !== reason || rowObject !== object) await out.line(`  ${rowObject}`);
      [reason, object] = [rowReason, rowObject];
      const place = `    ${placeOf(row)}  `;
      await out.line(`${out.style(place, "dim")}${clip(shown(row[5]), out.width - place.length)}`);
      records++;
    }
  }
  if (records === 0) await out.line(nothingShown(totals));
  else if (records === limit) await err.line(err.style(`the first ${limit}; --limit shows more`, "dim"));
}

function nothingShown({ kept, counted: met }: MalformedTotals): string {
  if (kept > 0) return `No malformed record matches; the lake has ${fullCount(kept)}.`;
  if (met === 0) return "Every record could be read.";
  return `${counted(met, "record")} could not be read; no text is kept any more.`;
}

/** `line 12`, `record 3.7`: what to look for in the object. */
function placeOf(row: readonly Cell[]): string {
  const sub = row[3] === null || row[3] === undefined ? "" : `.${cellText(row[3])}`;
  return `${sub === "" ? "line" : "record"} ${cellText(row[2] ?? null)}${sub}`;
}

function shown(cell: Cell | undefined): string {
  return typeof cell === "string" ? safeText(cell) : "–";
}
