const MOST = 2000;

/** A record's text as it can be looked at: of control characters, and those that turn the direction of text, a picture or a code. */
export function shownText(text: string): string {
  const shown = Array.from(text.slice(0, MOST), shownCharacter).join("");
  const rest = text.length - MOST;
  return rest > 0 ? `${shown} … and ${rest.toLocaleString("en-US")} characters more` : shown;
}

function shownCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x09 || code === 0x0a) return character;
  // Unicode has a picture of each.
  if (code < 0x20) return String.fromCodePoint(0x24_00 + code);
  const turnsText = (code >= 0x20_2a && code <= 0x20_2e) || (code >= 0x20_66 && code <= 0x20_69);
  return code === 0x7f || turnsText ? `\\u${code.toString(16).padStart(4, "0")}` : character;
}
