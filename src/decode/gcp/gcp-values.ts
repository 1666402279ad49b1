import { asObject, asText } from "../json/json-record.ts";

const UINT64_MAX = (1n << 64n) - 1n;

/** A whole number that Google writes as a number or, for 64 bits, as text; undefined when it is none. */
export function asUint64(value: unknown): bigint | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  // BigQuery's export turns integers into floats: "12.0".
  if (typeof value !== "string" || !/^\d{1,20}(\.0+)?$/.test(value)) return undefined;
  const number = BigInt(value.split(".", 1)[0] as string);
  return number <= UINT64_MAX ? number : undefined;
}

/** As {@link asUint64}, not above `largest`. */
export function asUint(value: unknown, largest: number): number | undefined {
  const number = asUint64(value);
  return number !== undefined && number <= BigInt(largest) ? Number(number) : undefined;
}

/** A number of milliseconds, not negative. */
export function asMillis(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** Kubernetes services as `namespace/name`, separated by blanks. */
export function servicesText(value: unknown): string | undefined {
  const names: string[] = [];
  for (const element of Array.isArray(value) ? (value as unknown[]) : [value]) {
    const service = asObject(element);
    const name = asText(service?.["service_name"]);
    const namespace = asText(service?.["service_namespace"]);
    if (name === undefined) return undefined;
    names.push(namespace === undefined ? name : `${namespace}/${name}`);
  }
  return names.length === 0 ? undefined : names.join(" ");
}

/** AS paths as numbers separated by blanks, paths by commas. */
export function pathsText(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const paths: string[] = [];
  for (const path of value as unknown[]) {
    const details = asObject(path)?.["as_details"];
    if (!Array.isArray(details)) return undefined;
    const numbers = (details as unknown[]).map((detail) => asUint(asObject(detail)?.["asn"], 0xffff_ffff));
    if (numbers.includes(undefined)) return undefined;
    paths.push(numbers.join(" "));
  }
  return paths.join(", ");
}
