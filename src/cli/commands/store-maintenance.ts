import { checkStore, compactStore, expireStore } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import { tableNames, type TableName } from "#model/tables.js";
import { withInterrupt, type Console } from "../console.ts";
import { existingLake } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { fullCount, humanBytes, humanTime } from "../output/human.ts";
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
  const text = `${fullCount(filesBefore)} files became ${fullCount(filesAfter)}, ${humanBytes(bytesBefore)} became ${humanBytes(bytesAfter)}; ${fullCount(rows)} rows written anew.`;
  await console.out.line(
    filesBefore === filesAfter && rows === 0 ? "Nothing to join: hours that are not over for two hours wait." : text,
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
  const tables = (options.table ?? []).map(tableOf);
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
      `${table}: ${fullCount(rows)} rows before ${humanTime(before)} UTC ${dryRun ? "would go" : "are gone"} (${fullCount(files)} files, ${fullCount(rewritten)} rewritten)`,
    );
  return 0;
}

function tableOf(word: string): TableName {
  const table = tableNames.find((name) => name === word);
  if (table !== undefined) return table;
  const near = nearestWord(word, tableNames);
  throw new WeirError({
    code: "unknown-table",
    kind: "usage",
    message: `there is no table “${word}”`,
    place: "--table",
    next: near === undefined ? `Tables are ${tableNames.join(", ")}.` : `Did you mean ${near}?`,
  });
}

/** `weir store check`: compares the catalog with the files. Fails when rows are missing or damaged. */
export async function runCheck(console: Console, options: Options & { readonly deep?: boolean }): Promise<number> {
  const dataDir = await existingLake(options.data, console);
  const { out } = console;
  const result = await checkStore(dataDir, Date.now(), options.deep === true);
  const isWhole = result.missing.length === 0 && result.damaged.length === 0;
  if (formatOf(options) === "json") {
    await out.line(JSON.stringify({ whole: isWhole, ...result }));
    return isWhole ? 0 : 3;
  }
  await out.line(
    `${fullCount(result.files)} files, ${fullCount(result.rows)} rows, ${humanBytes(result.bytes)}: ${isWhole ? out.style("all whole", "green") : out.style("not whole", "red")}`,
  );
  for (const path of result.missing) await out.line(`  ${out.style("missing", "red")}  ${safeText(path)}`);
  for (const { path, message } of result.damaged)
    await out.line(`  ${out.style("damaged", "red")}  ${safeText(path)}: ${safeText(message)}`);
  for (const { path, deleted } of result.unlisted)
    await out.line(`  ${deleted ? "deleted" : "unlisted"}  ${safeText(path)} (listed by no commit)`);
  if (!isWhole) await out.line("Ingest the objects of these files again, or restore the files from a backup.");
  return isWhole ? 0 : 3;
}
