import { messageOf, WeirError } from "#base/errors.js";
import { findColumn } from "#model/columns.js";
import { tableNames } from "#model/tables.js";

/** A file of the lake that the plan named is gone: it was retired meanwhile, and planning again finds its successor. */
export const SEGMENT_MISSING = "segment-missing";

interface Told {
  readonly code: string;
  readonly kind: "usage" | "environment" | "conflict";
  readonly message?: (match: RegExpExecArray) => string;
  readonly next?: (match: RegExpExecArray) => string | undefined;
}

const TABLES = `${tableNames.join(", ")}, objects and segments`;

/** DuckDB's words, and what they mean to the person who asked. The first that fits is told. */
const meanings: readonly (readonly [RegExp, Told])[] = [
  [
    /Could not convert string 'no address: ([^']*)'/,
    {
      code: "not-an-address",
      kind: "usage",
      message: ([, text]) => `ip('${text}'): this is neither an IPv4 nor an IPv6 address`,
      next: () => "Write ip('10.0.0.1') or ip('2001:db8::1').",
    },
  ],
  [
    /Could not convert string 'no block of addresses: ([^']*)'/,
    {
      code: "not-a-block",
      kind: "usage",
      message: ([, text]) => `in_cidr(…, '${text}'): this is no block of addresses`,
      next: () => "Write in_cidr(src_ip, '10.0.0.0/8').",
    },
  ],
  [
    /Could not convert string '([^']*)' to INT128/,
    {
      code: "address-as-text",
      kind: "usage",
      message: ([, text]) => `an address column is compared with the text '${text}'`,
      next: ([, text]) =>
        /\//.test(text ?? "")
          ? `Write in_cidr(column, '${text}').`
          : `Write ip('${text}'), as in: src_ip = ip('${text}').`,
    },
  ],
  [
    /No function matches the given name and argument types '(!?~~\*?|regexp_\w+|starts_with|prefix|contains|suffix|ends_with)\(UUID/,
    {
      code: "address-as-text",
      kind: "usage",
      message: () => "an address column is no text: LIKE and text functions do not take it",
      next: ({ input }) =>
        `Write in_cidr(${blockOfLike(input) ?? "column, '10.0.0.0/8'"}), or compare text: ip_text(column) LIKE '10.%'.`,
    },
  ],
  [
    /Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"/,
    {
      code: "unknown-column",
      kind: "usage",
      message: ([, plain, qualified]) => `there is no column ${plain ?? qualified}`,
      next: ([, plain, qualified]) => columnMeant(plain ?? qualified ?? ""),
    },
  ],
  [
    /No files found that match the pattern|Cannot open file "[^"]*\.parquet"[^]*No such file/,
    { code: SEGMENT_MISSING, kind: "conflict", next: () => "Ask again; if it stays so, run `weir store check`." },
  ],
  [
    /^Permission Error|has been disabled by configuration|configuration has been locked|Cannot change configuration option/,
    { code: "sql-not-allowed", kind: "usage", next: () => `Queries read ${TABLES}, and nothing else.` },
  ],
  [
    /Out of Memory Error/,
    {
      code: "sql-out-of-memory",
      kind: "environment",
      next: () => "Narrow the time range, group by fewer columns, or raise --memory.",
    },
  ],
  [
    /Table with name (\S+) does not exist/,
    {
      code: "unknown-table",
      kind: "usage",
      message: ([, name]) => `there is no table ${name}`,
      next: () => `The tables are ${TABLES}.`,
    },
  ],
  [/^(Parser|Binder|Catalog|Conversion|Invalid Input|Not implemented) Error/, { code: "sql-mistake", kind: "usage" }],
];

/** `src_ip LIKE '10.1.%'` as arguments of in_cidr. */
function blockOfLike(query: string): string | undefined {
  const [, column, start = ""] = /([\w.]+)\s+(?:not\s+)?i?like\s+'((?:\d{1,3}\.){1,3})%'/i.exec(query) ?? [];
  if (column === undefined) return undefined;
  const bytes = start.split(".").filter((part) => part !== "");
  return `${column}, '${[...bytes, "0", "0", "0"].slice(0, 4).join(".")}/${bytes.length * 8}'`;
}

/** `--by` and `--where` know other words for columns; SQL knows names only. */
function columnMeant(word: string): string | undefined {
  const column = findColumn(word);
  return column === undefined ? undefined : `Write ${column}: that is the column's name.`;
}

/** What DuckDB said, told as it helps the person who wrote the query. */
export function sqlError(error: unknown): WeirError {
  if (error instanceof WeirError) return error;
  const whole = messageOf(error).replace(/^Failed to extract statements: /, "");
  const [text = "", ...rest] = whole.split("\n");
  const pointer = /LINE \d+:[^]*/.exec(rest.join("\n"))?.[0];
  for (const [pattern, told] of meanings) {
    const match = pattern.exec(whole);
    if (match === null) continue;
    const next = told.next?.(match) ?? rest.find((line) => /^(Did you mean|Candidate bindings)/.test(line));
    const message =
      told.code === "sql-not-allowed"
        ? `this query reaches outside the lake (${text})`
        : (told.message?.(match) ?? text);
    const { code, kind } = told;
    return new WeirError({
      code,
      kind,
      message,
      ...(pointer !== undefined && { place: pointer }),
      ...(next !== undefined && { next }),
      cause: error,
    });
  }
  return new WeirError({ code: "sql-failed", kind: "environment", message: whole, cause: error });
}
