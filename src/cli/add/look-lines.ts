import type { CollectEstimate, CostLine, FolderLook, PlaceLook } from "#app/index.js";
import { counted, fullCount, humanBytes, humanSeconds, humanTime } from "#base/human.js";
import { safeText } from "../output/safe-text.ts";
import type { Output } from "../output/terminal.ts";

const MOST = 6;
const WIDTH = 12;

/** A line of what was found: a dim word, and what it is. */
export function fact(out: Output, word: string, text: string): string {
  return `  ${out.style(word.padEnd(WIDTH), "dim")}${text}`;
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
    ["formats", flowLogs.map(({ format }) => format)],
  ] as const) {
    const known = [...new Set(values.flatMap((value) => value ?? []))].sort();
    if (known.length > 0) lines.push(fact(out, word, safeText(listed(known))));
  }
  if (oldestMs !== null && newestMs !== null) lines.push(fact(out, "time", spanOf(oldestMs, newestMs)));
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
  if (objects === 0)
    lines.push(fact(out, "note", out.style("nothing is there yet; it is read when it comes", "yellow")));
  return lines;
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
        `about ${humanSeconds(backlogSeconds)} at ${humanBytes(bytesPerSecond)}/s, ${isMeasured ? "as this lake has read so far" : "usual on two cores"}; ${money(sumOf(backlog))} once`,
      ),
    );
  lines.push(fact(out, "", out.style(`an estimate, by ${prices}`, "dim")));
  return lines;
}

/** The rights that a source needs. */
export function rightsLines(rights: PlaceLook["rights"], out: Output): string[] {
  return rights.flatMap(({ title, text }) => [
    fact(out, "needs", `${safeText(title)}:`),
    ...text.split("\n").map((line) => `    ${safeText(line)}`),
  ]);
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
