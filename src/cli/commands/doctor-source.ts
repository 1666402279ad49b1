import { judgePush, judgeSource, type TrustCheck } from "#app/index.js";
import { configured, sourceNamed, type Configured } from "../chosen-sources.ts";
import { listenPlace } from "../listen-place.ts";
import { pushedSources } from "../pushed-sources.ts";
import { withInterrupt, type Console } from "../console.ts";
import { chooseDataFolder } from "../data-folder.ts";
import { formatOf, type DataOption, type FormatOptions } from "../options.ts";
import { exitCodeOf, levelsJson, printChecks } from "./doctor.ts";

interface DoctorSourceOptions extends DataOption, FormatOptions {
  readonly config?: string;
}

/** A policy is shown whole. */
const MOST_DETAILS = 60;

/** `weir doctor SOURCE`: why something of a source is missing, each with its evidence and what to do. */
export async function runDoctorSource(console: Console, name: string, options: DoctorSourceOptions): Promise<number> {
  const { path: dataDir } = chooseDataFolder(options.data, console);
  await console.err.line(console.err.style(`lake: ${dataDir}`, "dim"));
  const judge = judgeOf(console, dataDir, configured(console, dataDir, options.config), name);
  const checks = await withInterrupt(judge);
  if (formatOf(options) === "json") {
    await console.out.line(JSON.stringify({ source: name, ...levelsJson(checks), checks }));
    return exitCodeOf(checks);
  }
  await printChecks(checks, console, MOST_DETAILS);
  await console.out.line();
  const levels = new Set(checks.map(({ level }) => level));
  const verdict = levels.has("bad")
    ? "Something of this source is missing: the bad ones say what."
    : levels.has("warn")
      ? "It is collected, but for what the warnings name."
      : "Nothing is missing that can be seen from here.";
  await console.out.line(console.out.style(verdict, "bold"));
  return exitCodeOf(checks);
}

/** @throws WeirError `no-such-source` */
function judgeOf(
  { env }: Console,
  dataDir: string,
  { config, sources }: Configured,
  name: string,
): (signal: AbortSignal) => Promise<readonly TrustCheck[]> {
  const pushed = pushedSources(config.sources, env);
  const source = sourceNamed([...sources, ...pushed], name);
  const nowMs = Date.now();
  if ("accepts" in source) {
    const { host, port } = listenPlace(config);
    const address = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    return (signal) => judgePush(dataDir, { source, address, withTexts: true, nowMs, signal });
  }
  return (signal) => judgeSource(dataDir, { source, env, nowMs, signal });
}
