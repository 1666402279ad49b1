import type { CommandPlace } from "./command-tree.ts";

/** A completion script for zsh: to be read by it, or put in a folder of its `fpath` as `_weir`. */
export function zshScript(places: readonly CommandPlace[]): string {
  const known = places.map(({ path }) => path).join("|");
  return `#compdef weir
# weir completion for zsh
_weir() {
  local at=weir files= i
  local -a below flags
  for ((i = 2; i < CURRENT; i++)); do
    case "$at/\${words[i]}" in
      (${known}) at=$at/\${words[i]} ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${places.flatMap(valueCases).join("\n")}
  esac
  case "$at" in
${places.map(placeCase).join("\n")}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe option flags
  elif (( \${#below} )); then
    _describe command below
  elif [[ -n $files ]]; then
    _files
  fi
}
if [[ \${funcstack[1]} == _weir ]]; then
  _weir "$@"
else
  compdef _weir weir
fi
`;
}

function valueCases({ path, options }: CommandPlace): string[] {
  return options
    .filter(({ value }) => value !== "none")
    .map(({ flags, value, choices }) => {
      const reply = {
        words: `compadd -- ${choices.join(" ")}; `,
        file: "_files; ",
        folder: "_files -/; ",
        other: "",
        none: "",
      };
      return `    (${flags.map((flag) => quoted(`${path} ${flag}`)).join("|")}) ${reply[value]}return ;;`;
    });
}

function placeCase({ path, words, options, takesFiles }: CommandPlace): string {
  const commands = words.map(({ word, about }) => described(word, about));
  const flags = options.flatMap(({ flags, about }) => flags.map((flag) => described(flag, about)));
  return `    (${path})
      below=(${commands.join(" ")})
      flags=(${flags.join(" ")})
      files=${takesFiles ? "1" : ""} ;;`;
}

/** A colon parts the word from what is told about it. */
function described(word: string, about: string): string {
  return quoted(about === "" ? word : `${word}:${about}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
