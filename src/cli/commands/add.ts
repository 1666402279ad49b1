import { lookAtFolder, lookAtPlace, type FolderLook, type PlaceLook, type WatchedSource } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { addSources, configPath, parseConfig, sourcesYaml, type SourceDraft, type WeirConfig } from "#config/index.js";
import { estimateLines, folderLines, placeLines, rightsLines } from "../add/look-lines.ts";
import { lookJson } from "../add/look-json.ts";
import { configText, writeSources } from "../add/write-sources.ts";
import { draftSource, type PlaceOptions } from "../add/source-draft.ts";
import { mayAdd } from "../add/may-add.ts";
import { configuredSource } from "../configured-source.ts";
import { withInterrupt, type Console } from "../console.ts";
import { chooseDataFolder } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { safeText } from "../output/safe-text.ts";
import { printError } from "../print-error.ts";

interface AddOptions extends DataOption, PlaceOptions {
  readonly config?: string;
  readonly print?: boolean;
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

const FAILED = 3;

/** A configuration with something added to it, not written yet. */
interface Change {
  readonly path: string;
  readonly config: WeirConfig;
}

/** What was found, of a folder or of a place in a cloud. */
type Look = { readonly folder: FolderLook } | { readonly place: PlaceLook };

/** `weir add`: looks at a place, says what it is, takes and needs, and writes it into the configuration. */
export async function runAdd(console: Console, place: string, options: AddOptions): Promise<number> {
  const { path: dataDir } = chooseDataFolder(options.data, console);
  const path = configPath(options.config, { ...console, dataDir });
  const before = configText(path);
  const { sources } = parseConfig(path, before);
  const draft = draftSource(place, options, { sources, cwd: console.cwd, nowMs: Date.now() });
  const source = sourceIn({ path, config: parseConfig(path, addSources(before, [draft])) }, draft.name);
  const look = await lookAt(console, dataDir, source);
  const failure = "place" in look ? (look.place.error ?? mistyped(look.place)) : undefined;
  const mayWrite = failure === undefined || options.force === true;
  // Who forces it is sure.
  const isSure = options.yes === true || options.force === true;
  if (options.json === true) {
    const isWritten = mayWrite && isSure && options.print !== true;
    if (isWritten) writeSources(path, [draft]);
    const found = lookJson(look, failure);
    await console.out.line(JSON.stringify({ source: draft, ...found, config: path, written: isWritten }));
    return mayWrite ? 0 : FAILED;
  }
  await tellLook(console, { draft, look, isPrint: options.print === true });
  if (failure !== undefined) await printError(failure, console);
  if (!mayWrite) {
    await console.err.line(console.err.style("  nothing was written; --force writes it all the same", "dim"));
    return FAILED;
  }
  if (options.print === true) await console.out.write(sourcesYaml([draft]));
  else await write(console, path, { draft, isSure });
  return 0;
}

/** Nothing is there, and something is at a place that is written nearly so, or flow logs lie beside it. */
function mistyped({ uri, found }: PlaceLook): WeirError | undefined {
  const { meant = null, flowLogs = [] } = found?.probe.nearby ?? {};
  if (meant === null && flowLogs.length === 0) return undefined;
  return new WeirError({
    code: "source-mistyped",
    kind: "usage",
    message:
      meant === null
        ? `nothing is there; flow logs lie at ${flowLogs.join(", ")}`
        : "nothing is there, and a place with nearly the same name is",
    place: uri,
    next: `Did you mean ${meant ?? flowLogs[0] ?? ""}?`,
  });
}

function sourceIn({ config, path }: Change, name: string): WatchedSource {
  const found = config.sources.find((each) => each.name === name);
  if (found !== undefined) return configuredSource(found);
  throw new WeirError({ code: "config-wrong", kind: "internal", message: "the source was not written", place: path });
}

async function lookAt({ env, err }: Console, dataDir: string, source: WatchedSource): Promise<Look> {
  if ("folder" in source) return { folder: await lookAtFolder(source.folder, undefined) };
  const { remote } = source;
  if (err.isTerminal) await err.write(err.style(`looking at ${safeText(remote.url)} …`, "dim"));
  try {
    return { place: await withInterrupt((signal) => lookAtPlace({ dataDir, remote, env, signal })) };
  } finally {
    if (err.isTerminal) await err.write("\r\u001b[K");
  }
}

/** With --print the configuration alone goes to standard output. */
async function tellLook(
  { out, err }: Console,
  { draft, look, isPrint }: { draft: SourceDraft; look: Look; isPrint: boolean },
): Promise<void> {
  const to = isPrint ? err : out;
  const lines = [to.style(safeText(draft["url"] ?? draft["folder"] ?? draft.name), "bold")];
  if ("folder" in look) lines.push(...folderLines(look.folder, to));
  else {
    const { found, rights } = look.place;
    // What another place would cost and need is of no use.
    if (mistyped(look.place) === undefined) {
      if (found !== undefined) lines.push(...placeLines(found, to), ...estimateLines(found, to));
      lines.push(...rightsLines(rights, to));
    }
  }
  await to.line(lines.join("\n"));
  if (isPrint) await to.line();
}

async function write(
  console: Console,
  path: string,
  { draft, isSure }: { draft: SourceDraft; isSure: boolean },
): Promise<void> {
  const { out } = console;
  const yaml = sourcesYaml([draft]).split("\n").slice(1);
  await out.line(["", out.style(path, "bold"), ...yaml.map(safeText)].join("\n").trimEnd());
  await out.line();
  if (!(await mayAdd(console, path, { question: `Add “${safeText(draft.name)}” to it?`, isSure }))) return;
  writeSources(path, [draft]);
  await out.line(`${out.style("Added", "green")} ${safeText(draft.name)}.`);
  await out.line(
    out.style("weir collect reads it now. weir serve that is running begins within seconds, and goes on.", "dim"),
  );
}
