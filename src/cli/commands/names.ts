import {
  addNames,
  exportNames,
  lakeStatus,
  learnNames,
  listNames,
  removeNames,
  showName,
  type NameAnswer,
  type NamesLoaded,
  type NamesRequest,
  type StoredName,
} from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { jsonText } from "#export/index.js";
import type { AnswerColumn, Cell, RowStream } from "#model/answer.js";
import type { Console } from "../console.ts";
import { existingLake, lakeToWrite } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { counted } from "#base/human.js";
import { printRows } from "../output/print-rows.ts";
import { safeText } from "../output/safe-text.ts";
import { tableLines, type TableCell } from "../output/table.ts";

interface SourceOption {
  readonly source?: string;
}

type LoadOptions = DataOption & FormatOptions & SourceOption;

/** `weir names add`: loads a person's own names. */
export async function runNamesAdd(console: Console, files: readonly string[], options: LoadOptions): Promise<number> {
  return runLoad(console, files, options, addNames);
}

/** `weir names learn`: learns names from what the clouds' commands printed. */
export async function runNamesLearn(console: Console, files: readonly string[], options: LoadOptions): Promise<number> {
  return runLoad(console, files, options, learnNames);
}

async function runLoad(
  console: Console,
  files: readonly string[],
  options: LoadOptions,
  load: (dataDir: string, request: NamesRequest) => Promise<NamesLoaded[]>,
): Promise<number> {
  const { source } = options;
  const { out, stdin } = console;
  if (files.includes("-") && stdin.isTTY)
    throw new WeirError({
      code: "no-input",
      kind: "usage",
      message: "standard input is the terminal",
      place: "-",
      next: "Pipe names in: aws ec2 describe-vpcs | weir names learn - --source vpcs",
    });
  const dataDir = await lakeToWrite(options.data, console);
  const loaded = await load(dataDir, { files, ...(source !== undefined && { source }), stdin });
  if (formatOf(options) === "json") {
    const sources = loaded.map(({ replaced, ...rest }) => ({
      ...rest,
      replaced: replaced ?? 0,
      new: replaced === null,
    }));
    await out.line(jsonText(sources));
    return 0;
  }
  for (const each of loaded) for (const line of loadedLines(each)) await out.line(line);
  // Roles and own addresses tell which traffic counts where.
  const { dirty } = (await lakeStatus(dataDir)).derivation;
  if (dirty > 0) await out.line(`Conversations of ${counted(dirty, "hour")} are to be made anew: weir store derive`);
  return 0;
}

function loadedLines({ source, names, replaced, interfaces, found, unnamed, unknown }: NamesLoaded): string[] {
  const lines = [
    `${counted(names, "name")} from ${safeText(source)}${replaced === null ? "" : `, in place of ${counted(replaced, "name")}`}`,
  ];
  const things = Object.entries(found).map(([word, count]) => `${count} ${word}`);
  if (things.length > 0) lines.push(`  found: ${things.join(", ")}`);
  if (interfaces > 0) lines.push(`  addresses known of ${counted(interfaces, "interface")}`);
  if (unnamed > 0) lines.push(`  ${counted(unnamed, "thing has", "things have")} no name there`);
  if (unknown > 0) lines.push(`  ${counted(unknown, "thing is", "things are")} none of those that names come from`);
  return lines;
}

const listColumns = (
  [
    ["kind", "text"],
    ["target", "text"],
    ["name", "text"],
    ["role", "text"],
    ["owner", "text"],
    ["origin", "text"],
    ["source", "text"],
    ["line", "number"],
    ["loaded_at", "time"],
  ] as const
).map(([name, kind]): AnswerColumn => ({ name, kind, type: kind === "number" ? "INTEGER" : "VARCHAR" }));

