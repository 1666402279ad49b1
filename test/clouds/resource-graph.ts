import type { AzureResource } from "./azure-resources.ts";

/** A query that was understood: resources of these types, with these columns. */
interface GraphQuery {
  readonly table: string;
  /** All, when it is empty. */
  readonly types: readonly string[];
  /** Name and path of each column; whole rows, when it is not said. */
  readonly columns: readonly (readonly [name: string, path: string])[] | undefined;
}

/**
 * Runs the few kinds of query that this server knows: a table, `where type …`, `project …` and `order by id asc`.
 * @returns undefined for every other query, so that nobody takes a wrong answer for a right one
 */
export function runQuery(text: string, resources: readonly AzureResource[]): readonly object[] | undefined {
  const query = parse(text);
  if (query === undefined) return undefined;
  if (query.table !== "resources" && query.table !== "resourcecontainers") return [];
  const { types, columns } = query;
  const isContainer = ({ type }: AzureResource): boolean => type.startsWith("microsoft.resources/");
  const rows = resources
    .filter((row) => isContainer(row) === (query.table === "resourcecontainers"))
    .filter(({ type }) => types.length === 0 || types.includes(type))
    .sort((a, b) => (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : 1));
  if (columns === undefined) return rows;
  return rows.map((row) => Object.fromEntries(columns.map(([name, path]) => [name, valueAt(row, path)])));
}

function parse(text: string): GraphQuery | undefined {
  const [table = "", ...steps] = text.split("|").map((step) => step.trim().replaceAll(/\s+/g, " "));
  if (!/^\w+$/.test(table)) return undefined;
  let types: string[] = [];
  let columns: GraphQuery["columns"];
  for (const step of steps) {
    const where = /^where (type .*)$/i.exec(step)?.[1];
    const project = /^project (.*)$/i.exec(step)?.[1];
    if (where !== undefined) {
      const wanted = typesOf(where);
      if (wanted === undefined) return undefined;
      types = wanted;
    } else if (project !== undefined) {
      columns = project.split(/,(?![^(]*\))/).map(columnOf);
    } else if (!/^order by id( asc)?$/i.test(step)) return undefined;
  }
  return { table: table.toLowerCase(), types, columns };
}

/** `type =~ 'a' or type == "b"`, or `type in~ ('a', 'b')`. */
function typesOf(condition: string): string[] | undefined {
  const quoted = String.raw`(?:'[^']*'|"[^"]*")`;
  const one = String.raw`type (?:=~|==) ${quoted}`;
  const either = new RegExp(`^${one}(?: or ${one})*$`, "i");
  const within = new RegExp(String.raw`^type in~? ?\( ?${quoted}(?: ?, ?${quoted})* ?\)$`, "i");
  if (!either.test(condition) && !within.test(condition)) return undefined;
  return [...condition.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, a, b]) => (a ?? b ?? "").toLowerCase());
}

/** `id`, `properties.storageId`, `storage = tostring(properties.storageId)`. */
function columnOf(text: string): readonly [string, string] {
  const [left = "", right] = text.split("=").map((side) => side.trim());
  const path = (right ?? left).replace(/^to\w+\((.*)\)$/, "$1");
  // A path without a name is called as its parts are, with lines between them.
  return [right === undefined ? path.replaceAll(".", "_") : left, path];
}

function valueAt(row: AzureResource, path: string): unknown {
  const packed = /^pack\((.*)\)$/
    .exec(path)?.[1]
    ?.split(",")
    .map((part) => part.trim());
  if (packed !== undefined)
    return Object.fromEntries(
      packed.flatMap((part, at) =>
        at % 2 === 0 ? [[part.replaceAll("'", ""), valueAt(row, packed[at + 1] ?? "")]] : [],
      ),
    );
  return (
    path.split(".").reduce<unknown>((value, name) => {
      return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
    }, row) ?? null
  );
}
