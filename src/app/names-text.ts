import { createReadStream, realpathSync, statSync } from "node:fs";
import { messageOf, WeirError } from "#base/errors.js";

const MOST_BYTES = 256_000_000;
const MOST_SOURCE_CHARACTERS = 4096;

/**
 * What the names of a file are filed under: the name that was chosen, else the file's real path.
 * @throws WeirError `source-needed` where there is no path, `names-unreadable` where there is no file
 */
export function sourceOf(file: string, chosen: string | undefined): string {
  if (chosen !== undefined) {
    if (chosen !== "" && chosen.length <= MOST_SOURCE_CHARACTERS && chosen.isWellFormed() && !chosen.includes("\0"))
      return chosen;
    throw sourceNeeded("this is no name for a source", "--source", "Give it a short text.");
  }
  if (file !== "-" && isRegular(file)) return realpathSync(file).toWellFormed();
  throw sourceNeeded(
    "names that come through a pipe need a name for their source",
    file,
    "Add --source, such as --source prod.",
  );
}

function isRegular(file: string): boolean {
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) throw new Error("it is a folder");
    return stats.isFile();
  } catch (error) {
    throw unreadable(error, file);
  }
}

function sourceNeeded(message: string, place: string, next: string): WeirError {
  return new WeirError({ code: "source-needed", kind: "usage", message, place, next });
}

/**
 * A whole file, or standard input for `-`, as text. Spreadsheets and PowerShell write UTF-16; the mark at its beginning says so.
 * @throws WeirError `names-unreadable`, `names-too-large`
 */
export async function readText(file: string, stdin: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of file === "-" ? stdin : (createReadStream(file) as AsyncIterable<Uint8Array>)) {
      size += part.length;
      if (size > MOST_BYTES) break;
      parts.push(part);
    }
  } catch (error) {
    throw unreadable(error, file);
  }
  if (size > MOST_BYTES)
    throw new WeirError({
      code: "names-too-large",
      kind: "input",
      message: `a file of names has ${MOST_BYTES / 1_000_000} MB at most`,
      place: file,
      next: "Split it: several files can be given at once.",
    });
  const bytes = Buffer.concat(parts);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
}

function unreadable(error: unknown, file: string): WeirError {
  return new WeirError({
    code: "names-unreadable",
    kind: "input",
    message: `the file cannot be read: ${messageOf(error)}`,
    place: file,
    next: "Name a file that is there and that you may read.",
    cause: error,
  });
}
