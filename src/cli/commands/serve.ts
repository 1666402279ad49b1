import { basename, resolve } from "node:path";
import { jsonLog, textLog, type LogLevel, type ServerConfig, type ServerLog } from "#api/index.js";
import type { WatchedSource } from "#app/index.js";
import { counted } from "#base/human.js";
import { configPath, defaultConfig, findConfig, readConfig, type WeirConfig } from "#config/index.js";
import type { Console } from "../console.ts";
import { configuredSources } from "../configured-source.ts";
import { lakeToWrite } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { safeText } from "../output/safe-text.ts";
import { pushedSources } from "../pushed-sources.ts";
import { serveUntilInterrupted } from "../serving.ts";
import { weirVersion } from "../version.ts";
import { watchConfig } from "../watch-config.ts";

interface ServeOptions extends DataOption {
  readonly host?: string;
  readonly port?: number;
  readonly watch?: readonly string[];
  readonly config?: string;
  readonly auth?: "none" | "password";
  readonly behindTls?: boolean;
  readonly workers?: number;
  /** MB. */
  readonly memory?: number;
  readonly log?: "json" | "text";
  readonly logLevel?: LogLevel;
}

const EVERY_MS = 60_000;

/** `weir serve`: the API and the page, collecting and derivation, until it is interrupted. */
export async function runServe(console: Console, options: ServeOptions): Promise<number> {
  const { env, cwd, out, err } = console;
  const dataDir = await lakeToWrite(options.data, console);
  const file = findConfig(options.config, { env, cwd, dataDir });
  const config = file === undefined ? defaultConfig : readConfig(file);
  if (file !== undefined) await err.line(err.style(`configuration: ${file}`, "dim"));
  const given = { ...options, cwd, env };
  const server = { ...serverConfig(dataDir, config, given), log: logOf(console, options) };
  const tellSources = async (sources: readonly { readonly name: string }[]): Promise<void> => {
    const names = sources.map(({ name }) => safeText(name)).join(", ");
    await err.line(err.style(`reading ${counted(sources.length, "source")}${names === "" ? "" : `: ${names}`}`, "dim"));
  };
  await serveUntilInterrupted(server, async (url, running, signal) => {
    const sources = [...(server.keeper?.sources ?? []), ...(server.keeper?.pushed ?? [])];
    await out.line(`Weir is at ${out.style(url, "cyan")}`);
    if (sources.length > 0) await tellSources(sources);
    const path = configPath(options.config, { env, cwd, dataDir });
    void watchConfig(path, signal, {
      changed(changed) {
        const { sources: now = [] } = serverConfig(dataDir, changed, given).keeper ?? {};
        running.watch(now);
        void tellSources(now);
      },
      wrong: (message) => void err.line(err.style(`${path} is left as it was read: ${safeText(message)}`, "yellow")),
    });
  });
  return 0;
}

/** Lines for people on a terminal, of what they should look at; else for machines, of every request. */
function logOf({ err }: Console, { log, logLevel }: ServeOptions): ServerLog {
  if ((log ?? (err.isTerminal ? "text" : "json")) === "json") return jsonLog(logLevel ?? "info");
  return textLog(logLevel ?? "warn", (line) => void err.line(line));
}

/** What a configuration and the options of the command say together; options come first. */
export function serverConfig(
  dataDir: string,
  { listen, auth, sources, limits, retention, maintenance }: WeirConfig,
  {
    host,
    port,
    watch = [],
    cwd,
    env,
    auth: asked = auth,
    behindTls: isBehindTls = false,
    workers = limits.query_workers,
    memory,
  }: Omit<ServeOptions, "config" | "data"> & { cwd: string; env: Readonly<NodeJS.ProcessEnv> },
): ServerConfig {
  const { every: everyMs, between } = maintenance;
  const named = configuredSources(sources);
  const pushed = pushedSources(sources, env);
  const memoryMb = memory ?? (limits.query_memory === undefined ? undefined : limits.query_memory / 1_000_000);
  return {
    dataDir,
    host: host ?? listen?.host ?? "127.0.0.1",
    port: port ?? listen?.port ?? 8400,
    version: weirVersion(),
    isBehindTls,
    ...(asked !== undefined && { auth: asked }),
    pool: {
      ...(workers !== undefined && { workers }),
      ...(memoryMb !== undefined && { memoryMb }),
      ...(limits.query_time !== undefined && { timeoutMs: limits.query_time }),
    },
    uploadBytes: limits.upload_size,
    push: { sources: pushed, waitingBytes: limits.push_waiting },
    keeper: {
      sources: [...named, ...watchedFolders(watch, cwd, named)],
      pushed: pushed.map(({ name, logFormat }) => ({ name, ...(logFormat !== undefined && { logFormat }) })),
      retention: Object.fromEntries(Object.entries(retention).filter(([, kept]) => kept !== undefined)),
      maintenance: { everyMs, ...(between !== undefined && { between }) },
      ...(limits.collect_workers !== undefined && { collectWorkers: limits.collect_workers }),
    },
  };
}

function watchedFolders(watch: readonly string[], cwd: string, taken: readonly WatchedSource[]): WatchedSource[] {
  const folders: WatchedSource[] = [];
  for (const text of watch) {
    const folder = resolve(cwd, text);
    const all = [...taken, ...folders];
    if (all.some((each) => "folder" in each && each.folder === folder)) continue;
    const short = basename(folder) || folder;
    const isTaken = all.some(({ name }) => name === short);
    folders.push({ name: isTaken ? folder : short, folder, everyMs: EVERY_MS });
  }
  return folders;
}
