import type { CommandPlace, CompletionOption } from "./command-tree.ts";

/** A completion script for fish. */
export function fishScript(places: readonly CommandPlace[]): string {
  const lines = places.flatMap(placeLines);
  return `# weir completion for fish
function __weir_at
    set -l at weir
    set -l given (commandline -opc)
    set -e given[1]
    for word in $given
        if contains -- $at/$word ${places.map(({ path }) => path).join(" ")}
            set at $at/$word
        end
    end
    test $at = $argv[1]
end
complete -c weir -e
${lines.join("\n")}
`;
}

function placeLines({ path, words, options, takesFiles }: CommandPlace): string[] {
  const condition = `complete -c weir -n '__weir_at ${path}'`;
  return [
    ...(takesFiles ? [] : [`${condition} -f`]),
    ...words.map(({ word, about }) => `${condition} -a ${word} -d ${quoted(about)}`),
    ...options.map((option) => `${condition} ${optionWords(option).join(" ")}`),
  ];
}

function optionWords({ flags, about, value, choices }: CompletionOption): string[] {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const values = {
    none: [],
    words: ["-x", `-a '${choices.join(" ")}'`],
    file: ["-r", "-F"],
    folder: ["-x", "-a '(__fish_complete_directories)'"],
    other: ["-x"],
  };
  return [...names, ...values[value], `-d ${quoted(about)}`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
}
