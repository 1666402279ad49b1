import { nearestWord } from "#base/nearest.js";
import type { NameEntry, NameKind } from "#catalog/index.js";
import { nameRoles, type NameRole } from "#model/names.js";
import { badNames, quoted, type Place } from "./bad-names.ts";
import { blockText, parseBlock } from "./blocks.ts";

/** One value of an entry as it was written, and where. */
export interface RawField {
  readonly field: string;
  /** Several where there is a list. */
  readonly values: readonly string[];
  readonly line: number;
}

/** An entry of a names file before anything is checked. */
export interface RawEntry {
  readonly fields: readonly RawField[];
  readonly line: number;
}

const targetKinds: Readonly<Record<string, NameKind>> = {
  cidr: "block",
  account: "account",
  network: "network",
  subnet: "subnet",
  interface: "interface",
};

/** Other words for fields, as flow logs and clouds call them. */
const aliases: Readonly<Record<string, string>> = {
  block: "cidr",
  address: "cidr",
  ip: "cidr",
  subscription: "account",
  vpc: "network",
  vnet: "network",
  eni: "interface",
  nic: "interface",
  mac: "interface",
};

const FIELDS = [...Object.keys(targetKinds), "name", "role", "owner"];

/** More names than any estate has: what passes it is no names file. */
const MOST_ENTRIES = 1_000_000;
export const MOST_CHARACTERS = 256;
export const MOST_ID_CHARACTERS = 1024;

const HOW = "An entry has one of cidr, account, network, subnet, interface; a name; and perhaps a role and an owner.";

/** Checks entries one after the other and gathers what they name. */
export class NameCollector {
  readonly entries: NameEntry[] = [];
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  /** The field that a column or key means. @throws WeirError `names-unreadable` when it means none */
  fieldOf(word: string, line: number): string {
    const field = word.trim().toLowerCase();
    const known = aliases[field] ?? field;
    if (FIELDS.includes(known)) return known;
    const near = nearestWord(field, [...FIELDS, ...Object.keys(aliases)]);
    const next = near === undefined ? HOW : `Did you mean ${near}? ${HOW}`;
    throw badNames(`${quoted(word)} is no field of a name`, this.#at(line), next);
  }

  /** @throws WeirError `names-unreadable` */
  add({ fields, line }: RawEntry): void {
    const given = new Map<string, RawField>();
    for (const field of fields) {
      const known = this.fieldOf(field.field, field.line);
      if (given.has(known)) throw badNames(`the entry has two values for ${known}`, this.#at(field.line), HOW);
      given.set(known, field);
    }
    const name = this.#label(given.get("name"));
    if (name === null) throw badNames("an entry has no name", this.#at(line), "Give each entry a name.");
    const owner = this.#label(given.get("owner"));
    const role = this.#role(given.get("role"));
    for (const { kind, target, at } of this.#targets(given, line)) {
      if (this.entries.length >= MOST_ENTRIES)
        throw badNames(
          `there are more than ${MOST_ENTRIES} names`,
          this.#at(at),
          "Name larger blocks, or split the file.",
        );
      this.entries.push({ kind, target, name, role, owner, line: at });
    }
  }

  #targets(given: ReadonlyMap<string, RawField>, line: number): { kind: NameKind; target: string; at: number }[] {
    const named = Object.keys(targetKinds).filter((field) => given.has(field));
    const [field, other] = named;
    const raw = given.get(field ?? "");
    if (field === undefined || raw === undefined || raw.values.length === 0)
      throw badNames("an entry says nothing of what it names", this.#at(line), HOW);
    if (other !== undefined)
      throw badNames(`an entry names two things, ${field} and ${other}`, this.#at(line), "Write two entries.");
    const kind = targetKinds[field] as NameKind;
    return raw.values.map((value) => ({
      kind,
      target: kind === "block" ? this.#block(value, raw.line) : this.#id(value, field, raw.line),
      at: raw.line,
    }));
  }

  #block(text: string, line: number): string {
    const block = parseBlock(text.trim());
    if (block !== undefined) return blockText(block);
    throw badNames(
      `${quoted(text)} is no address and no block of addresses`,
      this.#at(line),
      "Write 10.0.0.5, 10.0.0.0/8, 2001:db8::1 or 2001:db8::/32.",
    );
  }

  #id(text: string, field: string, line: number): string {
    const id = text.trim();
    if (id !== "" && id.length <= MOST_ID_CHARACTERS && !UNSEEN.test(id)) return id;
    throw badNames(
      `${quoted(id)} is no id of an ${field}`.replace(/ an ([^aeiou])/, " a $1"),
      this.#at(line),
      "Write the id as the flow log has it.",
    );
  }

  #role(raw: RawField | undefined): NameRole | null {
    const text = this.#single(raw);
    if (raw === undefined || text === "") return null;
    const word = text.toLowerCase().replaceAll(/[-\s]+/g, "_");
    const role = nameRoles.find((known) => known === word);
    if (role !== undefined) return role;
    const near = nearestWord(word, nameRoles);
    throw badNames(
      `${quoted(text)} is no role`,
      this.#at(raw.line),
      `${near === undefined ? "" : `Did you mean ${near}? `}Roles are ${nameRoles.join(", ")}.`,
    );
  }

  /** A name or an owner: one line that can be shown; null when there is none. */
  #label(raw: RawField | undefined): string | null {
    const text = this.#single(raw);
    if (raw === undefined || text === "") return null;
    if (text.length > MOST_CHARACTERS)
      throw badNames(
        `the ${raw.field} has ${text.length} characters`,
        this.#at(raw.line),
        `Make it ${MOST_CHARACTERS} at most.`,
      );
    if (UNSEEN.test(text))
      throw badNames(
        `the ${raw.field} has a control character in it`,
        this.#at(raw.line),
        "Write it as one line of plain text.",
      );
    return text;
  }

  #single(raw: RawField | undefined): string {
    if (raw === undefined) return "";
    if (raw.values.length > 1)
      throw badNames(`the entry has a list for ${raw.field}`, this.#at(raw.line), "Only cidr and ids can be lists.");
    return (raw.values[0] ?? "").trim();
  }

  #at(line: number): Place {
    return { source: this.#source, line };
  }
}

/** Controls, line separators, marks that reorder what is shown, and lone surrogates. */
export const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
