import { createInterface } from "node:readline/promises";
import type { Console } from "./console.ts";

/** Whether somebody can be asked. */
export function canAsk({ stdin, err }: Pick<Console, "stdin" | "err">): boolean {
  return stdin.isTTY && err.isTerminal;
}

/** Asks at the terminal; Enter alone is yes, Ctrl-C and the end of input are no. */
export async function askYes({ stdin, err }: Pick<Console, "stdin" | "err">, question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: process.stderr });
  try {
    const stopped = new Promise<string>((resolve) => {
      lines.once("SIGINT", () => resolve("no"));
      lines.once("close", () => resolve("no"));
    });
    const answer = await Promise.race([lines.question(`${question} [Y/n] `), stopped]);
    return /^\s*(y|yes)?\s*$/i.test(answer);
  } finally {
    lines.close();
    if (!err.isTerminal) await err.line();
  }
}
