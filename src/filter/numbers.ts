/** How far a whole number of a column type goes. */
export const highestOf = {
  uint8: 255n,
  uint16: 65_535n,
  uint32: 4_294_967_295n,
  uint64: 18_446_744_073_709_551_615n,
} as const;

const BYTE_UNITS: Readonly<Record<string, bigint>> = {
  b: 1n,
  kb: 1000n,
  mb: 1000n ** 2n,
  gb: 1000n ** 3n,
  tb: 1000n ** 4n,
  pb: 1000n ** 5n,
  kib: 1024n,
  mib: 1024n ** 2n,
  gib: 1024n ** 3n,
  tib: 1024n ** 4n,
  pib: 1024n ** 5n,
};
const COUNT_UNITS: Readonly<Record<string, bigint>> = { k: 1000n, m: 1000n ** 2n, g: 1000n ** 3n, t: 1000n ** 4n };
const TIME_UNITS_MS: Readonly<Record<string, bigint>> = {
  ms: 1n,
  s: 1000n,
  m: 60_000n,
  h: 3_600_000n,
  d: 86_400_000n,
  w: 604_800_000n,
};

/** What units a number may be written in: sizes (`10MB`), rates (`10MB/s`), lengths of time (`2h`, in milliseconds), or counts (`5k`). */
export type UnitKind = "bytes" | "bytes/s" | "packets" | "ms" | "none";

/** Units as advice names them. */
export const unitAdvice: Readonly<Record<UnitKind, string>> = {
  bytes: "1500, 10MB (10,000,000) or 10MiB (10,485,760)",
  "bytes/s": "1500, 10MB/s (10,000,000 bytes a second) or 10MiB/s",
  packets: "1500 or 5k",
  ms: "250, 250ms, 2s, 5m or 2h",
  none: "a number such as 443",
};

function factorOf(unit: string, kind: UnitKind): bigint | undefined {
  if (unit === "") return 1n;
  const word = unit.toLowerCase();
  switch (kind) {
    case "bytes":
      return BYTE_UNITS[word] ?? COUNT_UNITS[word];
    case "bytes/s": {
      const size = word.replace(/\/s$/, "");
      return BYTE_UNITS[size] ?? COUNT_UNITS[size];
    }
    case "packets":
      return COUNT_UNITS[word];
    case "ms":
      return TIME_UNITS_MS[word];
    case "none":
      return undefined;
  }
}

const NUMBER = /^(\d{1,30})(?:\.(\d{1,30}))?(e[+-]?\d{1,3})?([a-z][a-z/]*)?$/i;

/**
 * Reads a number with its unit. A whole number stays exact at any size: a bigint where a double could not hold it.
 * Undefined when the text is none, or its unit is not one of `kind`.
 */
export function readNumber(text: string, kind: UnitKind): number | bigint | undefined {
  const [, whole, fraction = "", exponent = "", unit = ""] = NUMBER.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const factor = factorOf(unit, kind);
  if (factor === undefined) return undefined;
  if (fraction === "" && exponent === "") return compact(BigInt(whole) * factor);
  const value = Number(`${whole}.${fraction || "0"}${exponent}`) * Number(factor);
  if (!Number.isFinite(value)) return undefined;
  // A part of a byte is none: 1.0005kB is 1,000.5 and 1,001 bytes are meant.
  if (factor > 1n && kind !== "ms") return compact(BigInt(Math.round(value)));
  return value;
}

/** A number where a double holds it exactly, else a bigint. */
function compact(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Splits `1-1024` and `1MB-5MB` in two; undefined when the text is no range. The minus of an exponent is none. */
export function splitRange(text: string): readonly [string, string] | undefined {
  const match = /^(\d[\d.]*(?:e[+-]?\d+)?[a-z/]*)-(\d.*)$/i.exec(text);
  return match === null ? undefined : [match[1] as string, match[2] as string];
}
