import { messageOf } from "#base/errors.js";
import { badNames } from "./bad-names.ts";
import { jsonFault } from "./json-fault.ts";

const NEXT = "Give a command's output as it is, run with --output json; your own list is for `weir names add`.";

/**
 * The JSON documents of a text, one after the other: commands that are run for many accounts append to one file.
 * @throws WeirError `names-unreadable` with the line
 */
export function jsonDocuments(text: string, source: string): unknown[] {
  if (/^\s*$/.test(text)) throw badNames("the file is empty", { source }, NEXT);
  try {
    return [JSON.parse(text)];
  } catch {
    // Several documents, or damage: told apart by reading one after the other.
  }
  const documents: unknown[] = [];
  for (const [from, to] of documentBounds(text)) {
    try {
      documents.push(JSON.parse(text.slice(from, to)));
    } catch (error) {
      // Without what follows the reason: an excerpt, which is told by its line.
      const reason = /^[^,]*? in JSON|^Unexpected token [^,]*/.exec(messageOf(error))?.[0] ?? "it ends too early";
      const line = lineAt(text, from + jsonFault(text.slice(from, to)));
      throw badNames(`this is no JSON: ${reason}`, { source, line }, NEXT);
    }
  }
  return documents;
}

/** Where documents begin and end: brackets outside of strings that come out even. What stands between is a document, too: a bad one. */
function* documentBounds(text: string): Generator<readonly [number, number]> {
  let depth = 0;
  let from = -1;
  for (const { index, 0: token } of text.matchAll(TOKENS)) {
    if (from === -1) from = index;
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    if (depth > 0) continue;
    yield [from, index + token.length];
    from = -1;
    depth = 0;
  }
  if (from !== -1) yield [from, text.length];
}

/** Brackets, strings (also one without an end), and words of anything else. */
const TOKENS = /[{}[\]]|"(?:[^"\\]|\\[^])*"?|[^\s{}[\]"]+/g;

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}
