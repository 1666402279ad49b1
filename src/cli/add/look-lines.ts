import type { CollectEstimate, CostLine, FolderLook, PlaceLook } from "#app/index.js";
import { counted, fullCount, humanBytes, humanSeconds, humanTime } from "#base/human.js";
import { safeText, wrapped } from "../output/safe-text.ts";
import type { Output } from "../output/terminal.ts";

const MOST = 6;
const WIDTH = 12;
const INDENT = " ".repeat(WIDTH + 2);
/** Lines are not longer, on a terminal or not. */
const WIDEST = 120;

/** A line of what was found: a dim word, and what it is; more lines where it is long. */
function fact(out: Output, word: string, text: string): string {
  const [first = "", ...more] = wrapped(text, Math.min(out.width, WIDEST) - INDENT.length);
  return [`  ${out.style(word.padEnd(WIDTH), "dim")}${first}`, ...more.map((line) => `${INDENT}${line}`)].join("\n");
}

type Found = NonNullable<PlaceLook["found"]>;

/** What a first look at a place found. */
export function placeLines({ probe }: Found, out: Output): string[] {
  const { flowLogs, objects, bytes, objectsPerDay, bytesPerDay, oldestMs, newestMs, region } = probe;
  const lines = [fact(out, "layout", safeText(probe.layout))];
  const types = new Set(flowLogs.map(({ logType }) => logType ?? "not looked into"));
  if (flowLogs.length > 0)
    lines.push(
      fact(
        out,
        "flow logs",
        `${probe.isPartial ? "at least " : ""}${fullCount(flowLogs.length)}: ${safeText(listed([...types]))}`,
      ),
    );
  for (const [word, values] of [
    ["accounts", flowLogs.map(({ account }) => account)],
    ["regions", [...flowLogs.map((each) => each.region), region]],
  ] as const) {
    const known = [...new Set(values.flatMap((value) => value ?? []))].sort();
    if (known.length > 0) lines.push(fact(out, word, safeText(listed(known))));
  }
  const formats = [...new Set(flowLogs.flatMap(({ format }) => format ?? []))].sort();
  // Fields of AWS are long lists: each format begins a line, and is read without the signs around its fields.
  for (const [at, format] of formats.slice(0, MOST).entries())
    lines.push(fact(out, at === 0 ? "formats" : "", safeText(format.replaceAll(/\$\{([^}]*)\}/g, "$1"))));
  if (formats.length > MOST) lines.push(fact(out, "", `and ${formats.length - MOST} more: --json`));
  if (oldestMs !== null && newestMs !== null) lines.push(fact(out, "time", spanOf(oldestMs, newestMs)));
  if (objects > 0)
    lines.push(
      fact(
        out,
        "size",
        `${humanBytes(bytes)} in ${counted(Math.round(objects), "object")}; ${humanBytes(bytesPerDay)} in ${counted(Math.round(objectsPerDay), "object")} a day`,
      ),
    );
  if (probe.encryptionKey !== null) lines.push(fact(out, "encrypted", safeText(probe.encryptionKey)));
  for (const remark of probe.remarks)
    lines.push(fact(out, out.style("note".padEnd(WIDTH), "yellow"), safeText(remark)));
  for (const note of probe.notes) lines.push(fact(out, "note", safeText(note)));
  if (objects === 0) lines.push(fact(out, "note", out.style(emptyWords(probe.nearby), "yellow")));
  return lines;
}

function emptyWords(nearby: Found["probe"]["nearby"]): string {
  if (nearby === undefined || (nearby.meant === null && nearby.flowLogs.length === 0))
    return "nothing is there yet; it is read when it comes";
  const elsewhere = nearby.flowLogs.length === 0 ? "" : `; flow logs lie at ${safeText(listed(nearby.flowLogs))}`;
  return `nothing is there${elsewhere}`;
}

/** What is in a folder. */
export function folderLines(look: FolderLook, out: Output): string[] {
  const { files, bytes, oldestMs, newestMs, logTypes, strange, lookedInto, problems } = look;
  const lines = [fact(out, "size", `${humanBytes(bytes)} in ${counted(files, "file")}`)];
  if (logTypes.length > 0) lines.push(fact(out, "flow logs", safeText(listed(logTypes))));
  if (oldestMs !== null && newestMs !== null) lines.push(fact(out, "written", spanOf(oldestMs, newestMs)));
  if (strange.length > 0)
    lines.push(
      fact(
        out,
        out.style("note".padEnd(WIDTH), "yellow"),
        `${strange.length} of ${counted(lookedInto, "file")} looked into hold no flow log, or one without a header line: ${safeText(listed(strange))}`,
      ),
    );
  if (files === 0) lines.push(fact(out, "note", out.style("nothing is there yet; it is read when it comes", "yellow")));
  for (const problem of problems.slice(0, MOST)) lines.push(fact(out, "note", out.style(safeText(problem), "yellow")));
  return lines;
}

const nouns: Readonly<Record<CostLine["what"], string>> = {
  list: "LIST",
  get: "GET",
  decrypt: "KMS Decrypt",
  message: "queue messages",
  "to-region": "to another region",
  out: "out of the cloud",
};

/** What it will take, in time and money. */
export function estimateLines({ probe, estimate }: Found, out: Output): string[] {
  const { monthly, elsewhere, backlog, backlogSeconds, bytesPerSecond, isMeasured, prices } = estimate;
  const cost = ({ what, amount, cost: dollars }: CostLine): string =>
    `${what === "to-region" || what === "out" ? humanBytes(amount) : fullCount(amount)} ${nouns[what]} ${money(dollars)}`;
  const lines = [
    fact(
      out,
      "a month",
      `${money(sumOf(monthly))}: ${monthly.map(cost).join(", ") || "no requests that are paid for"}`,
    ),
  ];
  if (elsewhere.some(({ amount }) => amount > 0))
    lines.push(fact(out, "", `more where Weir runs elsewhere: ${elsewhere.map(cost).join(", or ")}`));
  if (probe.bytes > 0)
    lines.push(
      fact(
        out,
        "backlog",
        `${backlogSeconds < 1 ? "less than a second" : `about ${humanSeconds(backlogSeconds)}`} at ${humanBytes(bytesPerSecond)}/s, ${isMeasured ? "as this lake has read so far" : "usual on two cores"}; ${money(sumOf(backlog))} once`,
      ),
    );
  lines.push(fact(out, "", out.style(`an estimate, by ${prices}`, "dim")));
  return lines;
}

/** The rights that a source needs. */
export function rightsLines(rights: PlaceLook["rights"], out: Output): string[] {
  return rights.flatMap(({ title, text, optional }) =>
    optional === undefined
      ? [fact(out, "needs", `${safeText(title)}:`), ...text.split("\n").map((line) => `    ${safeText(line)}`)]
      : [fact(out, "optional", safeText(`${title}: ${optional}`))],
  );
}

/** US dollars: cents where they tell something. */
export function money(dollars: number): string {
  if (dollars > 0 && dollars < 0.01) return "< $0.01";
  return `$${dollars < 100 ? dollars.toFixed(2) : fullCount(Math.round(dollars))}`;
}

export function sumOf(lines: CollectEstimate["monthly"]): number {
  return lines.reduce((sum, { cost }) => sum + cost, 0);
}

function spanOf(fromMs: number, toMs: number): string {
  return `${humanTime(fromMs * 1000)} to ${humanTime(toMs * 1000)} UTC`;
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, MOST).join(", ");
  return values.length > MOST ? `${shown} and ${values.length - MOST} more` : shown;
}
