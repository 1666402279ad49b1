/** Something that has a box on the map. */
export type MapNodeKind =
  | "cloud"
  | "account"
  | "network"
  | "subnet"
  | "block"
  | "address"
  | "outside"
  | "internet"
  | "private"
  | "public_block"
  | "name"
  | "rest";

/** A box: where it stands in the tree, and how to ask for what is in it. */
export interface MapNode {
  /** The same for the same thing in every answer. */
  readonly id: string;
  readonly kind: MapNodeKind;
  /** Place of the box around it in the list of boxes; -1 for the outermost. */
  readonly parent: number;
  /** The id, block, address or name as the logs and the name book have it; of `rest`, how many it stands for. */
  readonly value: string;
  readonly name: string | null;
  /** The instance of an address, where it is known. */
  readonly instance: string | null;
  readonly observer: string | null;
  /** The log of its own conversations says nothing of where it is: it is here because it is known elsewhere. */
  readonly inferred: boolean;
  /** A filter of conversations with `END.` in the place of `client.` or `server.`; null where none tells it apart. */
  readonly filter: string | null;
}

/** Bytes, conversations and denied attempts; then the same of the time before. */
export type MapSums = readonly [number, number, number, number, number, number];

/** What passed from a client's box to a server's box: of every conversation one edge tells, at the finest level that is told. */
export interface MapEdge {
  readonly client: number;
  readonly server: number;
  readonly sums: MapSums;
}

/** Who talks to whom, as boxes in boxes. */
export interface TrafficMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly totals: MapSums;
}

/** What is known of names, asked while boxes are made. */
export interface MapNames {
  ofId(id: string): string | null;
  ofAddress(address: string): string | null;
  /** Named blocks, of more than one address, that hold an address; the smallest first. */
  blocksAround(address: string): readonly { readonly block: string; readonly name: string }[];
}
