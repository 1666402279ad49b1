import { lakeStatus, type LakeStatus } from "#app/index.js";
import { recordKinds } from "#model/records.js";
import type { Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { bar, counted, fullCount, humanBytes, humanShare, humanTime } from "#base/human.js";
import { safeText } from "../output/safe-text.ts";
import { tableLines, type TableCell } from "../output/table.ts";

type Out = Console["out"];

/** `weir status`: what is in the lake, and what could not be read. */
export async function runStatus(console: Console, options: DataOption & FormatOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const status = await lakeStatus(dataDir);
  if (formatOf(options) === "json") await console.out.line(JSON.stringify(statusJson(status)));
  else await console.out.write(`${statusLines(status, console.out).join("\n")}\n`);
  return 0;
}

function statusJson(status: LakeStatus): object {
  const time = (micros: number | null): string | null =>
    micros === null ? null : new Date(micros / 1000).toISOString();
  return {
    data: status.dataDir,
    tables: status.tables.map(({ table, segments, rows, bytes, minTime, maxTime }) => ({
      table,
      segments,
      rows,
      bytes,
      min_time: time(minTime),
      max_time: time(maxTime),
    })),
    derivation: {
      derived_hours: status.derivation.derived,
      dirty_hours: status.derivation.dirty,
      frozen_hours: status.derivation.frozen,
      late_hours: status.derivation.late,
      newest_hour: time(conversationsOf(status)?.maxTime ?? null),
    },
    objects: status.objects,
    records: status.records,
    flows_by_type: status.flowsByType,
    malformed_by_reason: status.reasons,
    unknown_fields: status.unknownFields,
    problems: status.problems.map(({ key, code, message }) => ({ object: key, code, message })),
    source_bytes: status.bytes,
    disk: status.disk,
  };
}

function statusLines(status: LakeStatus, out: Out): string[] {
  return [
    ...headline(status, out),
    ...section("Tables", tables(status, out), out),
    ...section("Records read", records(status, out), out),
    ...section("Flows by log type", shares(status.flowsByType, status.records.flows, out), out),
    ...section("Malformed by reason", shares(status.reasons, status.records.malformed, out), out),
    ...section(
      "Fields that Weir does not know (kept in ext)",
      shares(status.unknownFields, status.records.total, out),
      out,
    ),
    ...section("Problems", problems(status, out), out),
  ];
}

function section(title: string, lines: readonly string[], out: Out): string[] {
  return lines.length === 0 ? [] : ["", out.style(title, "bold"), ...lines.map((line) => `  ${line}`)];
}

function conversationsOf({ tables }: LakeStatus): LakeStatus["tables"][number] | undefined {
  return tables.find(({ table }) => table === "conversations");
}

/** How far conversations are, and what to do when they are behind the flows. */
function derivation(status: LakeStatus, out: Out): string {
  const { derived, dirty, frozen, late } = status.derivation;
  const newest = conversationsOf(status)?.maxTime ?? null;
  const hours = [
    `${counted(derived, "hour")} derived`,
    ...(newest === null ? [] : [`the newest ${humanTime(newest)} UTC`]),
    ...(frozen === 0 ? [] : [`${fullCount(frozen)} of them frozen`]),
    ...(late === 0 ? [] : [out.style(`${fullCount(late)} of those without records that came late`, "yellow")]),
  ];
  const behind = dirty === 0 ? "" : `; ${out.style(`${fullCount(dirty)} to derive`, "yellow")}: weir store derive`;
  return `Conversations: ${hours.join(", ")}${behind}`;
}

function headline(status: LakeStatus, out: Out): string[] {
  const { tables, objects, bytes, disk } = status;
  const flows = tables.find(({ table }) => table === "flows");
  const span =
    flows === undefined || flows.minTime === null || flows.maxTime === null
      ? ""
      : `, ${humanTime(flows.minTime)} to ${humanTime(flows.maxTime)} UTC`;
  const states = Object.entries(objects).filter(([, count]) => count > 0);
  const told = states.map(([state, count]) =>
    out.style(`${fullCount(count)} ${state}`, ...(state === "failed" ? (["red"] as const) : [])),
  );
  return [
    `${out.style(counted(flows?.rows ?? 0, "flow"), "bold")}${span}`,
    `Objects: ${told.length === 0 ? "none" : told.join(", ")}; ${humanBytes(bytes)} read`,
    derivation(status, out),
    `Disk: ${humanBytes(disk.used)} used, ${humanBytes(disk.free)} free`,
  ];
}

function tables({ tables: totals }: LakeStatus, out: Out): string[] {
  const columns = (["table", "rows", "size", "files", "bytes/row", "from", "to"] as const).map((heading) => ({
    heading,
    align: ["table", "from", "to"].includes(heading) ? ("left" as const) : ("right" as const),
  }));
  const rows = totals.map(({ table, rows: count, bytes, segments, minTime, maxTime }): TableCell[] => [
    { text: table },
    { text: fullCount(count) },
    { text: humanBytes(bytes) },
    { text: fullCount(segments) },
    { text: count === 0 ? "–" : (bytes / count).toFixed(1) },
    { text: minTime === null ? "–" : humanTime(minTime) },
    { text: maxTime === null ? "–" : humanTime(maxTime) },
  ]);
  return tableLines(columns, rows, out);
}

/** The kinds with their sum: every record that was read is in exactly one of them. Expiring takes rows and no counts. */
function records({ records: counts, tables: totals }: LakeStatus, out: Out): string[] {
  const shown = recordKinds.filter((kind) => kind === "flows" || counts[kind] > 0);
  const rows = shown.map((kind): TableCell[] => [
    { text: kind, ...(kind === "malformed" && { styles: ["yellow"] }) },
    { text: fullCount(counts[kind]) },
  ]);
  const sum = recordKinds.reduce((total, kind) => total + counts[kind], 0);
  const proof: TableCell =
    sum === counts.total
      ? { text: "= the sum", styles: ["dim"] }
      : { text: `but the sum is ${fullCount(sum)}`, styles: ["red"] };
  rows.push([{ text: "total", styles: ["bold"] }, { text: fullCount(counts.total), styles: ["bold"] }, proof]);
  const columns = [
    { heading: "", align: "left" },
    { heading: "", align: "right" },
    { heading: "", align: "left" },
  ] as const;
  const lines = tableLines(columns, rows, out).slice(1);
  const kept = totals.find(({ table }) => table === "flows")?.rows ?? 0;
  if (kept === counts.flows) return lines;
  return [
    ...lines,
    `These count what was read. In the lake now: ${counted(kept, "flow")} of ${fullCount(counts.flows)}.`,
  ];
}

const NAMES_SHOWN = 12;

function shares(counts: Readonly<Record<string, number>>, total: number, out: Out): string[] {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const rows = entries.slice(0, NAMES_SHOWN).map(([name, count]): TableCell[] => {
    const share = total === 0 ? 0 : count / total;
    return [
      { text: safeText(name) },
      { text: fullCount(count) },
      { text: humanShare(share), styles: ["dim"] },
      { text: bar(share, 12), styles: ["cyan"] },
    ];
  });
  if (rows.length === 0) return [];
  const columns = [
    { heading: "", align: "left", mayShrink: true },
    { heading: "", align: "right" },
    { heading: "", align: "right" },
    { heading: "", align: "left" },
  ] as const;
  const lines = tableLines(columns, rows, out).slice(1);
  return entries.length > NAMES_SHOWN
    ? [...lines, out.style(`… ${entries.length - NAMES_SHOWN} more: --json`, "dim")]
    : lines;
}

function problems({ problems: all }: LakeStatus, out: Out): string[] {
  const byCode = new Map<string, { count: number; first: (typeof all)[number] }>();
  for (const problem of all) {
    const group = byCode.get(problem.code);
    byCode.set(problem.code, { count: (group?.count ?? 0) + 1, first: group?.first ?? problem });
  }
  return [...byCode].flatMap(([code, { count, first }]) => [
    `${out.style(safeText(code), "yellow")}  ${safeText(first.key)}${count > 1 ? out.style(` and ${fullCount(count - 1)} more`, "dim") : ""}`,
    `  ${safeText(first.message)}`,
  ]);
}