/** `weir names list`: all names, with where they came from. */
export async function runNamesList(console: Console, options: LoadOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const names = await listNames(dataDir, options.source);
  const format = formatOf(options);
  if (format === "table" && names.length === 0) {
    await console.out.line(
      "No names yet: `weir names add FILE` loads your own, `weir names learn FILE` those of a cloud.",
    );
    return 0;
  }
  await printRows(streamOf(names.map(listRow)), format, console);
  return 0;
}

function listRow(name: StoredName): Cell[] {
  const { kind, target, role, owner, origin, source, line, loadedAtMs } = name;
  return [kind, target, name.name, role, owner, origin, source, line, new Date(loadedAtMs).toISOString()];
}

function streamOf(rows: readonly (readonly Cell[])[]): RowStream {
  return {
    columns: listColumns,
    async *blocks() {
      yield await Promise.resolve(rows);
    },
  };
}

/** `weir names show`: who is it, and who says so. */
export async function runNamesShow(
  console: Console,
  asked: string,
  options: DataOption & FormatOptions,
): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const answer = await showName(dataDir, asked);
  if (formatOf(options) === "json") await console.out.line(answerJson(answer));
  else for (const line of answerLines(answer, console.out)) await console.out.line(line);
  return 0;
}

function answerJson({ matches, interfaces, ...answer }: NameAnswer): string {
  const keys = listColumns.map(({ name }) => name);
  const rows = matches.map((name) => Object.fromEntries(listRow(name).map((cell, at) => [keys[at] ?? "", cell])));
  return jsonText({ ...answer, matches: rows, interfaces });
}

function answerLines(answer: NameAnswer, out: Console["out"]): string[] {
  const { asked, name, role, owner, matches, interfaces } = answer;
  const facts = [role === null ? "" : `role ${role}`, owner === null ? "" : `owner ${safeText(owner)}`];
  const told = [name === null ? "nobody has named it" : out.style(safeText(name), "bold"), ...facts];
  const lines = [`${safeText(asked)}: ${told.filter((part) => part !== "").join(", ")}`];
  for (const each of interfaces) {
    const known = each.name === null ? "" : ` (${safeText(each.name)})`;
    const addresses = each.addresses.length === 0 ? "" : `: ${each.addresses.join(", ")}`;
    lines.push(`interface ${safeText(each.id)}${known}${each.role === null ? "" : `, ${each.role}`}${addresses}`);
  }
  if (matches.length === 0) return lines;
  const columns = [
    { heading: "matched", align: "left", mayShrink: true, isId: true },
    { heading: "name", align: "left", mayShrink: true },
    { heading: "role", align: "left" },
    { heading: "from", align: "left" },
    { heading: "source", align: "left", mayShrink: true, isId: true },
  ] as const;
  const rows = matches.map(({ target, name, role, origin, source, line }): TableCell[] => [
    { text: safeText(target) },
    { text: safeText(name) },
    role === null ? { text: "–", styles: ["dim"] } : { text: role },
    { text: origin },
    { text: `${safeText(source)}${line === null ? "" : `, line ${line}`}` },
  ]);
  return [...lines, "", ...tableLines(columns, rows, out)];
}

/** `weir names remove`: takes away what a source gave. */
export async function runNamesRemove(
  console: Console,
  source: string,
  options: DataOption & FormatOptions,
): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const removed = await removeNames(dataDir, source);
  const { names, interfaces } = removed;
  await console.out.line(
    formatOf(options) === "json"
      ? jsonText({ source: removed.source, names, interfaces })
      : `${counted(names, "name")} from ${safeText(removed.source)} ${names === 1 ? "is" : "are"} gone`,
  );
  return 0;
}

/** `weir names export`: prints the names that hold as names.yaml. */
export async function runNamesExport(console: Console, options: DataOption & SourceOption): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  let text = "";
  for (const part of await exportNames(dataDir, options.source)) {
    text += part;
    if (text.length < EXPORT_CHUNK) continue;
    await console.out.write(text);
    text = "";
  }
  await console.out.write(text);
  return 0;
}

const EXPORT_CHUNK = 65_536;
