import { WeirError, type ErrorKind } from "#base/errors.js";
import { safeText } from "./output/safe-text.ts";
import { OutputClosed } from "./output/terminal.ts";
import type { Console } from "./console.ts";

/** Exit code of a wrong use. */
export const USAGE = 2;
const FAILED = 3;
const INTERRUPTED = 130;

const exitCodes: Readonly<Record<ErrorKind, number>> = {
  usage: USAGE,
  input: FAILED,
  conflict: FAILED,
  environment: FAILED,
  internal: FAILED,
};

export function exitCodeOf(error: unknown): number {
  // Whoever read our output had enough.
  if (error instanceof OutputClosed) return 0;
  if (!(error instanceof WeirError)) return FAILED;
  return error.code === "interrupted" ? INTERRUPTED : exitCodes[error.kind];
}

/** Prints what happened, where, and what to do next. Stacks are for WEIR_DEBUG. */
export async function printError(error: unknown, { err, env }: Console): Promise<void> {
  if (error instanceof OutputClosed) return;
  const debug = (env["WEIR_DEBUG"] ?? "") !== "";
  const told = error instanceof WeirError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const lines = [`${err.style("weir:", "red")} ${told === undefined ? "unexpected error: " : ""}${safeLines(message)}`];
  if (told?.place !== undefined) lines.push(...labelled(err.style("at", "dim"), "    ", told.place));
  const next = told === undefined ? "Run again with WEIR_DEBUG=1 and report what it prints." : told.next;
  if (next !== undefined) lines.push(...labelled(err.style("next", "dim"), "  ", next));
  if (debug && error instanceof Error)
    lines.push(
      safeLines(error.stack ?? ""),
      ...(error.cause instanceof Error ? [safeLines(error.cause.stack ?? "")] : []),
    );
  await err.write(`${lines.join("\n")}\n`);
}

/** Further lines are indented like the first, so that a caret under a query stays where it points. */
function labelled(label: string, gap: string, text: string): string[] {
  return text
    .split("\n")
    .map((line, at) => (at === 0 ? `  ${label}${gap}${safeText(line)}` : `        ${safeText(line)}`));
}

function safeLines(text: string): string {
  return text.split("\n").map(safeText).join("\n");
}
