import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isNode, isSeq, parseDocument, type YAMLSeq } from "yaml";

/** A source as it is written into `weir.yaml`: its keys in the order in which they are written, all values texts. */
export type SourceDraft = Readonly<{ name: string } & Partial<Record<string, string>>>;

const OPTIONS = { schema: "failsafe", prettyErrors: false, logLevel: "silent" } as const;
/** A long URL stays one line. */
const WRITTEN = { lineWidth: 0 } as const;

/** The lines of sources as they stand in a configuration. */
export function sourcesYaml(drafts: readonly SourceDraft[]): string {
  return new Document({ sources: drafts }, OPTIONS).toString(WRITTEN);
}

/**
 * A configuration with more sources at its end. All that stood in it stays as it was, byte for byte, where its sources are a list with
 * a line for each; else by value, with its comments and its order.
 * @param text a configuration that can be read; may be empty
 */
export function addSources(text: string, drafts: readonly SourceDraft[]): string {
  const document = parseDocument(text, OPTIONS);
  const wanted = contentOf(document);
  wanted["sources"] = [...listOf(wanted["sources"]), ...drafts];
  const inserted = insert(text, document, drafts);
  if (inserted !== undefined && means(inserted, wanted)) return inserted;
  const list = document.get("sources");
  if (!isSeq(list)) document.set("sources", document.createNode([]));
  else if (list.items.length === 0) list.flow = false;
  for (const draft of drafts) document.addIn(["sources"], draft);
  return document.toString(WRITTEN);
}

/** A configuration without a source; undefined when it has none of that name. All the rest stays, comments too. */
export function removeSource(text: string, name: string): string | undefined {
  const document = parseDocument(text, OPTIONS);
  const sources = document.get("sources");
  if (!isSeq(sources)) return undefined;
  const at = sources.items.findIndex((item) => isMap(item) && item.get("name") === name);
  if (at < 0) return undefined;
  const wanted = contentOf(document);
  wanted["sources"] = listOf(wanted["sources"]).filter((_, index) => index !== at);
  const lines = linesOf(text, sources, at);
  const cut = lines === undefined ? undefined : text.slice(0, lines.from) + text.slice(lines.to);
  if (cut !== undefined && means(cut, wanted)) return cut;
  document.deleteIn(["sources", at]);
  return document.toString(WRITTEN);
}

/** Writes a configuration in one step: whoever reads it finds it as it was or as it is now, never half of it. */
export function writeConfig(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  // A link stays a link: what it leads to is written.
  const target = existsSync(path) ? realpathSync(path) : path;
  const mode = statSync(target, { throwIfNoEntry: false })?.mode ?? 0o644;
  const fresh = `${target}.${process.pid}.new`;
  const file = openSync(fresh, "w", mode & 0o777);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, target);
}

/** The text with lines for the sources after those that are there; undefined when they are no plain list. */
function insert(text: string, document: Document.Parsed, drafts: readonly SourceDraft[]): string | undefined {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const sources = document.get("sources");
  const block = (indent: string): string =>
    drafts
      .flatMap((draft) => new Document([draft], OPTIONS).toString(WRITTEN).trimEnd().split("\n"))
      .map((line) => `${indent}${line}${end}`)
      .join("");
  if (isSeq(sources)) {
    const last = sources.items.length - 1;
    const lines = linesOf(text, sources, last);
    if (sources.flow === true || lines === undefined) return undefined;
    const before = text.slice(0, lines.to);
    return `${before}${before.endsWith("\n") ? "" : end}${block(lines.indent)}${text.slice(lines.to)}`;
  }
  if (document.has("sources")) return undefined;
  const gap = text === "" ? "" : text.endsWith("\n") ? end : `${end}${end}`;
  return `${text}${document.contents === null ? gap.slice(end.length) : gap}sources:${end}${block("  ")}`;
}

/** Where the lines of an item of a list begin and end, and how far its dash is indented. */
function linesOf(
  text: string,
  sources: YAMLSeq,
  at: number,
): { readonly from: number; readonly to: number; readonly indent: string } | undefined {
  const item = sources.items[at];
  const range = isNode(item) ? item.range : undefined;
  if (range === undefined || range === null) return undefined;
  const from = text.lastIndexOf("\n", range[0] - 1) + 1;
  const [, indent] = /^( *)-[ \t]+$/.exec(text.slice(from, range[0])) ?? [];
  if (indent === undefined) return undefined;
  // The value of the last key may be a block of lines that ends with the break of its last one.
  const breakAt = text.indexOf("\n", Math.max(from, range[1] - 1));
  return { from, to: breakAt < 0 ? text.length : breakAt + 1, indent };
}

function means(text: string, wanted: Record<string, unknown>): boolean {
  const document = parseDocument(text, OPTIONS);
  return document.errors.length === 0 && isDeepStrictEqual(contentOf(document), wanted);
}

function contentOf(document: Document.Parsed): Record<string, unknown> {
  return document.contents === null ? {} : (document.toJS() as Record<string, unknown>);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
