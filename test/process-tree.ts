import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { main } from "./weir.ts";

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The product running in a process group of its own. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/** Starts the built product. @param input standard input: a text, or null to leave it open */
export function startWeir(
  args: readonly string[],
  input: string | null = "",
  program: readonly string[] = [main],
): Running {
  const child = spawn(process.execPath, [...program, ...args], { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // It may be killed before it has read its input.
  child.stdin.on("error", () => undefined);
  if (input !== null) child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
  return { child, pid: child.pid ?? 0, ended };
}

/** The living children of a process. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** SIGKILL for a process and everything it started, or for the process alone. */
export function killHard({ pid }: Running, who: "tree" | "parent"): void {
  try {
    process.kill(who === "tree" ? -pid : pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** Waits until none of the processes runs. */
export async function gone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) while (isRunning(pid)) await pause(5);
}

/** Waits until `condition` holds, looking again and again without pause. @returns false when the process ended before */
export async function until({ child }: Running, condition: () => boolean): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    if (condition()) return true;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

function isRunning(pid: number): boolean {
  try {
    const state = /^\d+ \(.*\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
    return state !== undefined && state !== "Z";
  } catch {
    return false;
  }
}
