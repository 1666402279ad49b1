// Ids and names come out of logs, so an attacker may have written them. Each of these gives one whole literal of its language; none
// can end it, start an interpolation, begin a line or reorder what is read.

// C0 and C1 controls, line separators, zero-width and reordering marks, lone surrogates.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/** Text on one line, with `?` for what cannot be seen. For comments, too, whose end is the line's. */
export const plainText = (text: string): string => text.replaceAll(HIDDEN, "?");

/** One word of a POSIX shell. */
export const shellText = (text: string): string => `'${escaped(text, /'/g, () => String.raw`'\''`)}'`;

/** A string of Terraform (HCL): `${` and `%{` begin what is filled in. */
export const terraformText = (text: string): string =>
  `"${escaped(text, /[\\"]|[$%]\{/g, (found) => (found.length === 2 ? `${found[0]}${found}` : `\\${found}`))}"`;

/** A string of Bicep: `${` begins what is filled in. */
export const bicepText = (text: string): string => `'${escaped(text, /[\\']|\$\{/g, (found) => `\\${found}`)}'`;

/** By a function: in a replacement that is a text, `$` has a meaning of its own. */
const escaped = (text: string, what: RegExp, by: (found: string) => string): string =>
  plainText(text).replaceAll(what, by);

/** A name that every tool takes: letters, digits and `_`, not empty, not too long. */
export function identifier(text: string): string {
  const words = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 50);
  return `flow_log_${words === "" ? "new" : words}`;
}
