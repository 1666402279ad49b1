import { spawn } from "node:child_process";
import { ApiServer, type ServerConfig } from "#api/index.js";
import { WeirError } from "#base/errors.js";
import { withInterrupt, type Console } from "./console.ts";

/** Ports that are tried from the first one on. */
const MOST_PORTS = 20;

/** What is done when the server answers. @param signal says when it ends */
type Ready = (url: string, server: ApiServer, signal: AbortSignal) => Promise<void>;

/** Serves until it is interrupted. */
export async function serveUntilInterrupted(config: ServerConfig, ready: Ready): Promise<void> {
  await withInterrupt(async (signal) => {
    const ended = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    const server = new ApiServer(config);
    const url = await server.start();
    try {
      await ready(url, server, signal);
      await ended;
    } finally {
      await server.stop();
    }
  });
}

/** The same at the first port that is free, from the one asked for on. */
export async function serveAtFreePort(config: ServerConfig, ready: Ready): Promise<void> {
  for (let port = config.port; ; port++) {
    try {
      await serveUntilInterrupted({ ...config, port }, ready);
      return;
    } catch (error) {
      const isTaken = error instanceof WeirError && error.code === "port-taken";
      if (!isTaken || port + 1 >= config.port + MOST_PORTS) throw error;
    }
  }
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Opens a page in the browser, if this machine has one to show it in; a failure is not worth a word, the address is on the screen. */
export function openBrowser(url: string, { env }: Pick<Console, "env">): void {
  const isHeadless =
    process.platform === "linux" && (env["DISPLAY"] ?? "") === "" && (env["WAYLAND_DISPLAY"] ?? "") === "";
  if (isHeadless) return;
  const [command = "xdg-open", ...args] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
