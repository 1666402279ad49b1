import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { WeirError } from "#base/errors.js";
import type { Console } from "./console.ts";

/** Which lake, and why this one. */
export interface DataFolder {
  readonly path: string;
  readonly from: string;
}

/** The lake that a command works on: --data, else WEIR_DATA, else ./weir-data if it exists, else the user's data folder. */
export function chooseDataFolder(option: string | undefined, { env, cwd }: Pick<Console, "env" | "cwd">): DataFolder {
  if (option !== undefined) return { path: resolve(cwd, option), from: "--data" };
  const named = env["WEIR_DATA"] ?? "";
  if (named !== "") return { path: resolve(cwd, named), from: "WEIR_DATA" };
  const here = join(cwd, "weir-data");
  if (existsSync(here)) return { path: here, from: "./weir-data" };
  const home = env["XDG_DATA_HOME"] ?? "";
  return { path: join(home === "" ? join(homedir(), ".local", "share") : home, "weir"), from: "the default" };
}

/** The folder to read from, named on stderr. @throws WeirError `no-lake` when there is none */
export async function existingLake(option: string | undefined, console: Console): Promise<string> {
  const folder = chooseDataFolder(option, console);
  if (!existsSync(join(folder.path, "catalog.db")))
    throw new WeirError({
      code: "no-lake",
      kind: "environment",
      message: "there is no lake here yet",
      place: `${folder.path} (${folder.from})`,
      next: "Read logs into it with `weir ingest PATH`, try `weir demo`, or name another one with --data.",
    });
  await nameLake(folder, console);
  return folder.path;
}

/** The folder to write to, named on stderr; it is made when it is first written. */
export async function lakeToWrite(option: string | undefined, console: Console): Promise<string> {
  const folder = chooseDataFolder(option, console);
  await nameLake(folder, console);
  return folder.path;
}

async function nameLake({ path }: DataFolder, { err }: Console): Promise<void> {
  await err.line(err.style(`lake: ${path}`, "dim"));
}
