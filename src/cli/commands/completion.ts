import type { Command } from "commander";
import { bashScript } from "../completion/bash.ts";
import { placesOf } from "../completion/command-tree.ts";
import { fishScript } from "../completion/fish.ts";
import { zshScript } from "../completion/zsh.ts";
import type { Console } from "../console.ts";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

export type Shell = keyof typeof scripts;

/** `weir completion`: prints a script that completes the program's own commands, options and choices in a shell. */
export async function runCompletion(console: Console, program: Command, shell: Shell): Promise<number> {
  await console.out.write(scripts[shell](placesOf(program)));
  return 0;
}
