import { setMaxListeners } from "node:events";
import { Output } from "./output/terminal.ts";

/** What a command talks to: its streams and its environment. */
export interface Console {
  readonly out: Output;
  readonly err: Output;
  readonly stdin: NodeJS.ReadStream;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** The console of a process. */
export function createConsole(process: NodeJS.Process): Console {
  const { env } = process;
  return {
    out: new Output(process.stdout, env),
    err: new Output(process.stderr, env),
    stdin: process.stdin,
    env,
    cwd: process.cwd(),
  };
}

/** Runs work that Ctrl-C ends cleanly: the first one aborts the signal, the second one the process. */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  // Each request that is under way listens to it; Node.js takes more than ten for a leak, and says so on the terminal.
  setMaxListeners(0, controller.signal);
  const onInterrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onInterrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onInterrupt);
  }
}
