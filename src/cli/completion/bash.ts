import type { CommandPlace } from "./command-tree.ts";

/** A completion script for bash, also for the old one of macOS. */
export function bashScript(places: readonly CommandPlace[]): string {
  const known = places.map(({ path }) => path).join("|");
  return `# weir completion for bash
_weir() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} at=weir commands= options= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at/\${COMP_WORDS[i]}" in
      ${known}) at=$at/\${COMP_WORDS[i]} ;;
    esac
  done
  case "$at $before" in
${places.flatMap(valueCases).join("\n")}
  esac
  case "$at" in
${places.map(placeCase).join("\n")}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$commands" -- "$word")) ;;
  esac
}
complete -o default -F _weir weir
`;
}

/** What may follow an option; without words the shell completes files. */
function valueCases({ path, options }: CommandPlace): string[] {
  return options
    .filter(({ value }) => value !== "none")
    .map(({ flags, choices }) => {
      const places = flags.map((flag) => `"${path} ${flag}"`).join("|");
      const reply = choices.length === 0 ? "" : `COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$word")); `;
      return `    ${places}) ${reply}return ;;`;
    });
}

function placeCase({ path, words, options }: CommandPlace): string {
  const commands = words.map(({ word }) => word).join(" ");
  return `    ${path}) commands="${commands}" options="${options.flatMap(({ flags }) => flags).join(" ")}" ;;`;
}
