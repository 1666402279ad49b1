// C0 and C1 controls, DEL, lone surrogates, line separators, and the marks that reorder what is shown.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/**
 * Text from logs as a terminal may show it: whatever could steer the terminal or mislead the eye becomes visible, `\x1b`.
 * Everything that is not our own words goes through here before it is printed for people.
 */
export function safeText(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    if (character === "\r") return "\\r";
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NARROW_ONLY = /^[\u0020-\u02ff\u2010-\u25ff]*$/;

/** Cells of a terminal that a safe text takes. */
export function textWidth(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += /\p{Mark}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** A safe text cut to `width` cells; what was cut shows as `…`. */
export function clip(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const character of text) {
    const cells = textWidth(character);
    if (used + cells > width - 1) break;
    kept += character;
    used += cells;
  }
  return `${kept}…`;
}

/** A safe text cut to `width` cells with `…` in its middle: ids differ at their ends. */
export function clipMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const head = clip(text, Math.max(1, Math.ceil(width / 3))).slice(0, -1);
  let tail = "";
  let used = textWidth(head) + 1;
  for (const character of Array.from(text).toReversed()) {
    used += textWidth(character);
    if (used > width) break;
    tail = character + tail;
  }
  return `${head}…${tail}`;
}

/** A safe text in lines of at most `width` cells, broken between words; a word that is longer has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(last) + 1 + textWidth(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
