import { columnOf, type ColumnName } from "./columns.ts";
import type { ColumnType } from "./column-definition.ts";
import { nameRoles } from "./names.ts";
import { tables } from "./tables.ts";

/** What can be asked. A dataset is answered from the smallest table that can answer exactly. */
export type DatasetName = "conversations" | "observations" | "flows" | "coverage" | "presence";

/** A column by its name, or a field that is more than one column: either end, or made of names. */
export type FieldName = string;

/** Something that filters and `--by` take. */
export interface Field {
  readonly name: FieldName;
  readonly heading: string;
  readonly description: string;
  /** The type of its values; `service`: a port with its protocol. */
  readonly type: ColumnType | "service";
  /** One column; or two where either end counts. For fields made of names: the columns with the addresses. */
  readonly columns: readonly ColumnName[];
  /** Made of the names that people gave to addresses: which part. */
  readonly named?: "name" | "role" | "owner";
  /** For `service`: the columns of the protocol. */
  readonly protocol?: ColumnName;
  readonly aliases: readonly string[];
  readonly values?: readonly string[];
  readonly groupable: boolean;
}

/** Fields that match either end of a conversation. Their columns are the client's and the server's. */
const eitherEndOfConversations: readonly (readonly [string, ColumnName, ColumnName, readonly string[]])[] = [
  ["ip", "client_ip", "server_ip", ["address"]],
  ["port", "client_port", "server_port", []],
  ["realm", "client_realm", "server_realm", []],
  ["provider", "client_provider", "server_provider", ["cloud"]],
  ["account", "client_account_id", "server_account_id", ["account_id", "subscription", "project"]],
  ["region", "client_region", "server_region", []],
  ["network", "client_network_id", "server_network_id", ["network_id", "vpc", "vnet"]],
  ["subnet", "client_subnet_id", "server_subnet_id", ["subnet_id"]],
  ["instance", "client_instance_id", "server_instance_id", ["instance_id"]],
  ["az", "client_az_id", "server_az_id", ["az_id"]],
  ["observer", "client_observer", "server_observer", ["observer_id", "eni", "nic", "mac", "interface", "interface_id"]],
  ["rule", "client_rule", "server_rule", []],
];

const eitherEndOfFlows: readonly (readonly [string, ColumnName, ColumnName, readonly string[]])[] = [
  ["ip", "src_ip", "dst_ip", ["address"]],
  ["port", "src_port", "dst_port", []],
];

function eitherEnd([name, client, server, aliases]: readonly [
  string,
  ColumnName,
  ColumnName,
  readonly string[],
]): Field {
  const { type, heading, values } = columnOf(server);
  const own = heading.replace(/^(Server|Destination) ?/, "") || "address";
  const title = `${own.slice(0, 1).toUpperCase()}${own.slice(1)}`;
  return {
    name,
    heading: title,
    description: `${title}, at either end.`,
    type,
    columns: [client, server],
    aliases,
    ...(values !== undefined && { values }),
    groupable: true,
  };
}

function oneColumn(name: ColumnName): Field {
  const { type, heading, description, aliases = [], values, groupable = false } = columnOf(name);
  return {
    name,
    heading,
    description,
    type,
    columns: [name],
    aliases,
    ...(values !== undefined && { values }),
    groupable,
  };
}

function namedFields(client: ColumnName, server: ColumnName, words: readonly [string, string]): Field[] {
  const ends: readonly (readonly [string, readonly ColumnName[], string])[] = [
    ["", [client, server], "an address at either end"],
    [`${words[0]}_`, [client], `the ${words[0]} address`],
    [`${words[1]}_`, [server], `the ${words[1]} address`],
  ];
  return ends.flatMap(([prefix, columns, whose]) =>
    (["name", "role", "owner"] as const).map((part) => ({
      name: `${prefix}${part}`,
      heading: `${prefix === "" ? "" : `${columnOf(columns[0] ?? client).heading} `}${part}`.trim(),
      description: `The ${part} that was given to ${whose}, with \`weir names\`.`,
      type: "text" as const,
      columns,
      named: part,
      ...(part === "role" && { values: nameRoles }),
      aliases: [],
      groupable: true,
    })),
  );
}

function serviceField(name: string, port: ColumnName): Field {
  return {
    name,
    heading: "Service",
    description: "Port and protocol of the server, such as 443/tcp.",
    type: "service",
    columns: [port],
    protocol: "protocol",
    aliases: [],
    groupable: true,
  };
}

function fieldsOf(dataset: DatasetName): readonly Field[] {
  const own = tables[dataset].map(oneColumn);
  switch (dataset) {
    case "conversations":
      return [
        ...eitherEndOfConversations.map(eitherEnd),
        ...namedFields("client_ip", "server_ip", ["client", "server"]),
        serviceField("service", "server_port"),
        ...own,
      ];
    case "observations":
      return [
        eitherEnd(["ip", "client_ip", "server_ip", ["address"]]),
        eitherEnd(["port", "client_port", "server_port", []]),
        ...namedFields("client_ip", "server_ip", ["client", "server"]),
        serviceField("service", "server_port"),
        ...own,
      ];
    case "flows":
      return [
        ...eitherEndOfFlows.map(eitherEnd),
        ...namedFields("src_ip", "dst_ip", ["src", "dst"]),
        serviceField("service", "dst_port"),
        ...own,
      ];
    case "coverage":
    case "presence":
      return own;
  }
}

export const datasetNames: readonly DatasetName[] = ["conversations", "observations", "flows", "coverage", "presence"];

const fieldsByDataset = Object.fromEntries(datasetNames.map((name) => [name, fieldsOf(name)])) as Record<
  DatasetName,
  readonly Field[]
>;

/** Every field of a dataset, the ones that people use most first. */
export function datasetFields(dataset: DatasetName): readonly Field[] {
  return fieldsByDataset[dataset];
}

/** The field that a person names: by its own name first, then by an alias; `.` and `-` read as `_`, case ignored. */
export function findField(dataset: DatasetName, word: string): Field | undefined {
  const name = word.toLowerCase().replaceAll(/[.-]/g, "_");
  const fields = fieldsByDataset[dataset];
  return fields.find((field) => field.name === name) ?? fields.find((field) => field.aliases.includes(name));
}

/** Another dataset that knows a word, for a message that names the right one. */
export function datasetKnowing(word: string, without: DatasetName): DatasetName | undefined {
  return datasetNames.find((dataset) => dataset !== without && findField(dataset, word) !== undefined);
}
