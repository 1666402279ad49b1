import { datasetNames, findField, type DatasetName } from "#model/datasets.js";
import type { EntityKind } from "#api/contract/index.js";

/** The field without its end: `client.ip` and `src_ip` are `ip`. */
function plainField(field: string): string {
  return field
    .toLowerCase()
    .replaceAll(/[.-]/g, "_")
    .replace(/^(?:client|server|src|dst)_/, "");
}

/** What either end of an exchange is called in a dataset. */
function endsOf(dataset: DatasetName): readonly [string, string] {
  return dataset === "flows" ? ["src", "dst"] : ["client", "server"];
}

/**
 * How a dataset calls a field that another dataset may have named: `src_ip` of a flow is `ip` of a conversation, where it may be
 * either end. Undefined when the dataset does not know it.
 */
export function fieldIn(dataset: DatasetName, field: string): string | undefined {
  const words = [field, plainField(field), `${plainField(field)}_id`];
  return words.find((word) => findField(dataset, word) !== undefined);
}

/** The fields that ask for a value at one end, and at either; each only where the dataset has it. */
export function endFieldsIn(
  dataset: DatasetName,
  field: string,
): { readonly client?: string; readonly server?: string; readonly either?: string } {
  const plain = plainField(field);
  const base = plain.replace(/_id$/, "");
  const [client, server] = endsOf(dataset);
  const known = (...words: readonly string[]): string | undefined =>
    words.find((word) => findField(dataset, word) !== undefined);
  const atClient = known(`${client}.${plain}`, `${client}.${base}`, `${client}.${base}_id`);
  const atServer = known(`${server}.${plain}`, `${server}.${base}`, `${server}.${base}_id`);
  const either = known(base, plain);
  return {
    ...(atClient !== undefined && { client: atClient }),
    ...(atServer !== undefined && { server: atServer }),
    ...(either !== undefined && (atClient !== undefined || atServer !== undefined) && { either }),
  };
}

/** Fields whose values have a page of their own. */
const entityKinds: Readonly<Record<string, EntityKind>> = {
  ip: "address",
  address: "address",
  hop_ip: "address",
  instance: "instance",
  observer: "interface",
  interface: "interface",
  eni: "interface",
  nic: "interface",
  subnet: "subnet",
  network: "network",
  vpc: "network",
  vnet: "network",
  account: "account",
  subscription: "account",
  project: "account",
};

/** The kind of entity that values of a field are; undefined for all others. */
export function entityKindOf(field: string): EntityKind | undefined {
  return entityKinds[plainField(field).replace(/_id$/, "")];
}

/** The heading of a field in any dataset, for a menu's title. */
export function headingOf(field: string, dataset: DatasetName): string {
  for (const each of [dataset, ...datasetNames]) {
    const found = findField(each, field);
    if (found !== undefined) return found.heading;
  }
  return field;
}
