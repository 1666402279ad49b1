import type { JsonCell } from "#api/contract/index.js";
import { fullCount, humanBytes, humanCount } from "#base/human.js";
import { columnOf, type ColumnName } from "#model/columns.js";
import { protocolText } from "#model/protocols.js";
import { servicePorts } from "#model/service-ports.js";
import { tables } from "#model/tables.js";
import type { RowDataset } from "./rows-state.ts";

/** A row's value by the name of its column. */
export type CellOf = (name: ColumnName) => JsonCell;

/** What stands in one place of the table. */
export interface Shown {
  readonly text: string;
  /** What people call it; stands before the text. */
  readonly name?: string | undefined;
  /** All digits, or what the text leaves out. */
  readonly title?: string;
  /** Field of the filter that it is a value of, and the value there: it can be worked with. */
  readonly field?: string;
  readonly value?: string | null;
  /** There is nothing to see: it must not draw the eye. */
  readonly isFaint?: boolean;
}

/** What the text of a value depends on. */
export interface ShowContext {
  readonly names: (text: string) => string | undefined;
  readonly timeText: (iso: string) => string;
}

export interface RowColumn {
  readonly id: string;
  readonly heading: string;
  readonly group: string;
  /** Pixels. */
  readonly width: number;
  /** Columns of the dataset that it is made of. */
  readonly needs: readonly ColumnName[];
  readonly isNumber?: boolean;
  readonly show: (cell: CellOf, context: ShowContext) => Shown;
}

const NOTHING: Shown = { text: "" };

