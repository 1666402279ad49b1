import { isMap, isScalar, type Document, type LineCounter } from "yaml";
import type { z } from "zod";
import { WeirError } from "#base/errors.js";
import { nearestWord } from "#base/nearest.js";
import { configSchema } from "./schema.ts";

/** What a configuration may look like. */
export const EXAMPLE = `Write, for example:
sources:
  - name: production
    folder: /srv/flow-logs
    every: 1m`;

type Keys = readonly (string | number)[];

/** Something that is wrong in a configuration. */
export interface Mistake {
  /** Of the line that it stands in; undefined: of no line. */
  readonly line: number | undefined;
  readonly message: string;
  readonly next: string;
}

/** A configuration's text, read as YAML: where its keys stand. */
export interface ConfigText {
  readonly document: Document;
  readonly lines: LineCounter;
}

/** All mistakes of a file as one error, in the order of their lines. */
export function wrong(path: string, mistakes: readonly Mistake[]): WeirError {
  const sorted = mistakes.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const [first = { line: undefined, message: "the configuration is wrong", next: EXAMPLE }, ...more] = sorted;
  const place = first.line === undefined ? path : `${path}:${first.line}`;
  const told = { code: "config-wrong", kind: "usage", place } as const;
  if (more.length === 0) return new WeirError({ ...told, message: first.message, next: first.next });
  const lines = sorted.map(
    ({ line, message, next }) => `  ${line === undefined ? "" : `line ${line}: `}${message}. ${firstLine(next)}`,
  );
  return new WeirError({
    ...told,
    message: [`the configuration has ${sorted.length} mistakes:`, ...lines].join("\n"),
    next: "Correct them all; nothing of the file holds until then.",
  });
}

/** The example helps with one mistake; of many it would be most of the text. */
function firstLine(next: string): string {
  return next === EXAMPLE ? "" : next;
}

/** What the schema says is wrong. */
export function schemaMistakes(text: ConfigText, issues: readonly z.core.$ZodIssue[]): Mistake[] {
  const unknown = issues.filter(({ code }) => code === "unrecognized_keys");
  // A key that is not known explains best what is missing around it.
  const isExplained = ({ path }: z.core.$ZodIssue): boolean =>
    unknown.some((each) => each.path.length > 0 && each.path.every((key, at) => path[at] === key));
  return issues
    .filter((issue) => issue.code === "unrecognized_keys" || !isExplained(issue))
    .flatMap((issue) => ofIssue(text, issue));
}

function ofIssue(text: ConfigText, issue: z.core.$ZodIssue): Mistake[] {
  const keys = issue.path.filter((key) => typeof key !== "symbol");
  if (issue.code === "unrecognized_keys") return issue.keys.map((unknown) => unknownKey(text, keys, unknown));
  return [mistakeAt(text, keys, wordsOf(text.document, keys, issue))];
}

function unknownKey(text: ConfigText, keys: Keys, unknown: string): Mistake {
  const known = knownKeys(keys);
  const near = nearestWord(unknown, known);
  return mistakeAt(text, [...keys, unknown], {
    message: `there is no key “${unknown}”${keys.length === 0 ? "" : ` in ${named(keys)}`}`,
    next: near === undefined ? `Keys here are ${known.join(", ")}.` : `Did you mean ${near}?`,
  });
}

function wordsOf(document: Document, keys: Keys, issue: z.core.$ZodIssue): Omit<Mistake, "line"> {
  if (issue.code === "invalid_value")
    return {
      message: `${named(keys)} has a value that is not known`,
      next: `Write ${issue.values.map(String).join(" or ")}.`,
    };
  if (issue.code === "invalid_type" && document.getIn(keys, true) === undefined)
    return { message: `${named(keys)} is missing`, next: EXAMPLE };
  if (issue.code === "invalid_type")
    return {
      message: `${named(keys)} is written in the wrong form${issue.expected === "array" ? ": it is a list" : ""}`,
      next: EXAMPLE,
    };
  const next: unknown = issue.code === "custom" ? issue.params?.["next"] : undefined;
  return {
    message: `${named(keys)}: ${issue.message}`,
    next: typeof next === "string" ? next : "Correct it, or leave it out for the default.",
  };
}

/** A mistake at a key, or at the nearest thing around it. */
export function mistakeAt({ document, lines }: ConfigText, keys: Keys, words: Omit<Mistake, "line">): Mistake {
  for (let depth = keys.length; depth > 0; depth--) {
    const offset = offsetOf(document, keys.slice(0, depth));
    if (offset !== undefined) return { ...words, line: lines.linePos(offset).line };
  }
  return { ...words, line: undefined };
}

/** `sources[0].every`. */
export function named(keys: Keys): string {
  if (keys.length === 0) return "the file";
  return keys.map((key, at) => (typeof key === "number" ? `[${key}]` : `${at === 0 ? "" : "."}${key}`)).join("");
}

/** The keys that are known at a place of the file. */
function knownKeys(keys: Keys): string[] {
  const [section] = keys;
  const { shape } = configSchema;
  if (section === undefined) return Object.keys(shape);
  if (section === "sources") return Object.keys(shape.sources.unwrap().element.shape);
  if (section === "limits") return Object.keys(shape.limits.unwrap().shape);
  if (section === "retention") return Object.keys(shape.retention.unwrap().shape);
  return section === "maintenance" ? Object.keys(shape.maintenance.unwrap().shape) : [];
}

function offsetOf(document: Document, keys: Keys): number | undefined {
  const parent = keys.length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
  const key = keys.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0];
  }
  const node = document.getIn(keys, true) as { range?: readonly number[] } | undefined;
  return node?.range?.[0];
}
