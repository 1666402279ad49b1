import { spawn, type ChildProcess } from "node:child_process";
import { main } from "./weir.ts";

/** What a run of the built command printed. */
export interface WeirRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built command beside this process, so that servers of the test can answer it. */
export function startWeir(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const { WEIR_DATA: _data, WEIR_CONFIG: _config, FORCE_COLOR: _color, ...inherited } = process.env;
  return spawn(process.execPath, [main, ...args], { env: { ...inherited, ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs the built command to its end. */
export function runWeir(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<WeirRun> {
  const child = startWeir(args, env);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, stdout, stderr })));
}
