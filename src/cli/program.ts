import { Command, CommanderError, Option } from "commander";
import { createConsole, type Console } from "./console.ts";
import { declareAccess } from "./declare-access.ts";
import { declareAsk } from "./declare-ask.ts";
import { declareCollect } from "./declare-collect.ts";
import { declareCompletion } from "./declare-completion.ts";
import { declareFeed } from "./declare-feed.ts";
import { declareNames } from "./declare-names.ts";
import { declareServe } from "./declare-serve.ts";
import { declareRun } from "./declare-run.ts";
import { colorChoices } from "./output/terminal.ts";
import { exitCodeOf, printError, USAGE } from "./print-error.ts";
import { weirVersion } from "./version.ts";

/**
 * Parses a command line and runs its command. Commands are declared here with their options and loaded when they are called.
 * @returns the exit code: 0 answered, 1 bad news, 2 wrong use, 3 failed, 4 too little coverage, 130 interrupted
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const console = createConsole(process);
  let code = 0;
  const program = newProgram(console);
  const finish = async (work: Promise<number>): Promise<void> => {
    code = await work;
  };
  declareAsk(program, console, finish);
  declareFeed(program, console, finish);
  declareCollect(program, console, finish);
  declareNames(program, console, finish);
  declareServe(program, console, finish);
  declareRun(program, console, finish);
  declareAccess(program, console, finish);
  declareCompletion(program, console, finish);
  try {
    if (args.length === 0) {
      await console.out.write(program.helpInformation());
      return 0;
    }
    await program.parseAsync(helpAsked(program, args), { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    await printError(error, console);
    return exitCodeOf(error);
  }
}

/** `help store compact` is `store compact --help`: Commander's own looks at one word only. */
function helpAsked(program: Command, args: readonly string[]): string[] {
  const [first, ...words] = args;
  if (first !== "help" || words.length === 0) return [...args];
  let command: Command | undefined = program;
  for (const word of words) command = command?.commands.find((each) => each.name() === word);
  // A word that is none is told as any unknown command.
  return command === undefined ? words : [...words, "--help"];
}

function newProgram(console: Console): Command {
  return new Command("weir")
    .description("Network flow logs of every cloud in one place. Weir reads them, keeps them, and answers.")
    .version(weirVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .addOption(new Option("--color <when>", "colour in what is printed").choices(colorChoices).default("auto"))
    .on("option:color", (choice: string) => {
      for (const output of [console.out, console.err])
        output.setColor(colorChoices.find((known) => known === choice) ?? "auto");
    })
    .addHelpCommand(
      new Command("help").argument("[command...]").description("print help of a command").helpGroup("Run:"),
    )
    .configureHelp({
      showGlobalOptions: false,
      styleTitle: (text) => console.out.style(text, "bold"),
      styleCommandText: (text) => console.out.style(text, "cyan"),
    })
    .configureOutput({
      outputError: (text, write) => write(explained(text, console)),
      getOutHasColors: () => console.out.hasColor,
      getErrHasColors: () => console.err.hasColor,
    })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", HELP_AFTER);
}

const HELP_AFTER = `
The lake is --data DIR, else $WEIR_DATA, else ./weir-data if it exists, else $XDG_DATA_HOME/weir.
Start with:  weir demo            a small world with both clouds in it
             weir ingest PATH     your own logs: files, folders, or - for standard input
             weir top             who talks most`;

/** Commander's own messages in the form of ours: what, then what to do. */
function explained(text: string, { err }: Console): string {
  const [what = "", ...rest] = text
    .replace(/^error: /, "")
    .trim()
    .split("\n");
  const hint = /\(Did you mean (.*)\?\)/.exec(rest.join(" "))?.[1];
  const next =
    hint === undefined ? "`weir --help` lists commands, `weir COMMAND --help` their options." : `Did you mean ${hint}?`;
  return `${err.style("weir:", "red")} ${what}\n  ${err.style("next", "dim")}  ${next}\n`;
}
