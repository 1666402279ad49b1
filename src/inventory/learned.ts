import type { AddressWords } from "#base/address.js";
import type { InterfaceFact, NameEntry, NameKind } from "#catalog/index.js";
import { idKey, type NameRole } from "#model/names.js";
import { badNames, quoted } from "./bad-names.ts";
import { addressesOf, blockText, parseBlock } from "./blocks.ts";
import type { CloudItem } from "./cloud-item.ts";
import { MOST_CHARACTERS, MOST_ID_CHARACTERS, UNSEEN } from "./name-fields.ts";

/** What things a file told of: the word for them → how many. */
export type Found = Readonly<Record<string, number>>;

/** A name as a cloud has it, made fit to be shown: one line, not too long. Undefined when nothing is left of it. */
export function cleanName(text: string | undefined): string | undefined {
  const clean = text?.replaceAll(new RegExp(UNSEEN, "gu"), " ").replaceAll(/ {2,}/g, " ").trim() ?? "";
  if (clean === "") return undefined;
  return clean.length > MOST_CHARACTERS ? `${clean.slice(0, MOST_CHARACTERS - 1).toWellFormed()}…` : clean;
}

/** A prefix that an interface owns is told address by address up to this many: AWS gives /28. */
const MOST_OWN = 256;

/** Who a thing is. Without a name only its role counts. */
export interface Identity {
  readonly name: string | undefined;
  readonly role: NameRole | null;
  readonly owner: string | null;
}

/** Gathers what is learned from one file. */
export class Learned {
  readonly entries: NameEntry[] = [];
  readonly #source: string;
  readonly #interfaces = new Map<string, { addresses: AddressWords[]; role: NameRole | null }>();
  readonly #found: Record<string, number> = {};
  /** Things without a name of their own. */
  unnamed = 0;
  /** Things that are none of those that names come from. */
  unknown = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get found(): Found {
    return this.#found;
  }

  get interfaces(): InterfaceFact[] {
    return [...this.#interfaces].map(([observerId, fact]) => ({ observerId, ...fact }));
  }

  count(word: string, name: string | undefined): void {
    this.#found[word] = (this.#found[word] ?? 0) + 1;
    if (name === undefined) this.unnamed++;
  }

  id(kind: NameKind, id: string | undefined, { name, role, owner }: Identity): void {
    if (id === undefined || name === undefined || !isFit(id)) return;
    // Azure's long ids are read by people with the capitals that they chose.
    this.entries.push({ kind, target: id.startsWith("/") ? id : idKey(id), name, role, owner, line: null });
  }

  /** Names a block, if there is one. @returns its addresses, none when they are too many */
  block(text: string | undefined, { name, role, owner }: Identity, place: CloudItem): AddressWords[] {
    if (text === undefined) return [];
    const block = parseBlock(text);
    if (block === undefined)
      throw badNames(
        `${quoted(text)} is no address and no block of addresses`,
        { source: this.#source, path: place.path },
        "Run the command again and give its output as it is.",
      );
    if (name !== undefined)
      this.entries.push({ kind: "block", target: blockText(block), name, role, owner, line: null });
    return addressesOf(block, MOST_OWN);
  }

  fact(observerId: string | undefined, addresses: readonly AddressWords[], role: NameRole | null): void {
    if (observerId !== undefined && isFit(observerId))
      this.#interfaces.set(idKey(observerId), { addresses: [...addresses], role });
  }
}

/** No cloud has other ids: what is none names nothing. */
function isFit(id: string): boolean {
  return id.length <= MOST_ID_CHARACTERS && !UNSEEN.test(id);
}

/** The owner's name in a thing's tags. */
export function ownerOf(item: CloudItem): string | null {
  return cleanName(item.tag("owner") ?? item.tag("team")) ?? null;
}
