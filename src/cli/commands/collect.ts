import { collectSources, type CollectedSource, type WatchedSource } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import { findConfig, readConfig } from "#config/index.js";
import { configuredSources } from "../configured-source.ts";
import { withInterrupt, type Console } from "../console.ts";
import { lakeToWrite } from "../data-folder.ts";
import type { DataOption } from "../options.ts";
import { printError } from "../print-error.ts";
import { openProgress } from "../progress.ts";
import { printReport, reportJson } from "./ingest.ts";

interface CollectOptions extends DataOption {
  readonly config?: string;
  readonly source?: readonly string[];
  readonly workers?: number;
  readonly json?: boolean;
}

/** `weir collect`: looks through the configured sources once. */
export async function runCollect(console: Console, options: CollectOptions): Promise<number> {
  const dataDir = await lakeToWrite(options.data, console);
  const sources = chosenSources(console, dataDir, options);
  const progress = await openProgress(console);
  let collected: readonly CollectedSource[];
  try {
    collected = await withInterrupt((signal) =>
      collectSources({
        dataDir,
        sources,
        env: console.env,
        signal,
        onProgress: (_, now) => progress.show(now),
        ...(options.workers !== undefined && { workers: options.workers }),
      }),
    );
  } finally {
    progress.close();
  }
  for (const { name, report, error } of collected) {
    if (options.json === true) await console.out.line(JSON.stringify({ source: name, ...reportJson(report) }));
    else {
      await console.out.line(console.out.style(name, "bold"));
      await printReport(report, console);
    }
    if (error !== undefined) await printError(error, console);
  }
  return collected.some(({ error }) => error !== undefined) ? 3 : 0;
}

function chosenSources(
  { env, cwd }: Console,
  dataDir: string,
  { config, source: wanted }: CollectOptions,
): WatchedSource[] {
  const file = findConfig(config, { env, cwd, dataDir });
  const all = file === undefined ? [] : configuredSources(readConfig(file).sources);
  if (all.length === 0)
    throw new WeirError({
      code: "no-sources",
      kind: "usage",
      message: "there are no sources to collect from",
      ...(file !== undefined && { place: file }),
      next: "Add one: weir add s3://BUCKET",
    });
  if (wanted === undefined) return all;
  return wanted.map((name) => {
    const found = all.find((each) => each.name === name);
    if (found !== undefined) return found;
    const names = all.map((each) => each.name);
    const near = nearestWord(name, names);
    throw new WeirError({
      code: "no-such-source",
      kind: "usage",
      message: `there is no source “${name}”`,
      next: near === undefined ? `There are ${names.join(", ")}.` : `Did you mean ${near}?`,
    });
  });
}
