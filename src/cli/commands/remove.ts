import { readFileSync } from "node:fs";
import { listKnownSources } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { counted, humanBytes } from "#base/human.js";
import { parseConfig, removeSource, writeConfig } from "#config/index.js";
import { configured, sourceNamed } from "../chosen-sources.ts";
import { withInterrupt, type Console } from "../console.ts";
import { chooseDataFolder } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { safeText } from "../output/safe-text.ts";

interface RemoveOptions extends DataOption {
  readonly config?: string;
}

/** `weir remove`: takes a source out of the configuration, and says what stays. */
export async function runRemove(console: Console, name: string, options: RemoveOptions): Promise<number> {
  const { path: dataDir } = chooseDataFolder(options.data, console);
  const { file, config, sources } = configured(console, dataDir, options.config);
  sourceNamed(config.sources, name);
  const text = file === undefined ? undefined : removeSource(readFileSync(file, "utf8"), name);
  if (file === undefined || text === undefined)
    throw new WeirError({ code: "no-such-source", kind: "usage", message: `there is no source “${name}” to take out` });
  // What it would say then must be readable, or it stays as it is.
  parseConfig(file, text);
  const known = await withInterrupt((signal) => listKnownSources(dataDir, sources, { signal }));
  writeConfig(file, text);
  const { out } = console;
  await out.line(`${out.style("Removed", "green")} ${safeText(name)} from ${file}; nobody reads it any more.`);
  const source = known.find((each) => each.isConfigured && each.name === name);
  if (source === undefined || source.records.total === 0) return 0;
  await out.line(
    `${counted(source.records.total, "record")} of ${counted(source.objects.done, "object")} (${humanBytes(source.bytes)}) stay in the lake until their time is over: retention in weir.yaml, weir store expire.`,
  );
  await out.line(out.style("Added again, it goes on where it stopped, and nothing counts twice.", "dim"));
  return 0;
}
