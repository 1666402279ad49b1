import type { MapJson, MapNodeJson } from "#api/contract/index.js";

/** What is counted on the map. */
export const mapMeasures = ["bytes", "conversations", "denied"] as const;
export type MapMeasure = (typeof mapMeasures)[number];

/** Bytes, conversations and denied attempts; then the same of the time before, where there is one. */
export type Sums = readonly number[];

/** A box with what is around it and in it, by places in the list. */
export interface MapBox extends MapNodeJson {
  readonly at: number;
  readonly depth: number;
  /** In the order in which they are drawn and walked. */
  readonly children: readonly number[];
  /** Boxes without boxes in them, itself included if it is one. */
  readonly leaves: number;
  /** How deep in the order of clouds, accounts, networks, subnets, workloads: 0 to 4. */
  readonly rank: number;
}

export interface MapEdge {
  readonly client: number;
  readonly server: number;
  readonly sums: Sums;
}

export interface MapTree {
  readonly boxes: readonly MapBox[];
  readonly tops: readonly number[];
  readonly edges: readonly MapEdge[];
}

const cloudOrder = ["aws", "azure", "gcp"];
const ranks: Readonly<Record<MapNodeJson["kind"], number>> = {
  cloud: 0,
  outside: 0,
  account: 1,
  network: 2,
  subnet: 3,
  block: 3,
  internet: 3,
  private: 3,
  address: 4,
  public_block: 4,
  name: 4,
  rest: 4,
};

/** The answer as a tree. The order of boxes depends on what they are, never on their volume: they keep their places. */
export function mapTree({ nodes, edges }: Pick<MapJson, "nodes" | "edges">): MapTree {
  const children = nodes.map((): number[] => []);
  const tops: number[] = [];
  for (const [at, { parent }] of nodes.entries()) (children[parent] ?? tops).push(at);
  const leaves = nodes.map(() => 0);
  const depths: number[] = [];
  for (const [at, { parent }] of nodes.entries()) depths[at] = (depths[parent] ?? -1) + 1;
  for (let at = nodes.length - 1; at >= 0; at--) {
    if (children[at]?.length === 0) leaves[at] = 1;
    const parent = nodes[at]?.parent ?? -1;
    if (parent >= 0) leaves[parent] = (leaves[parent] ?? 0) + (leaves[at] ?? 0);
  }
  const inOrder = (a: number, b: number): number => compareBoxes(nodes[a], nodes[b], leaves[a] ?? 0, leaves[b] ?? 0);
  const boxes = nodes.map((node, at): MapBox => {
    const own = children[at] ?? [];
    const holdsBlocks = node.kind === "block" && own.some((child) => nodes[child]?.kind === "block");
    return {
      ...node,
      at,
      depth: depths[at] ?? 0,
      children: own.sort(inOrder),
      leaves: leaves[at] ?? 0,
      rank: holdsBlocks ? 2 : ranks[node.kind],
    };
  });
  return {
    boxes,
    tops: tops.sort(inOrder),
    edges: edges.map(([client = 0, server = 0, ...sums]) => ({ client, server, sums })),
  };
}

function compareBoxes(
  a: MapNodeJson | undefined,
  b: MapNodeJson | undefined,
  aLeaves: number,
  bLeaves: number,
): number {
  if (a === undefined || b === undefined) return 0;
  const kind = kindPlace(a) - kindPlace(b);
  if (kind !== 0) return kind;
  if (aLeaves !== bLeaves && (aLeaves > 1 || bLeaves > 1)) return bLeaves - aLeaves;
  return naturally(boxLabel(a), boxLabel(b)) || naturally(a.value, b.value);
}

function kindPlace({ kind, value }: MapNodeJson): number {
  if (kind === "rest") return 100;
  if (kind === "cloud") return cloudOrder.includes(value) ? cloudOrder.indexOf(value) : 9;
  return kind === "outside" ? 50 : 10;
}

const collator = new Intl.Collator("en", { numeric: true });

function naturally(a: string, b: string): number {
  return collator.compare(a, b);
}

/** Box and boxes around it, the outermost last. */
export function pathOf(tree: MapTree, at: number): MapBox[] {
  const path: MapBox[] = [];
  for (let box = tree.boxes[at]; box !== undefined; box = tree.boxes[box.parent]) path.push(box);
  return path;
}

const cloudNames: Readonly<Record<string, string>> = { aws: "AWS", azure: "Azure", gcp: "Google Cloud" };

const fixedLabels: Partial<Record<MapNodeJson["kind"], string>> = {
  outside: "Outside",
  internet: "Internet",
  private: "Private, no log",
};

/** What a box is called. */
export function boxLabel({ kind, value, name, instance }: MapNodeJson): string {
  if (kind === "cloud") return cloudNames[value] ?? value;
  if (kind === "rest") return `${value} more`;
  return fixedLabels[kind] ?? name ?? instance ?? shortId(value);
}

/** Azure's ids are paths: their last part tells what it is. */
export function shortId(id: string): string {
  return id.startsWith("/") ? id.slice(id.lastIndexOf("/") + 1) : id;
}

const kindWords: Readonly<Record<MapNodeJson["kind"], string>> = {
  cloud: "cloud",
  account: "account",
  network: "network",
  subnet: "subnet",
  block: "block",
  address: "address",
  outside: "no log tells where",
  internet: "public addresses",
  private: "private addresses",
  public_block: "public block",
  name: "named addresses",
  rest: "the smallest, together",
};

/** Whether a box's value tells more than its label. */
export function hasOwnValue(box: MapNodeJson): boolean {
  return (
    ranks[box.kind] > 0 && !["internet", "private", "rest", "name"].includes(box.kind) && boxLabel(box) !== box.value
  );
}

/** What kind of thing it is, in words. */
export function kindText({ kind, value }: Pick<MapNodeJson, "kind" | "value">): string {
  if (kind === "account") return value.includes("-") ? "subscription" : "account";
  if (kind === "network") return value.startsWith("/") ? "virtual network" : "network";
  return kindWords[kind];
}

/** What passed at boxes: sums of many edges. */
export function addTo(sums: number[], more: Sums): number[] {
  for (const [at, value] of more.entries()) sums[at] = (sums[at] ?? 0) + value;
  return sums;
}
