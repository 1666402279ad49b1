import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { main } from "./weir.ts";

/** The built product's server, at a port of its own. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly process: ChildProcess;
  /** Ends it as Ctrl-C does. @returns its exit code */
  stop(): Promise<number | null>;
}

/** Starts `weir serve` over a lake. @throws when it ends before it listens */
export async function startServer(dataDir: string, ...args: string[]): Promise<RunningServer> {
  const child = spawn(process.execPath, [main, "serve", "--port", "0", "--data", dataDir, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let url: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) break;
  }
  if (url === undefined) throw new Error(`weir serve ended with ${child.exitCode ?? "a signal"}`);
  return {
    url,
    process: child,
    stop: async () => {
      if (child.exitCode !== null) return child.exitCode;
      child.kill("SIGINT");
      await once(child, "exit");
      return child.exitCode;
    },
  };
}
