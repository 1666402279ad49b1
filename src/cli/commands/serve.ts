import { ApiServer, jsonLog, textLog, type LogLevel, type ServerLog } from "#api/index.js";
import { withInterrupt, type Console } from "../console.ts";
import { lakeToWrite } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { weirVersion } from "../version.ts";

interface ServeOptions extends DataOption {
  readonly host: string;
  readonly port: number;
  readonly auth?: "none" | "password";
  readonly behindTls?: boolean;
  readonly workers?: number;
  /** MB. */
  readonly memory?: number;
  readonly log?: "json" | "text";
  readonly logLevel?: LogLevel;
}

/** `weir serve`: the API and the page, until it is interrupted. */
export async function runServe(console: Console, options: ServeOptions): Promise<number> {
  const { host, port, auth, behindTls: isBehindTls = false, workers, memory } = options;
  // Also where there is no lake yet: the page then leads to the first logs.
  const dataDir = await lakeToWrite(options.data, console);
  const server = new ApiServer({
    dataDir,
    host,
    port,
    version: weirVersion(),
    isBehindTls,
    pool: {
      ...(workers !== undefined && { workers }),
      ...(memory !== undefined && { memoryMb: memory }),
    },
    log: logOf(console, options),
    ...(auth !== undefined && { auth }),
  });
  const url = await server.start();
  await console.out.line(`Weir is at ${console.out.style(url, "cyan")}`);
  await withInterrupt(
    (signal) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
  );
  await server.stop();
  return 0;
}

/** Lines for people on a terminal, of what they should look at; else for machines, of every request. */
function logOf({ err }: Console, { log, logLevel }: ServeOptions): ServerLog {
  if ((log ?? (err.isTerminal ? "text" : "json")) === "json") return jsonLog(logLevel ?? "info");
  return textLog(logLevel ?? "warn", (line) => void err.line(line));
}
