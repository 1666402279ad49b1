import { datasetFields, type DatasetName, type Field } from "#model/datasets.js";
import { measureOf, measuresOf, type MeasureName } from "#model/measures.js";

/** The family of a dimension: which end it tells of, or what kind of thing it is. */
export type Family = "client" | "server" | "either" | "verdict" | "service" | "other";

const families: Readonly<Record<string, Family>> = {
  service: "service",
  protocol: "service",
  server_port: "service",
  dst_port: "service",
  verdict: "verdict",
  action: "verdict",
  state: "verdict",
  class: "verdict",
  decided_at: "verdict",
};

/** Something that can be chosen from a list. */
export interface Choice {
  readonly name: string;
  readonly heading: string;
  readonly description: string;
  readonly family: Family;
}

const familyTitles: Readonly<Record<Family, string>> = {
  service: "Service",
  verdict: "Verdict",
  client: "Client",
  server: "Server",
  either: "Either end",
  other: "More",
};

export function familyTitle(family: Family): string {
  return familyTitles[family];
}

const order: readonly Family[] = ["service", "verdict", "client", "server", "either", "other"];

export function familyOf(name: string): Family {
  const known = families[name];
  if (known !== undefined) return known;
  if (/^(client|src)_/.test(name)) return "client";
  if (/^(server|dst)_/.test(name)) return "server";
  return eitherEnd.has(name) ? "either" : "other";
}

const eitherEnd = new Set(
  datasetFields("conversations")
    .filter(({ columns }) => columns.length === 2)
    .map(({ name }) => name),
);

/** What a dataset can be grouped by, in families. */
export function dimensionsOf(dataset: DatasetName): Choice[] {
  return datasetFields(dataset)
    .filter(({ groupable, name }) => groupable && name !== "folded")
    .map((field) => ({ ...choiceOf(field), family: familyOf(field.name) }))
    .toSorted((a, b) => order.indexOf(a.family) - order.indexOf(b.family));
}

function choiceOf({ name, heading, description }: Field): Omit<Choice, "family"> {
  return { name, heading, description };
}

/** What a dataset can count. */
export function measureChoices(dataset: DatasetName): Choice[] {
  return measuresOf(dataset).map((name) => {
    const { heading, description } = measureOf(name);
    return { name, heading, description, family: "other" };
  });
}

/** The heading of a measure, and its unit; a word that is none stands for itself. */
export function measureInfo(name: string): {
  readonly heading: string;
  readonly unit: string | null;
  readonly adds: boolean;
} {
  const known = isMeasure(name) ? measureOf(name) : undefined;
  return { heading: known?.heading ?? name, unit: known?.unit ?? null, adds: known?.adds ?? false };
}

const measureWords: ReadonlySet<string> = new Set(
  (["conversations", "observations", "flows"] as const).flatMap((dataset) => measuresOf(dataset)),
);

function isMeasure(name: string): name is MeasureName {
  return measureWords.has(name);
}

/** The heading of a dimension. */
export function dimensionHeading(name: string, dataset: DatasetName): string {
  return datasetFields(dataset).find((field) => field.name === name)?.heading ?? name;
}

/** Choices whose name, heading or description has every word of a search; those whose name begins with it first. */
export function found(choices: readonly Choice[], search: string): Choice[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...choices];
  const text = ({ name, heading, description }: Choice): string =>
    `${name.replaceAll("_", " ")} ${name} ${heading} ${description}`.toLowerCase();
  const rank = ({ name, heading }: Choice): number => {
    const own = `${name.replaceAll("_", " ")} ${heading}`.toLowerCase();
    const elsewhere = words.filter((word) => !own.includes(word)).length;
    return elsewhere * 2 + (own.startsWith(words[0] ?? "") ? 0 : 1);
  };
  return choices
    .filter((choice) => words.every((word) => text(choice).includes(word)))
    .toSorted((a, b) => rank(a) - rank(b));
}
