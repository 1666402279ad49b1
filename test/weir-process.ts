import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The built command. */
export const main = resolve("dist/cli/main.js");

/** A folder of its own with a log file in it, and the command run there with a lake of its own. */
export interface Place {
  readonly folder: string;
  readonly lake: string;
  readonly weir: (args: readonly string[], options?: RunOptions) => SpawnSyncReturns<string>;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const START = Date.UTC(2026, 2, 3, 12) / 1000;

function flow(source: string, target: string, port: number, bytes: string, action: string): string {
  return `2 123456789012 eni-0a1b2c3d ${source} ${target} 43210 ${port} 6 10 ${bytes} ${START} ${START + 60} ${action} OK`;
}

/** AWS version 2: three accepted, one rejected, one NODATA, one SKIPDATA, and two (lines 7 and 8) that are no records. */
export const logLines: readonly string[] = [
  flow("10.0.0.1", "10.0.1.1", 443, "1000", "ACCEPT"),
  flow("10.0.0.1", "10.0.1.2", 443, "2000", "ACCEPT"),
  flow("10.0.0.2", "10.0.1.1", 22, "9007199254740993", "ACCEPT"),
  flow("203.0.113.9", "10.0.0.1", 23, "40", "REJECT"),
  `2 123456789012 eni-0a1b2c3d - - - - - - - ${START} ${START + 60} - NODATA`,
  `2 123456789012 eni-0a1b2c3d - - - - - - - ${START} ${START + 60} - SKIPDATA`,
  flow("10.0.0.1", "10.0.1.\u001b[31m", 443, "1", "ACCEPT"),
  flow("10.0.0.1", "10.0.1.1", 99_999, "1", "ACCEPT"),
];

/** Makes a place; nothing is read yet. */
export function newPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), "weir-cli-"));
  const lake = join(folder, "lake");
  mkdirSync(join(folder, "logs"));
  writeFileSync(join(folder, "logs", "a.log"), `${logLines.join("\n")}\n`);
  const { WEIR_DATA: _data, XDG_DATA_HOME: _home, FORCE_COLOR: _color, ...inherited } = process.env;
  const weir: Place["weir"] = (args, { input = "", cwd = folder, env = {} } = {}) =>
    spawnSync(process.execPath, [main, ...args], {
      input,
      cwd,
      encoding: "utf8",
      timeout: 40_000,
      env: { ...inherited, WEIR_DATA: lake, ...env },
    });
  return { folder, lake, weir };
}