function textOf(cell: JsonCell): string {
  if (cell === null) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** The usual name of a port, such as `https`; undefined where it has none. */
function serviceName(port: number, protocol: number): string | undefined {
  const word = protocolText(protocol);
  return Object.entries(servicePorts).find(([, [known, kind]]) => known === port && kind === word)?.[0];
}

const serviceNames = new Map<string, string | undefined>();
function knownService(port: number, protocol: number): string | undefined {
  const key = `${port}/${protocol}`;
  if (!serviceNames.has(key)) serviceNames.set(key, serviceName(port, protocol));
  return serviceNames.get(key);
}

/** A column of the dataset as it is. */
function plain(name: ColumnName, group: string, more: Partial<RowColumn> = {}): RowColumn {
  const { heading, type, unit } = columnOf(name);
  const isNumber = unit === "bytes" || unit === "packets" || type === "uint64";
  const isTime = type === "timestamp";
  return {
    id: name,
    heading,
    group,
    width: isTime ? 122 : isNumber ? 88 : type === "address" ? 170 : 130,
    needs: [name],
    isNumber,
    show: (cell, { names, timeText }) => {
      const value = cell(name);
      if (value === null) return NOTHING;
      if (isTime) return { text: timeText(textOf(value)).slice(5), title: timeText(textOf(value)) };
      if (isNumber) return measure(Number(value), unit);
      if (name === "protocol")
        return { text: protocolText(Number(value)), field: name, value: protocolText(Number(value)) };
      const text = textOf(value);
      const known = names(text);
      // An id is for machines: its name alone is enough to look at.
      if (known !== undefined && type !== "address")
        return { text: known, title: `${known} ${text}`, field: name, value: text };
      return { text, name: known, field: name, value: text };
    },
    ...more,
  };
}

function measure(value: number, unit: string | undefined): Shown {
  return {
    ...(value === 0 && { isFaint: true }),
    text: unit === "bytes" ? humanBytes(value) : humanCount(value),
    title: `${fullCount(value)}${unit === undefined ? "" : ` ${unit}`}`,
  };
}

function service(port: ColumnName, heading: string, group: string): RowColumn {
  return {
    id: "service",
    heading,
    group,
    width: 118,
    needs: [port, "protocol"],
    show: (cell) => {
      const [number, protocol] = [cell(port), Number(cell("protocol"))];
      const word = protocolText(protocol);
      if (typeof number !== "number") return { text: word, field: "protocol", value: word };
      const value = `${number}/${word}`;
      return { text: value, name: knownService(number, protocol), field: "service", value };
    },
  };
}

function sum(id: string, heading: string, needs: readonly ColumnName[], unit: string): RowColumn {
  return {
    id,
    heading,
    group: "Volume",
    width: 72,
    needs,
    isNumber: true,
    show: (cell) => {
      const known = needs.map((name) => cell(name)).filter((value) => value !== null);
      return known.length === 0
        ? NOTHING
        : measure(
            known.reduce<number>((all, each) => all + Number(each), 0),
            unit,
          );
    },
  };
}

const ofConversations: readonly RowColumn[] = [
  plain("start_time", "When", { heading: "Time", width: 122 }),
  plain("client_ip", "Client", { heading: "Address", width: 166 }),
  plain("client_port", "Client", { heading: "Port", width: 58, isNumber: true }),
  plain("client_network_id", "Client", { heading: "Network", width: 92 }),
  plain("server_ip", "Server", { heading: "Address", width: 166 }),
  plain("server_network_id", "Server", { heading: "Network", width: 92 }),
  service("server_port", "Service", "Server"),
  plain("verdict", "Verdict", { heading: "Verdict", width: 78 }),
  plain("rule_name", "Verdict", { heading: "Rule", width: 116 }),
  plain("client_bytes", "Volume", { heading: "Bytes →", width: 76 }),
  plain("server_bytes", "Volume", { heading: "Bytes ←", width: 76 }),
  sum("packets", "Packets", ["client_packets", "server_packets"], "packets"),
  plain("state", "Kind", { heading: "State", width: 92 }),
  plain("class", "Kind", { heading: "Class", width: 78 }),
];

const ofFlows: readonly RowColumn[] = [
  plain("time", "When", { heading: "Time", width: 122 }),
  plain("src_ip", "Source", { heading: "Address", width: 166 }),
  plain("src_port", "Source", { heading: "Port", width: 58, isNumber: true }),
  plain("dst_ip", "Destination", { heading: "Address", width: 166 }),
  service("dst_port", "Port", "Destination"),
  plain("action", "Action", { heading: "Action", width: 92 }),
  plain("rule_name", "Action", { heading: "Rule", width: 116 }),
  plain("src_bytes", "Volume", { heading: "Bytes →", width: 76 }),
  plain("dst_bytes", "Volume", { heading: "Bytes ←", width: 76 }),
  sum("packets", "Packets", ["src_packets", "dst_packets"], "packets"),
  plain("observer_id", "Seen by", { heading: "Observer", width: 190 }),
  plain("direction", "Seen by", { heading: "Direction", width: 84 }),
  plain("log_type", "Seen by", { heading: "Log", width: 96 }),
];

/** Columns that tell who a row is: they are always asked for. */
export const idColumns: Readonly<Record<RowDataset, readonly ColumnName[]>> = {
  conversations: ["conversation_id", "time", "start_time", "verdict"],
  flows: ["object_id", "position", "sub_position", "time", "action"],
};

/** The columns that people look at first. */
export const firstColumns: Readonly<Record<RowDataset, readonly RowColumn[]>> = {
  conversations: ofConversations,
  flows: ofFlows,
};

const hidden: ReadonlySet<string> = new Set(["time", "server_port", "protocol", "dst_port"]);

function others(dataset: RowDataset): RowColumn[] {
  const known = new Set(firstColumns[dataset].map(({ id }) => id));
  return tables[dataset]
    .filter((name) => !known.has(name) && !(hidden.has(name) && name !== "protocol"))
    .map((name) => plain(name, groupOf(name, dataset), { heading: shortHeading(name) }));
}

function groupOf(name: ColumnName, dataset: RowDataset): string {
  if (dataset === "conversations") {
    if (/^client_|_client$/.test(name)) return "Client";
    if (/^server_|_server$/.test(name)) return "Server";
  } else {
    if (name.startsWith("src_")) return "Source";
    if (name.startsWith("dst_")) return "Destination";
  }
  const { unit } = columnOf(name);
  return unit === "bytes" || unit === "packets" ? "Volume" : "More";
}

function shortHeading(name: ColumnName): string {
  const { heading } = columnOf(name);
  const short = heading.replace(/^(Client|Server|Source|Destination) /, "");
  return `${short.slice(0, 1).toUpperCase()}${short.slice(1)}`;
}

const all: Readonly<Record<RowDataset, readonly RowColumn[]>> = {
  conversations: [...ofConversations, ...others("conversations")],
  flows: [...ofFlows, ...others("flows")],
};

/** All columns that a table of the dataset can have. */
export function allColumns(dataset: RowDataset): readonly RowColumn[] {
  return all[dataset];
}

const groupOrder = [
  "When",
  "Client",
  "Source",
  "Server",
  "Destination",
  "Verdict",
  "Action",
  "Volume",
  "Kind",
  "Seen by",
  "More",
];

/** The columns of some ids, those of one group side by side. Unknown ids are left out; without any, the first ones. */
export function chosenColumns(dataset: RowDataset, ids: readonly string[] | undefined): readonly RowColumn[] {
  const wanted = new Set(ids);
  const found = ids === undefined ? firstColumns[dataset] : all[dataset].filter(({ id }) => wanted.has(id));
  const columns = found.length === 0 ? firstColumns[dataset] : found;
  return columns.toSorted((a, b) => groupOrder.indexOf(a.group) - groupOrder.indexOf(b.group));
}

export interface ColumnGroup {
  readonly title: string;
  readonly columns: number;
  readonly width: number;
}

/** The headings above the headings. */
export function groupsOf(columns: readonly RowColumn[]): ColumnGroup[] {
  const groups: { title: string; columns: number; width: number }[] = [];
  for (const { group, width } of columns) {
    const last = groups.at(-1);
    if (last !== undefined && last.title === group) {
      last.columns++;
      last.width += width;
    } else groups.push({ title: group, columns: 1, width });
  }
  return groups;
}
