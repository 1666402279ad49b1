import type { TrustCheck } from "#analyse/index.js";
import type { AddressWords } from "#base/address.js";
import type { Cell, TimeRange } from "#model/answer.js";
import type { TableReader } from "#query/index.js";
import { parseBlock } from "#inventory/index.js";
import { openCatalogToRead } from "./lake-files.ts";

const DAY = 86_400_000_000;
/** More names than this are not looked up one by one. */
const MOST_NAMES = 50_000;
const MOST = 20;
/** From this share on, the names are those of another estate. */
const MANY = 0.5;

/** Names of addresses that no conversation has: old lists, or lists of another estate. */
export async function checkNames(dataDir: string, range: TimeRange, reader: TableReader): Promise<TrustCheck> {
  const names = readNames(dataDir);
  const base = { code: "names", reason: null, next: null, details: [] } as const;
  if (names.length === 0)
    return {
      ...base,
      level: "warn",
      finding: "No names yet",
      reason:
        "Answers show addresses alone, and which of them are NAT gateways, proxies and load balancers is not known.",
      next: "weir names add names.yaml, weir names learn describe-network-interfaces.json",
    };
  const unseen = await unseenNames(names, range, reader);
  const share = unseen.length / names.length;
  if (share < MANY)
    return {
      ...base,
      level: "ok",
      finding: `${names.length.toLocaleString("en-US")} names of addresses, ${(names.length - unseen.length).toLocaleString("en-US")} of them seen`,
    };
  return {
    ...base,
    level: "warn",
    finding: `${unseen.length.toLocaleString("en-US")} of ${names.length.toLocaleString("en-US")} names match no address that was seen`,
    reason: "The lists may be old, or of another estate: then names in answers may be wrong, too.",
    next: "weir names list shows where they came from. Load newer ones.",
    details: unseen.slice(0, MOST),
  };
}

interface NamedSpan {
  readonly text: string;
  readonly first: string;
  readonly last: string;
}

function readNames(dataDir: string): NamedSpan[] {
  const catalog = openCatalogToRead(dataDir);
  try {
    const spans = new Map<string, NamedSpan>();
    for (const { kind, target, name } of catalog.names()) {
      const block = kind === "block" ? parseBlock(target) : undefined;
      if (block !== undefined)
        spans.set(target, { text: `${name} (${target})`, first: uuidText(block.first), last: uuidText(block.last) });
    }
    return [...spans.values()].slice(0, MOST_NAMES);
  } finally {
    catalog.close();
  }
}

async function unseenNames(
  names: readonly NamedSpan[],
  { from, to }: TimeRange,
  reader: TableReader,
): Promise<string[]> {
  const list = JSON.stringify(names.map(({ first, last }, at) => ({ at, first, last })));
  const sql = `WITH named AS (SELECT (n ->> 'at')::INTEGER AS number, (n ->> 'first')::UUID AS first, (n ->> 'last')::UUID AS last FROM (SELECT unnest(from_json($1, '["JSON"]')) AS n)),
      seen AS (SELECT DISTINCT address FROM presence WHERE time >= make_timestamp($2::BIGINT) AND time < make_timestamp($3::BIGINT)),
      met AS (SELECT number FROM named ASOF JOIN seen ON named.last >= seen.address WHERE seen.address >= named.first)
    SELECT number FROM named WHERE number NOT IN (SELECT number FROM met) ORDER BY number`;
  const found: string[] = [];
  const parameters = [list, BigInt(Math.floor(from / DAY) * DAY), BigInt(to)];
  for await (const block of (await reader.query(sql, parameters)).blocks())
    for (const row of block) found.push(names[numberOf(row[0])]?.text ?? "");
  return found;
}

const numberOf = (cell: Cell | undefined): number => Number(cell ?? 0);

/** How DuckDB writes the 128 bits of an address. */
function uuidText(words: AddressWords): string {
  const hex = words.map((word) => word.toString(16).padStart(8, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
