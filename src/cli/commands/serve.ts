import { basename, resolve } from "node:path";
import { jsonLog, textLog, type LogLevel, type ServerConfig, type ServerLog } from "#api/index.js";
import type { KeptSources, WatchedSource } from "#app/index.js";
import { counted } from "#base/human.js";
import { configPath, defaultConfig, findConfig, type WeirConfig } from "#config/index.js";
import { checkedConfig } from "../checked-config.ts";
import type { Console } from "../console.ts";
import { configuredSources } from "../configured-source.ts";
import { lakeToWrite } from "../data-folder.ts";
import { listenPlace } from "../listen-place.ts";
import type { DataOption } from "../options.ts";
import { safeText } from "../output/safe-text.ts";
import { printError } from "../print-error.ts";
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
  const config = file === undefined ? defaultConfig : checkedConfig(file);
  if (file !== undefined) await err.line(err.style(`configuration: ${file}`, "dim"));
  const given = { ...options, cwd, env };
  const server = { ...serverConfig(dataDir, config, given), log: logOf(console, options) };
  let told = "";
  const tellSources = async ({ sources, pushed }: KeptSources): Promise<void> => {
    const lines = sourceLines({ sources, pushed }, err);
    if (lines.join("\n") === told) return;
    told = lines.join("\n");
    for (const line of lines) await err.line(line);
  };
  await serveUntilInterrupted(server, async (url, running, signal) => {
    await out.line(`Weir is at ${out.style(url, "cyan")}`);
    const { sources, pushed } = server.keeper;
    if (sources.length + pushed.length > 0) await tellSources(server.keeper);
    const path = configPath(options.config, { env, cwd, dataDir });
    void watchConfig(path, config, signal, {
      async changed(changed) {
        const { keeper, push } = serverConfig(dataDir, changed, given);
        await running.watch(keeper, push);
        await tellSources(keeper);
      },
      wrong(error) {
        running.configIsWrong(error);
        void err.line(err.style(`${path} has changed and is wrong; what was read before stays in force:`, "yellow"));
        void printError(error, console);
      },
    });
  });
  return 0;
}

/** What is read, and what is held back. */
function sourceLines({ sources, pushed }: KeptSources, err: Console["err"]): string[] {
  const all = [...sources, ...pushed];
  const names = all.map(({ name }) => safeText(name)).join(", ");
  const reading = `reading ${counted(all.length, "source")}${names === "" ? "" : `: ${names}`}`;
  const troubles = pushed.flatMap(({ name, trouble }) => (trouble === undefined ? [] : [{ name, ...trouble }]));
  return [
    err.style(reading, "dim"),
    ...troubles.flatMap(({ name, message, next = "" }) => [
      err.style(`${safeText(name)} takes nothing: ${safeText(message)}`, "yellow"),
      err.style(`  ${safeText(next)}`, "dim"),
    ]),
  ];
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
): ServerConfig & Required<Pick<ServerConfig, "keeper" | "push">> {
  const { every: everyMs, between } = maintenance;
  const place = listenPlace({ listen });
  const named = configuredSources(sources);
  const pushed = pushedSources(sources, env);
  const memoryMb = memory ?? (limits.query_memory === undefined ? undefined : limits.query_memory / 1_000_000);
  return {
    dataDir,
    host: host ?? place.host,
    port: port ?? place.port,
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
      pushed: pushed.map(({ name, logFormat, trouble }) => ({
        name,
        ...(logFormat !== undefined && { logFormat }),
        ...(trouble !== undefined && { trouble }),
      })),
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
