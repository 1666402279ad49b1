import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isMap, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import { messageOf, WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import { configSchema, type WeirConfig } from "./schema.ts";

/** The name of a lake's own configuration, in its data folder. */
const FILE = "weir.yaml";
const EXAMPLE = `Write, for example:
sources:
  - name: production
    folder: /srv/flow-logs
    every: 1m`;

/** What holds where nothing is set. */
export const defaultConfig: WeirConfig = configSchema.parse({});

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

/**
 * Reads a configuration. Folders are named from where the file lies.
 * @throws WeirError `config-unreadable`, or `config-wrong` with file, line, key and what to do
 */
export function readConfig(path: string): WeirConfig {
  return parseConfig(path, textOf(path));
}

/**
 * Checks the text of a configuration. @param path where it lies, or will
 * @throws WeirError `config-wrong` with file, line, key and what to do
 */
export function parseConfig(path: string, text: string): WeirConfig {
  const lines = new LineCounter();
  const document = documentOf(path, text, lines);
  // An empty file sets nothing.
  const parsed = configSchema.safeParse(document.contents === null ? {} : (document.toJS() as unknown));
  if (!parsed.success) throw mistake(path, document, lines, parsed.error.issues);
  const { sources } = parsed.data;
  const twice = sources.findIndex(({ name }, at) => sources.findIndex((other) => other.name === name) < at);
  if (twice >= 0)
    throw wrong(placeOf(path, document, lines, ["sources", twice, "name"]), {
      message: `two sources are called “${sources[twice]?.name}”`,
      next: "Give each source a name of its own.",
    });
  return {
    ...parsed.data,
    sources: sources.map((each) =>
      each.folder === undefined ? each : { ...each, folder: resolve(dirname(path), each.folder) },
    ),
  };
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

function documentOf(path: string, text: string, lineCounter: LineCounter): Document {
  // Everything is text: 1m and 08:00 are what they look like.
  const document = parseDocument(text, { schema: "failsafe", lineCounter, prettyErrors: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error === undefined) return document;
  const { line } = lineCounter.linePos(error.pos[0]);
  throw wrong(`${path}:${line}`, { message: `this is no YAML: ${error.message}`, next: EXAMPLE });
}

function mistake(path: string, document: Document, lines: LineCounter, issues: readonly z.core.$ZodIssue[]): WeirError {
  // A key that is not known explains best what is missing.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue === undefined) return wrong(path, { message: "the configuration is wrong", next: EXAMPLE });
  const keys = issue.path.filter((key) => typeof key !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const [unknown = ""] = issue.keys;
    const known = knownKeys(keys);
    const near = nearestWord(unknown, known);
    return wrong(placeOf(path, document, lines, [...keys, unknown]), {
      message: `there is no key “${unknown}”${keys.length === 0 ? "" : ` in ${named(keys)}`}`,
      next: near === undefined ? `Keys here are ${known.join(", ")}.` : `Did you mean ${near}?`,
    });
  }
  const place = placeOf(path, document, lines, keys);
  if (issue.code === "invalid_value")
    return wrong(place, {
      message: `${named(keys)} has a value that is not known`,
      next: `Write ${issue.values.map(String).join(" or ")}.`,
    });
  const isMissing = issue.code === "invalid_type" && document.getIn(keys, true) === undefined;
  if (isMissing) return wrong(place, { message: `${named(keys)} is missing`, next: EXAMPLE });
  if (issue.code === "invalid_type")
    return wrong(place, {
      message: `${named(keys)} is written in the wrong form${issue.expected === "array" ? ": it is a list" : ""}`,
      next: EXAMPLE,
    });
  return wrong(place, {
    message: `${named(keys)}: ${issue.message}`,
    next: "Correct it, or leave it out for the default.",
  });
}

/** `sources[0].every`. */
function named(keys: readonly (string | number)[]): string {
  if (keys.length === 0) return "the file";
  return keys.map((key, at) => (typeof key === "number" ? `[${key}]` : `${at === 0 ? "" : "."}${key}`)).join("");
}

/** The keys that are known at a place of the file. */
function knownKeys(keys: readonly (string | number)[]): string[] {
  const [section] = keys;
  const { shape } = configSchema;
  if (section === undefined) return Object.keys(shape);
  if (section === "sources") return Object.keys(shape.sources.unwrap().element.shape);
  if (section === "limits") return Object.keys(shape.limits.unwrap().shape);
  if (section === "retention") return Object.keys(shape.retention.unwrap().shape);
  return section === "maintenance" ? Object.keys(shape.maintenance.unwrap().shape) : [];
}

/** `weir.yaml:4`: the line of a key, or of the nearest thing around it. */
function placeOf(path: string, document: Document, lines: LineCounter, keys: readonly (string | number)[]): string {
  for (let depth = keys.length; depth > 0; depth--) {
    const offset = offsetOf(document, keys.slice(0, depth));
    if (offset !== undefined) return `${path}:${lines.linePos(offset).line}`;
  }
  return path;
}

function offsetOf(document: Document, keys: readonly (string | number)[]): number | undefined {
  const parent = keys.length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
  const key = keys.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0];
  }
  const node = document.getIn(keys, true) as { range?: readonly number[] } | undefined;
  return node?.range?.[0];
}

function wrong(place: string, { message, next }: { message: string; next: string }): WeirError {
  return new WeirError({ code: "config-wrong", kind: "usage", message, place, next });
}
