import type { TimeRange } from "#model/answer.js";
import type { Segment } from "#model/segment.js";
import { Bindings } from "./bindings.ts";
import type { QueryEngine } from "./engine.ts";
import { observerScope } from "./observers.ts";
import type { Scope } from "#model/query.js";
import { segmentsInRange } from "./segments.ts";

/** An interface that an address belongs to, and where the interface is, as its newest records say. */
export interface AddressOwner {
  readonly address: string;
  readonly observer: string;
  readonly provider: string | null;
  readonly account: string | null;
  readonly network: string | null;
  readonly subnet: string | null;
  readonly instance: string | null;
}

/** An hour's rows know every interface that wrote in the day before it. */
const REMEMBERED = 86_400_000_000;

/** The addresses of every interface that wrote in a range or within a day of it. */
export async function readAddressOwners(
  engine: QueryEngine,
  segments: readonly Segment[],
  scope: Scope | undefined,
  range: TimeRange,
): Promise<AddressOwner[]> {
  const around = { from: range.from - REMEMBERED, to: range.to + REMEMBERED };
  const read = segmentsInRange(segments, around);
  if (read.length === 0) return [];
  const bindings = new Bindings();
  const conditions = [
    `time >= ${bindings.time(around.from)} AND time < ${bindings.time(around.to)} AND own_addresses IS NOT NULL`,
    ...observerScope(scope, bindings),
  ];
  const newest = ["provider", "account_id", "network_id", "subnet_id", "instance_id", "own_addresses"].map(
    (column) => `arg_max(${column}, last_seen) AS ${column}`,
  );
  const { rows } = await engine.run({
    sql: `SELECT unnest(from_json(own_addresses, '["UUID"]')) AS address, * EXCLUDE (own_addresses) FROM (SELECT observer_id, ${newest.join(", ")} FROM address_owners WHERE ${conditions.join(" AND ")} GROUP BY observer_id)`,
    parameters: bindings.values,
    blockTables: [],
    reads: [{ view: "address_owners", table: "observers", segments: read }],
    readsNames: false,
  });
  return rows.map((row) => {
    const [address, observer, provider, account, network, subnet, instance] = row.map((cell) =>
      typeof cell === "string" ? cell : null,
    );
    return {
      address: address ?? "",
      observer: observer ?? "",
      provider: provider ?? null,
      account: account ?? null,
      network: network ?? null,
      subnet: subnet ?? null,
      instance: instance ?? null,
    };
  });
}
