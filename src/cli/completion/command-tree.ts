import type { Command, Option } from "commander";

/** What can follow in one place of a command line. */
export interface CommandPlace {
  /** `weir`, `weir/names`, `weir/names/add`: how scripts call the place. */
  readonly path: string;
  /** Commands below, or the words that the first argument can be. */
  readonly words: readonly CompletionWord[];
  readonly options: readonly CompletionOption[];
  readonly takesFiles: boolean;
}

export interface CompletionWord {
  readonly word: string;
  readonly about: string;
}

export interface CompletionOption {
  /** `-n` and `--limit`. */
  readonly flags: readonly string[];
  readonly about: string;
  readonly value: "none" | "words" | "file" | "folder" | "other";
  readonly choices: readonly string[];
}

/** All places of a program's command lines, read from the program itself: what is declared can be completed. */
export function placesOf(program: Command): CommandPlace[] {
  const globals = optionsOf(program).filter(({ flags }) => !flags.some((flag) => /^--(help|version)$/.test(flag)));
  return placesBelow(program, program.name(), globals);
}

function placesBelow(command: Command, path: string, globals: readonly CompletionOption[]): CommandPlace[] {
  const below = commandsOf(command);
  const names = below.map((each) => ({ word: each.name(), about: each.description() }));
  const [argument] = command.registeredArguments;
  const choices = (argument?.argChoices ?? []).map((word) => ({ word, about: "" }));
  const place: CommandPlace = {
    path,
    words: below.length > 0 ? names : choices,
    options: [...optionsOf(command), ...(command.parent === null ? [] : globals)],
    takesFiles: below.length === 0 && /file|path|source/.test(argument?.name() ?? ""),
  };
  const places = below.flatMap((each) => placesBelow(each, `${path}/${each.name()}`, globals));
  // The help of a command is asked for with the command's name.
  return [place, ...places.map((each) => (each.path === `${path}/help` ? { ...each, words: names } : each))];
}

function commandsOf(command: Command): Command[] {
  return command.createHelp().visibleCommands(command);
}

function optionsOf(command: Command): CompletionOption[] {
  return command.createHelp().visibleOptions(command).map(optionOf);
}

function optionOf(option: Option): CompletionOption {
  const { short, long, description, argChoices = [] } = option;
  return {
    flags: [short, long].filter((flag) => flag !== undefined && flag !== null),
    about: description,
    value: valueOf(option),
    choices: argChoices,
  };
}

function valueOf({ flags, required, optional, argChoices }: Option): CompletionOption["value"] {
  if (!required && !optional) return "none";
  if (argChoices !== undefined) return "words";
  if (flags.includes("<file>")) return "file";
  return flags.includes("<dir>") ? "folder" : "other";
}
