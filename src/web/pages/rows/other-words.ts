import { formatFilter, lintFilter, parseFilter } from "#filter/index.js";
import type { FilterNode, FilterValue } from "#model/filter.js";
import type { RowDataset } from "./rows-state.ts";

/** A filter in the words of the other dataset. */
export interface OtherWords {
  /** Finds every flow of the conversations that the filter found; or every conversation of the flows. */
  readonly filter: string;
  /** The conditions of which that cannot be asked: what holds for one row of the one need not hold for all of its rows of the other. */
  readonly left: readonly string[];
  /** What comes nearest to them, as a filter to switch on. */
  readonly near: string;
}

/** Which end of a conversation sent what a flow counts first. */
type Sender = "client" | "server";

/** What both datasets know of each end, and what is the same at all rows of a conversation. */
const ofEnds: ReadonlySet<string> = new Set(["ip", "port", "name", "role", "owner"]);
const ofBoth: ReadonlySet<string> = new Set(["protocol", ...ofEnds]);

/**
 * Says a filter in the words of the other dataset. A conversation has flows of both directions, so what is said of client and
 * server is asked in both.
 */
export function inWordsOf(dataset: RowDataset, filter: string): OtherWords {
  const from: RowDataset = dataset === "flows" ? "conversations" : "flows";
  if (filter.trim() === "" || lintFilter(filter, from).length > 0) return { filter, left: [], near: "" };
  const top = parseFilter(filter, from);
  const conditions = top.kind === "and" ? top.parts : [top];
  const left = conditions.filter((each) => turned(each, "client", dataset) === undefined);
  const both = conditions.filter((each) => !left.includes(each));
  const isOfAnEnd = (each: FilterNode): boolean =>
    text(turned(each, "client", dataset)) !== text(turned(each, "server", dataset));
  const parts = [...inBothDirections(both.filter(isOfAnEnd), dataset), ...both.filter((each) => !isOfAnEnd(each))];
  return {
    filter: text(all(parts)),
    left: left.map(formatFilter),
    near: text(all(left.flatMap((each) => nearest(each, dataset)))),
  };
}

function text(node: FilterNode | undefined): string {
  return node === undefined ? "" : formatFilter(node);
}

function all(parts: readonly FilterNode[]): FilterNode | undefined {
  return parts.length > 1 ? { kind: "and", parts } : parts[0];
}

/** Conditions on ends: one that asks for a value is asked of either end, others together in the one direction or in the other. */
function inBothDirections(parts: readonly FilterNode[], dataset: RowDataset): FilterNode[] {
  const [only] = parts;
  if (only === undefined) return [];
  const field = parts.length === 1 && "field" in only && (!("negated" in only) || !only.negated) ? only.field : "";
  const own = /^(?:client|server|src|dst)_(\w+)$/.exec(field)?.[1];
  if (own !== undefined) return [{ ...only, field: own } as FilterNode];
  const directions = (["client", "server"] as const).flatMap((sender) => {
    const one = all(parts.flatMap((part) => turned(part, sender, dataset) ?? []));
    return one?.kind === "or" ? one.parts : (one ?? []);
  });
  return [{ kind: "or", parts: [...new Map(directions.map((each) => [text(each), each])).values()] }];
}

/** A condition for flows that one end sent, or for conversations of such flows; undefined where it cannot be said. */
function turned(node: FilterNode, sender: Sender, dataset: RowDataset): FilterNode | undefined {
  switch (node.kind) {
    case "and":
    case "or": {
      const parts = node.parts.map((part) => turned(part, sender, dataset));
      return parts.every((part) => part !== undefined) ? { kind: node.kind, parts } : undefined;
    }
    case "not": {
      const part = turned(node.part, sender, dataset);
      return part === undefined ? undefined : { kind: "not", part };
    }
    case "columns": {
      const [left, right] = [turnedField(node.left, sender), turnedField(node.right, sender)];
      return left === undefined || right === undefined ? undefined : { ...node, left, right };
    }
    case "in":
    case "compare":
    case "like":
    case "match":
    case "known": {
      if (node.field === "service") return turnedService(node, sender, dataset);
      const field = turnedField(node.field, sender);
      return field === undefined ? undefined : { ...node, field };
    }
  }
}

function turnedField(field: string, sender: Sender): string | undefined {
  if (ofBoth.has(field)) return field;
  const [, end = "", own = ""] = /^(client|server|src|dst)_(\w+)$/.exec(field) ?? [];
  if (!ofEnds.has(own)) return undefined;
  const isSent = sender === "client";
  const ends: Readonly<Record<string, string>> = isSent
    ? { client: "src", server: "dst", src: "client", dst: "server" }
    : { client: "dst", server: "src", src: "server", dst: "client" };
  return `${ends[end]}_${own}`;
}

/** Port and protocol of the server: of a flow that the server sent, those of its source. */
function turnedService(node: FilterNode, sender: Sender, dataset: RowDataset): FilterNode | undefined {
  if (node.kind !== "in") return undefined;
  if (sender === "client") return node;
  const port = dataset === "flows" ? "src_port" : "client_port";
  const asked = node.values.map((value): FilterNode => {
    if (value.type !== "service") throw new Error("a service is compared with services");
    const { first, last, protocol } = value;
    const ports: FilterValue = first === last ? { type: "number", number: first } : { type: "range", first, last };
    const isOf = (field: string, one: FilterValue): FilterNode => ({
      kind: "in",
      field,
      values: [one],
      negated: false,
    });
    return { kind: "and", parts: [isOf(port, ports), isOf("protocol", { type: "number", number: protocol })] };
  });
  const [one] = asked;
  const found: FilterNode = asked.length === 1 && one !== undefined ? one : { kind: "or", parts: asked };
  return node.negated ? { kind: "not", part: found } : found;
}

/** What the other dataset knows under the same name, or a verdict for an action. */
function nearest(node: FilterNode, dataset: RowDataset): FilterNode[] {
  const other = dataset === "flows" ? { verdict: "action" } : { action: "verdict" };
  const said = formatFilter(node).replace(/^(?:verdict|action)\b/, (word) => other[word as keyof typeof other] ?? word);
  return lintFilter(said, dataset).length > 0 ? [] : [parseFilter(said, dataset)];
}
