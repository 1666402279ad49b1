import { judgeSource } from "#app/index.js";
import { configured, lookedInto } from "../chosen-sources.ts";
import { withInterrupt, type Console } from "../console.ts";
import { chooseDataFolder } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { exitCodeOf, levelsJson, printChecks } from "./doctor.ts";

interface DoctorSourceOptions extends DataOption, FormatOptions {
  readonly config?: string;
}

/** A policy is shown whole. */
const MOST_DETAILS = 60;

/** `weir doctor SOURCE`: why something of a source is missing, each with its evidence and what to do. */
export async function runDoctorSource(console: Console, name: string, options: DoctorSourceOptions): Promise<number> {
  const { path: dataDir } = chooseDataFolder(options.data, console);
  await console.err.line(console.err.style(`lake: ${dataDir}`, "dim"));
  const source = lookedInto(configured(console, dataDir, options.config), name);
  const checks = await withInterrupt((signal) =>
    judgeSource(dataDir, { source, env: console.env, nowMs: Date.now(), signal }),
  );
  if (formatOf(options) === "json") {
    await console.out.line(JSON.stringify({ source: name, ...levelsJson(checks), checks }));
    return exitCodeOf(checks);
  }
  await printChecks(checks, console, MOST_DETAILS);
  await console.out.line();
  const levels = new Set(checks.map(({ level }) => level));
  const verdict = levels.has("bad")
    ? "Something of this source is missing: the bad ones say what."
    : levels.has("warn")
      ? "It is collected, but for what the warnings name."
      : "Nothing is missing that can be seen from here.";
  await console.out.line(console.out.style(verdict, "bold"));
  return exitCodeOf(checks);
}
