import { shellWord } from "#base/shell-word.js";

/** An option with its value; one that begins with a hyphen must not be taken for an option. */
export function shellOption(name: string, value: string | number | undefined): string[] {
  if (value === undefined || value === "") return [];
  const text = String(value);
  return text.startsWith("-") ? [`--${name}=${shellWord(text)}`] : [`--${name}`, shellWord(text)];
}

/** Words that people wrote, as arguments. @returns them in front of the options, or behind `--` where they look like one */
export function withArguments(command: string, words: readonly string[], options: readonly string[]): string {
  const quoted = words.map(shellWord);
  const looksLikeOption = words.some((word) => word.startsWith("-"));
  return (looksLikeOption ? [command, ...options, "--", ...quoted] : [command, ...quoted, ...options]).join(" ");
}
