import type { WatchedSource } from "#app/index.js";
import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import { defaultConfig, findConfig, type WeirConfig } from "#config/index.js";
import { checkedConfig } from "./checked-config.ts";
import { configuredSources } from "./configured-source.ts";
import type { Console } from "./console.ts";

/** What is configured for a lake. */
export interface Configured {
  /** Undefined when there is no file. */
  readonly file: string | undefined;
  readonly config: WeirConfig;
  readonly sources: readonly WatchedSource[];
}

/** Reads the configuration of a lake. @throws WeirError when it is wrong, or when a file that was named is not there */
export function configured({ env, cwd }: Console, dataDir: string, named: string | undefined): Configured {
  const file = findConfig(named, { env, cwd, dataDir });
  const config = file === undefined ? defaultConfig : checkedConfig(file);
  return { file, config, sources: configuredSources(config.sources) };
}

/** The sources that are wanted, by name; all without any. @throws WeirError `no-sources`, `no-such-source` */
export function chosenSources(
  { file, config, sources }: Configured,
  wanted: readonly string[] | undefined,
): readonly WatchedSource[] {
  if (sources.length === 0)
    throw new WeirError({
      code: "no-sources",
      kind: "usage",
      message: "there are no sources to collect from",
      ...(file !== undefined && { place: file }),
      next: "Add one: weir add s3://BUCKET",
    });
  return wanted === undefined ? sources : wanted.map((name) => lookedInto({ config, sources }, name));
}

/** A source that Weir looks into. @throws WeirError `no-such-source`; `push-source` for one that others push to */
export function lookedInto({ config, sources }: Pick<Configured, "config" | "sources">, name: string): WatchedSource {
  if (config.sources.some((each) => each.name === name && each.push !== undefined))
    throw new WeirError({
      code: "push-source",
      kind: "usage",
      message: `others push to “${name}”: there is no place to look into`,
      next: `weir doctor ${name} says whether it can come and does, and what was refused.`,
    });
  return sourceNamed(sources, name);
}

/** @throws WeirError `no-such-source` with the nearest name */
export function sourceNamed<Source extends { readonly name: string }>(
  sources: readonly Source[],
  name: string,
): Source {
  const found = sources.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = sources.map((each) => each.name);
  const near = nearestWord(name, names);
  const all = names.length === 0 ? "There are none; weir add makes one." : `There are ${names.join(", ")}.`;
  throw new WeirError({
    code: "no-such-source",
    kind: "usage",
    message: `there is no source “${name}”`,
    next: near === undefined ? all : `Did you mean ${near}?`,
  });
}
