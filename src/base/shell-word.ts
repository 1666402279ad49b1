/** Words that no shell reads anything into; all others are quoted. */
const PLAIN = /^[\w@%+:,./-][\w@%+=:,./-]*$/;

/** A word as a POSIX shell takes it for exactly this text. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
