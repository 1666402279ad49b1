import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { messageOf, WeirError } from "#base/errors.js";
import { EXAMPLE, mistakeAt, named, schemaMistakes, wrong, type ConfigText, type Mistake } from "./config-mistakes.ts";
import { configSchema, type WeirConfig } from "./schema.ts";

/** The name of a lake's own configuration, in its data folder. */
const FILE = "weir.yaml";

/** What holds where nothing is set. */
export const defaultConfig: WeirConfig = { ...configSchema.parse({}), sources: [] };

/** The file that sources are written to: as {@link findConfig}, there or not. */
export function configPath(named: string | undefined, place: Parameters<typeof findConfig>[1]): string {
  return findConfig(named, place) ?? join(place.dataDir, FILE);
}

/**
 * The file to read: the one that was named, else `WEIR_CONFIG`, else `weir.yaml` in the data folder if it is there.
 * @returns undefined when there is none
 */
export function findConfig(
  named: string | undefined,
  { env, cwd, dataDir }: { env: NodeJS.ProcessEnv; cwd: string; dataDir: string },
): string | undefined {
  const set = named ?? env["WEIR_CONFIG"] ?? "";
  if (set !== "") return resolve(cwd, set);
  const own = join(dataDir, FILE);
  return existsSync(own) ? own : undefined;
}

/** What is checked and known beside the text itself. */
export interface ReadOptions {
  /** @throws WeirError when a source's URL names no place */
  readonly checkUrl?: (url: string) => void;
  /** When the text was written: `-7d` is seven days before that, whenever it is read. Now by default. */
  readonly writtenMs?: number;
}

/**
 * Reads a configuration. Folders are named from where the file lies.
 * @throws WeirError `config-unreadable`, or `config-wrong` with file, line, key and what to do, of all mistakes
 */
export function readConfig(path: string, checkUrl?: ReadOptions["checkUrl"]): WeirConfig {
  const text = textOf(path);
  const writtenMs = statSync(path).mtimeMs;
  return parseConfig(path, text, { writtenMs, ...(checkUrl !== undefined && { checkUrl }) });
}

/**
 * Checks the text of a configuration. @param path where it lies, or will
 * @throws WeirError `config-wrong` with file, line, key and what to do, of all mistakes
 */
export function parseConfig(path: string, text: string, options: ReadOptions = {}): WeirConfig {
  const read = yamlOf(path, text);
  // An empty file sets nothing.
  const content = read.document.contents === null ? {} : (read.document.toJS() as unknown);
  const parsed = configSchema.safeParse(content);
  const mistakes = [
    ...(parsed.success ? [] : schemaMistakes(read, parsed.error.issues)),
    ...sourceMistakes(read, content, options.checkUrl),
  ];
  if (!parsed.success || mistakes.length > 0) throw wrong(path, mistakes);
  const { writtenMs = Date.now() } = options;
  return {
    ...parsed.data,
    sources: parsed.data.sources.map(({ since, folder, ...each }) => ({
      ...each,
      ...(since !== undefined && { since: since(writtenMs) }),
      ...(folder !== undefined && { folder: resolve(dirname(path), folder) }),
    })),
  };
}

/** What no schema knows of sources: names that are there twice, and URLs. They are looked for in whatever else may be wrong. */
function sourceMistakes(read: ConfigText, content: unknown, checkUrl: ReadOptions["checkUrl"]): Mistake[] {
  const { sources } = (content ?? {}) as { readonly sources?: unknown };
  if (!Array.isArray(sources)) return [];
  const all = sources.map((source) => (source ?? {}) as { readonly name?: unknown; readonly url?: unknown });
  return all.flatMap(({ name, url }, at) => {
    const found: Mistake[] = [];
    if (typeof name === "string" && all.findIndex((other) => other.name === name) < at)
      found.push(
        mistakeAt(read, ["sources", at, "name"], {
          message: `two sources are called “${name}”`,
          next: "Give each source a name of its own.",
        }),
      );
    if (typeof url === "string" && url !== "") found.push(...urlMistakes(read, ["sources", at, "url"], url, checkUrl));
    return found;
  });
}

function urlMistakes(
  read: ConfigText,
  keys: readonly (string | number)[],
  url: string,
  checkUrl: ReadOptions["checkUrl"],
): Mistake[] {
  try {
    checkUrl?.(url);
    return [];
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    const { message, next = "Correct it." } = error;
    return [mistakeAt(read, keys, { message: `${named(keys)}: ${message}`, next })];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new WeirError({
      code: "config-unreadable",
      kind: "usage",
      message: `the configuration cannot be read: ${messageOf(error)}`,
      place: path,
      next: "Name a file that is there with --config or WEIR_CONFIG.",
      cause: error,
    });
  }
}

function yamlOf(path: string, text: string): ConfigText {
  const lines = new LineCounter();
  // Everything is text: 1m and 08:00 are what they look like.
  const options = { schema: "failsafe", lineCounter: lines, prettyErrors: false, logLevel: "silent" } as const;
  const document = parseDocument(text, options);
  // What follows the first error is read wrongly because of it.
  const [error] = document.errors;
  if (error === undefined) return { document, lines };
  const { line } = lines.linePos(error.pos[0]);
  throw wrong(path, [{ line, message: `this is no YAML: ${error.message}`, next: EXAMPLE }]);
}
