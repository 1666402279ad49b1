import { InvalidArgumentError, Option, type Command } from "commander";
import { parseDuration } from "#base/time.js";
import type { Format } from "./output/print-rows.ts";

/** Hands the work of a command, whose result is the exit code, to whoever parses the command line. */
export type Finish = (work: Promise<number>) => Promise<void>;

export interface DataOption {
  readonly data?: string;
}

export interface FormatOptions {
  readonly format: Format;
  readonly json?: boolean;
}

/** `--data DIR`, on every command that has a lake. */
export function withData(command: Command): Command {
  return command.option("--data <dir>", "the lake's folder");
}

/** `--format` and its short form. */
export function withFormat(command: Command, formats: readonly Format[] = ["table", "json", "jsonl", "csv"]): Command {
  return command
    .addOption(new Option("--format <format>", "how to print the answer").choices(formats).default("table"))
    .option("--json", "short for --format json");
}

export function formatOf({ format, json }: FormatOptions): Format {
  return json === true ? "json" : format;
}

/** An option's value that must be a whole number, 1 or more. */
export function countOption(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("It must be a whole number, 1 or more.");
  return Number(text);
}

/** An option's value that must be a whole number, 0 or more. */
export function numberOption(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a whole number, 0 or more.");
  return Number(text);
}

/** A part of a whole: `0.9`, `90%`. */
export function shareOption(text: string): number {
  const match = /^(\d{1,3}(?:\.\d+)?)(%?)$/.exec(text);
  const share = match === null ? Number.NaN : Number(match[1]) / (match[2] === "%" ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError("It must be a share such as 0.9 or 90%.");
}

/** Milliseconds of `90s`, `15m`, `2h`, `7d`. A number alone has no meaning: what deletes must not guess. */
export function durationOption(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0)
    throw new InvalidArgumentError("It must be a length of time such as 90s, 15m, 2h, 7d.");
  return ms;
}

/** As {@link durationOption}, and 0. */
export function graceOption(text: string): number {
  return /^0[smhdw]?$/.test(text) ? 0 : durationOption(text);
}

/** Options that may be given several times, and take lists with commas. */
export function listOption(text: string, before: readonly string[] | undefined): readonly string[] {
  return [
    ...(before ?? []),
    ...text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  ];
}

/** Options that may be given several times; commas are part of the value. */
export function repeatedOption(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** An example at the end of a command's help. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);
}
