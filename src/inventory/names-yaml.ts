import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import { messageOf } from "#base/errors.js";
import type { NameEntry } from "#catalog/index.js";
import { badNames, type Place } from "./bad-names.ts";
import { NameCollector, type RawEntry, type RawField } from "./name-fields.ts";

const NEXT = `Write a list of entries:
- cidr: 10.0.0.0/16
  name: production`;

/** The document tree takes a hundred times the room of the text. */
const MOST_BYTES = 16_000_000;

/** Reads names from YAML, and so from JSON: a list of entries, or one under `names`. */
export function readNamesYaml(text: string, source: string): NameEntry[] {
  if (text.length > MOST_BYTES)
    throw badNames("the file is too large for YAML", { source }, "Write it as CSV: that has no limit but the names.");
  const lines = new LineCounter();
  const document = parsed(text, source, lines);
  return new YamlNames(document, source, lines).read();
}

function parsed(text: string, source: string, lineCounter: LineCounter): Document {
  let document: Document;
  try {
    // Everything is text: 012345678901 is an account and no number.
    document = parseDocument(text, { schema: "failsafe", lineCounter, prettyErrors: false, logLevel: "silent" });
  } catch (error) {
    throw badNames(`this is no YAML: ${messageOf(error)}`, { source }, NEXT);
  }
  const [error] = document.errors;
  if (error === undefined) return document;
  throw badNames(`this is no YAML: ${error.message}`, { source, line: lineCounter.linePos(error.pos[0]).line }, NEXT);
}

class YamlNames {
  readonly #document: Document;
  readonly #source: string;
  readonly #lines: LineCounter;
  readonly #collector: NameCollector;

  constructor(document: Document, source: string, lines: LineCounter) {
    this.#document = document;
    this.#source = source;
    this.#lines = lines;
    this.#collector = new NameCollector(source);
  }

  read(): NameEntry[] {
    for (const entry of this.#list()) this.#collector.add(this.#entryOf(this.#resolved(entry)));
    return this.#collector.entries;
  }

  #list(): readonly unknown[] {
    const top = this.#resolved(this.#document.contents);
    if (top === undefined) throw badNames("the file is empty", { source: this.#source }, NEXT);
    const list = isMap(top) && top.has("names") ? this.#resolved(top.get("names", true)) : top;
    if (isSeq(list)) return list.items;
    const learned = isMap(top) && top.items.some(({ key }) => isScalar(key) && LEARNED.test(String(key.value)));
    throw badNames(
      "this is no list of names",
      this.#at(top),
      learned ? "This looks like the output of a cloud's command: use `weir names learn`." : NEXT,
    );
  }

  #entryOf(node: Node | undefined): RawEntry {
    if (!isMap(node)) throw badNames("an entry is not a set of fields", this.#at(node), NEXT);
    const fields = node.items.map(({ key, value }): RawField => {
      const word = this.#resolved(key);
      if (!isScalar(word)) throw badNames("a field has no plain name", this.#at(word ?? node), NEXT);
      const given = this.#resolved(value);
      const { line = 1 } = this.#at(given ?? word);
      return { field: String(word.value), values: this.#valuesOf(given), line };
    });
    return { fields: fields.filter(({ values }) => values.length > 0), line: this.#at(node).line ?? 1 };
  }

  /** An empty value says nothing. */
  #valuesOf(node: Node | undefined): string[] {
    if (node === undefined) return [];
    const items = isSeq(node) ? node.items.map((item) => this.#resolved(item)) : [node];
    return items.flatMap((item) => {
      if (!isScalar(item)) throw badNames("a value is no plain text", this.#at(item ?? node), NEXT);
      const text = String(item.value);
      // Everything is text, also a null that someone wrote out.
      return text === "" || (item.type === "PLAIN" && /^(null|~)$/i.test(text)) ? [] : [text];
    });
  }

  #resolved(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.#document);
    return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
  }

  #at(node: Node | undefined): Place & { line?: number } {
    const at = node?.range?.[0];
    return { source: this.#source, ...(at !== undefined && { line: this.#lines.linePos(at).line }) };
  }
}

/** Keys at the top of what `weir names learn` reads. */
const LEARNED = /^(Accounts|Vpcs|Subnets|NetworkInterfaces|id)$/;

/** Entries as a names.yaml that {@link readNamesYaml} reads. A JSON text is YAML, whatever the name holds. */
export function* writeNamesYaml(entries: readonly NameEntry[]): Generator<string> {
  if (entries.length === 0) yield "names: []\n";
  else yield "names:\n";
  for (const { kind, target, name, role, owner } of entries) {
    const lines = [
      `- ${kind === "block" ? "cidr" : kind}: ${JSON.stringify(target)}`,
      `  name: ${JSON.stringify(name)}`,
    ];
    if (role !== null) lines.push(`  role: ${role}`);
    if (owner !== null) lines.push(`  owner: ${JSON.stringify(owner)}`);
    yield `${lines.join("\n")}\n`;
  }
}
