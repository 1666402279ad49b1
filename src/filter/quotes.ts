/** Whether a quoted text ends with the quote that it began with. */
export function isClosed(written: string): boolean {
  return /^(?:"(?:[^\\"]|\\[^])*"|'(?:[^\\']|\\[^])*')$/.test(written);
}

/**
 * The text between quotes. A backslash takes the meaning from a quote or a backslash after it; before anything else it stands
 * for itself, so that regular expressions need no doubling.
 */
export function unquote(written: string): string {
  return written.slice(1, -1).replaceAll(/\\(["'\\])/g, "$1");
}

/** A text in double quotes; {@link unquote} gives it back. A backslash is doubled only where it would mean something else. */
export function quote(text: string): string {
  return `"${text.replaceAll(/\\(?=["'\\]|$)|"/g, "\\$&")}"`;
}
