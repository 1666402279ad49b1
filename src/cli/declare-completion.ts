import { Argument, type Command } from "commander";
import type { Console } from "./console.ts";
import { withExamples, type Finish } from "./options.ts";

/** `completion`, which knows all other commands: it is declared last. */
export function declareCompletion(program: Command, console: Console, finish: Finish): void {
  program.commandsGroup("Run:");
  const completion = program
    .command("completion")
    .description("print a script that completes weir's commands in a shell")
    .addArgument(new Argument("<shell>", "whose script").choices(["bash", "zsh", "fish"]));
  withExamples(
    completion,
    'eval "$(weir completion bash)"',
    "weir completion fish > ~/.config/fish/completions/weir.fish",
    "",
    'To keep it, bash: add `eval "$(weir completion bash)"` to ~/.bashrc.',
    'zsh: add `eval "$(weir completion zsh)"` to ~/.zshrc, below compinit.',
    "fish: write it to ~/.config/fish/completions/weir.fish, as above.",
  ).action((shell: "bash" | "zsh" | "fish") =>
    finish(import("./commands/completion.ts").then(({ runCompletion }) => runCompletion(console, program, shell))),
  );
}
