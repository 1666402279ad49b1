import { fork, type ChildProcess } from "node:child_process";
import { main } from "./weir.ts";

/** A test's own server over a lake. */
export interface Server {
  readonly url: string;
  readonly process: ChildProcess;
  /** All that it printed so far. */
  told(): string;
  /** Ends it in order. @returns its exit code */
  stop(): Promise<number | null>;
}

/** Starts the built product's server on a free port. @throws when it does not say its address within a minute */
export async function startServer(lake: string, ...args: string[]): Promise<Server> {
  const child = fork(main, ["serve", "--data", lake, "--port", "0", ...args], {
    silent: true,
    // Not vitest's own, under which modules are those of src/.
    execArgv: [],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let told = "";
  const url = await new Promise<string>((found, failed) => {
    const timer = setTimeout(() => failed(new Error(`weir serve did not start: ${told}`)), 60_000);
    const hear = (chunk: Buffer): void => {
      told += chunk.toString();
      const address = /http:\/\/[^\s]+/.exec(told)?.[0];
      if (address === undefined) return;
      clearTimeout(timer);
      found(address);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.on("exit", (code) => failed(new Error(`weir serve ended with ${code}: ${told}`)));
  });
  return {
    url,
    process: child,
    told: () => told,
    stop: () =>
      new Promise((done) => {
        if (child.exitCode !== null || child.signalCode !== null) return done(child.exitCode);
        child.once("exit", (code) => done(code));
        child.kill("SIGTERM");
      }),
  };
}
