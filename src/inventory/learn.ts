import type { InterfaceFact, NameEntry } from "#catalog/index.js";
import { badNames } from "./bad-names.ts";
import { CloudItem } from "./cloud-item.ts";
import { jsonDocuments } from "./json-documents.ts";
import { awsReaders } from "./learn-aws.ts";
import { azureReaders } from "./learn-azure.ts";
import { Learned, type Found } from "./learned.ts";

/** What a cloud's command told. */
export interface LearnedNames {
  readonly entries: readonly NameEntry[];
  readonly interfaces: readonly InterfaceFact[];
  readonly found: Found;
  /** Things without a name of their own. */
  readonly unnamed: number;
  /** Things that are none of those that names come from. */
  readonly unknown: number;
}

const readers = [...awsReaders, ...azureReaders];

/** Keys under which commands and services wrap their lists. */
const WRAPPERS = ["Accounts", "Vpcs", "Subnets", "NetworkInterfaces", "value"] as const;
const DEEPEST = 8;

/**
 * Reads what a cloud's command printed about accounts, networks, subnets and interfaces. What it is shows in its content: lists
 * with or without their wrapper, single things, several documents in one file.
 * @throws WeirError `names-unreadable` when it is no JSON, an address in it is none, or nothing in it is known
 */
export function learnNames(text: string, source: string): LearnedNames {
  const learned = new Learned(source);
  for (const document of jsonDocuments(text, source)) learnFrom(document, "", learned, 0);
  if (Object.keys(learned.found).length === 0) throw nothingKnown(learned, source);
  const { entries, interfaces, found, unnamed, unknown } = learned;
  return { entries, interfaces, found, unnamed, unknown };
}

function learnFrom(value: unknown, path: string, learned: Learned, depth: number): void {
  if (Array.isArray(value) && depth < DEEPEST) {
    for (const [at, element] of value.entries()) learnFrom(element, `${path}[${at}]`, learned, depth + 1);
    return;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    learned.unknown++;
    return;
  }
  const item = new CloudItem(value, path);
  const reader = readers.find((each) => each.recognises(item));
  if (reader !== undefined) {
    reader.read(item, learned, reader.word);
    return;
  }
  const wrapper = WRAPPERS.find((key) => Array.isArray(item.value(key)));
  if (wrapper === undefined) learned.unknown++;
  else learnFrom(item.value(wrapper), path === "" ? wrapper : `${path}.${wrapper}`, learned, depth + 1);
}

function nothingKnown({ unknown }: Learned, source: string): Error {
  return unknown === 0
    ? badNames("the lists in it are empty", { source }, "Check the account, the region and the subscription.")
    : badNames(
        "nothing in it is known",
        { source },
        "`weir names learn --help` lists the commands whose output is read; your own list is for `weir names add`.",
      );
}
