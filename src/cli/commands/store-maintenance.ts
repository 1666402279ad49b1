import { dirname, sep } from "node:path";
import { checkStore, compactStore, expireStore, repairStore, type CheckResult, type RepairResult } from "#app/index.js";
import { knownWord } from "#base/known-word.js";
import { derivedTables, tableNames } from "#model/tables.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { counted, humanBytes, humanTime } from "#base/human.js";
import { safeText } from "../output/safe-text.ts";

type Options = DataOption & FormatOptions;

/** `weir store compact`: joins the small files of hours that are over. */
export async function runCompact(console: Console, options: Options): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const result = await withInterrupt((signal) => compactStore(dataDir, Date.now(), signal));
  const { filesBefore, filesAfter, rows, bytesBefore, bytesAfter } = result;
  if (formatOf(options) === "json") {
    await console.out.line(
      JSON.stringify({
        files_before: filesBefore,
        files_after: filesAfter,
        rows,
        bytes_before: bytesBefore,
        bytes_after: bytesAfter,
      }),
    );
    return 0;
  }
  const text = `${counted(filesBefore, "file")} became ${filesAfter}, ${humanBytes(bytesBefore)} became ${humanBytes(bytesAfter)}; ${counted(rows, "row")} written anew.`;
  await console.out.line(
    filesBefore === filesAfter && rows === 0
      ? `Nothing to join: ${counted(filesBefore, "file")}. Only hours that have been over for two hours are joined, and only into fewer files.`
      : text,
  );
  return 0;
}

interface ExpireOptions extends Options {
  readonly olderThan?: number;
  readonly table?: readonly string[];
  readonly dryRun?: boolean;
}

/** `weir store expire`: deletes rows that are older than they may be. */
export async function runExpire(console: Console, options: ExpireOptions): Promise<number> {
  const tables = (options.table ?? []).map((word) => knownWord(word, tableNames, "table", "--table"));
  const dataDir = await existingLake(options.data, console);
  const dryRun = options.dryRun === true;
  const olderThan = options.olderThan === undefined ? {} : { olderThanMs: options.olderThan };
  const expired = await expireStore(dataDir, { nowMs: Date.now(), ...olderThan, tables, dryRun });
  if (formatOf(options) === "json") {
    await console.out.line(
      JSON.stringify(
        expired.map(({ before, ...rest }) => ({
          ...rest,
          before: new Date(before / 1000).toISOString(),
          dry_run: dryRun,
        })),
      ),
    );
    return 0;
  }
  for (const { table, before, rows, files, rewritten } of expired)
    await console.out.line(
      `${table}: ${counted(rows, "row")} before ${humanTime(before)} UTC ${dryRun ? "would go" : rows === 1 ? "is gone" : "are gone"} (${counted(files, "file")}, ${rewritten} rewritten)`,
    );
  return 0;
}

interface CheckOptions extends Options {
  readonly deep?: boolean;
  readonly repair?: boolean;
  readonly grace?: number;
}

/** `weir store check`: compares the catalog with the files. Fails when rows are missing or damaged, unless it mends. */
export async function runCheck(console: Console, options: CheckOptions): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const { out } = console;
  const deep = options.deep === true;
  const repaired = options.repair === true ? await repairStore(dataDir, Date.now(), deep) : undefined;
  const result =
    repaired ??
    (await checkStore(dataDir, Date.now(), { deep, ...(options.grace !== undefined && { graceMs: options.grace }) }));
  const isWhole = result.missing.length === 0 && result.damaged.length === 0;
  const lost = result.missing.length + result.damaged.length;
  const isMended = repaired !== undefined && repaired.dropped.length === lost;
  if (formatOf(options) === "json") await out.line(JSON.stringify({ whole: isWhole, ...result }));
  else {
    for (const line of checkLines(result, out)) await out.line(line);
    if (!isWhole)
      for (const line of repaired === undefined ? adviceLines(result) : repairLines(repaired)) await out.line(line);
  }
  return isWhole || isMended ? 0 : 3;
}

function checkLines(result: CheckResult, out: Console["out"]): string[] {
  const { files, rows, bytes, missing, damaged, unlisted } = result;
  const isWhole = missing.length === 0 && damaged.length === 0;
  const verdict = isWhole ? out.style("all whole", "green") : out.style("not whole", "red");
  return [
    `${counted(files, "file")}, ${counted(rows, "row")}, ${humanBytes(bytes)}: ${verdict}`,
    ...missing.map((path) => `  ${out.style("missing", "red")}  ${safeText(path)}`),
    ...damaged.map(({ path, message }) => `  ${out.style("damaged", "red")}  ${safeText(path)}: ${safeText(message)}`),
    ...unlisted.map(
      ({ path, deleted }) => `  ${deleted ? "deleted" : "unlisted"}  ${safeText(path)} (listed by no commit)`,
    ),
  ];
}

function adviceLines({ objects, missing, damaged }: CheckResult): string[] {
  const lines = [""];
  if (objects.length > 0)
    lines.push(
      `${counted(objects.length, "object has", "objects have")} rows in these files. Restore the files from a backup, or read the objects again:`,
      "`weir store check --repair` takes the files off the list; `weir ingest` of the objects then reads them as a whole.",
    );
  if (hasDerived([...missing, ...damaged.map(({ path }) => path)]))
    lines.push(
      "What was derived is made again from flows: `weir store check --repair` takes its files off the list, `weir store derive` makes it anew.",
    );
  return lines;
}

/** Whether one of these files holds interpretation, which evidence gives again. */
function hasDerived(paths: readonly string[]): boolean {
  return paths.some((path) => derivedTables.some((table) => path.startsWith(`${table}/`)));
}

/** Keys and folders that are named. */
const SHOWN = 5;

function repairLines({ dropped, objects, gone, missing, damaged }: RepairResult): string[] {
  const left = missing.length + damaged.length - dropped.length;
  const there = objects.filter((key) => !gone.includes(key));
  const folders = [...new Set(there.map((key) => dirname(key)))];
  const lines = ["", `${counted(dropped.length, "file is", "files are")} off the list.`];
  if (hasDerived(dropped)) lines.push("Conversations of their hours are to be made anew: run `weir store derive`.");
  if (left > 0) lines.push(`${counted(left, "damaged file")} cannot be opened and was left: see to its permissions.`);
  if (there.length > 0)
    lines.push(`${counted(there.length, "object waits", "objects wait")} to be read again as a whole. Ingest them:`);
  for (const folder of folders.slice(0, SHOWN)) lines.push(`  weir ingest ${shellWord(folder)}`);
  if (folders.length > SHOWN)
    lines.push(
      `  … and ${counted(folders.length - SHOWN, "more folder")}, all below ${safeText(commonFolder(folders))}`,
    );
  if (gone.length > 0)
    lines.push(
      `${counted(gone.length, "object is", "objects are")} not there any more; bring them back and ingest them, or what they gave in these files is lost:`,
      ...gone.slice(0, SHOWN).map((key) => `  ${safeText(key)}`),
    );
  return lines;
}

function commonFolder(folders: readonly string[]): string {
  const [first = "", ...others] = folders;
  const parts = first.split(sep);
  const same = parts.findIndex((part, at) => others.some((other) => other.split(sep)[at] !== part));
  return parts.slice(0, same === -1 ? parts.length : same).join(sep) || sep;
}

function shellWord(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${safeText(path).replaceAll("'", String.raw`'\''`)}'`;
}
