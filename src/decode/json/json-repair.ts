/** Ways to read JSON that is nearly right. They never guess at values: only escapes and closers. */

/**
 * Drops backslashes that JSON has no meaning for: those outside of strings, and those before a character that needs no
 * escape, as in `DefaultRule\_DenyAllInBound`, which a Markdown converter leaves behind.
 */
export function repairEscapes(text: string): string {
  let repaired = "";
  let copied = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') inString = !inString;
    if (char !== "\\") continue;
    if (inString && /^(["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(at + 1, at + 6))) {
      at++;
      continue;
    }
    repaired += text.slice(copied, at);
    copied = at + 1;
  }
  return repaired + text.slice(copied);
}

/** What is whole in a JSON text that was cut off. */
export interface ClosedJson {
  /** The longest beginning that ends behind a value, with the missing closers put behind it. */
  readonly text: string;
  /** Characters of the cut text that are in `text`. */
  readonly kept: number;
}

/** Closes a JSON text that was cut off anywhere. Its last value is dropped unless it was surely complete. */
export function closeCutJson(text: string): ClosedJson | undefined {
  const closers: string[] = [];
  const whole = { kept: 0, closers: "" };
  // In an object a string is a key until a colon has passed; a key alone is no place to close at.
  let expectsKey = false;
  let at = 0;
  const valueEnds = (end: number): void => {
    whole.kept = end;
    whole.closers = closers.toReversed().join("");
  };
  while (at < text.length) {
    const char = text[at] as string;
    if (char === '"') {
      const end = endOfString(text, at);
      if (end === undefined) break;
      at = end;
      if (!expectsKey) valueEnds(at);
      continue;
    }
    at++;
    if (char === "{" || char === "[") {
      closers.push(char === "{" ? "}" : "]");
      expectsKey = char === "{";
      valueEnds(at);
    } else if (char === "}" || char === "]") {
      if (closers.pop() !== char) break;
      expectsKey = false;
      valueEnds(at);
    } else if (char === ",") expectsKey = closers.at(-1) === "}";
    else if (char === ":") expectsKey = false;
    else if (!/\s/.test(char)) {
      while (at < text.length && !/[\s,:{}[\]"]/.test(text[at] as string)) at++;
      if (at < text.length) valueEnds(at);
    }
  }
  return whole.kept === 0 ? undefined : { text: text.slice(0, whole.kept) + whole.closers, kept: whole.kept };
}

function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return undefined;
}
