import type { Clock } from "#base/clock.js";
import type { Database } from "./database.ts";
import type { ObjectRow } from "./types.ts";

/** Ids are kept so long: Firehose sends a request again for two hours at most, others for a weekend. */
const KEPT_MS = 3 * 86_400_000;
/** Some 300 MB of the catalog. */
const MOST_IDS = 5_000_000;

/** Deliveries that were pushed and are in the lake. Calls are synchronous; each is one transaction. */
export class PushTable {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Whether a delivery of this id was collected in the last days. */
  has(id: Uint8Array): boolean {
    return this.#db.get("SELECT 1 AS found FROM push_deliveries WHERE id = ?", [id]) !== undefined;
  }

  /** Those of the ids that were collected in the last days, all as of one moment. */
  known(ids: readonly Uint8Array[]): Uint8Array[] {
    return this.#db.read(() => ids.filter((id) => this.has(id)));
  }

  /** Keeps the ids of a spool file, all or none. */
  add(sourceId: number, ids: readonly Uint8Array[]): void {
    const now = BigInt(this.#clock.now());
    this.#db.write(() => {
      for (const id of ids)
        this.#db.run(
          "INSERT INTO push_deliveries (id, source_id, at_ms) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
          [id, BigInt(sourceId), now],
        );
    });
  }

  /** Lets go of the ids that are too old, and of the oldest where there are too many. */
  prune(): void {
    this.#db.run("DELETE FROM push_deliveries WHERE at_ms < ?", [BigInt(this.#clock.now() - KEPT_MS)]);
    this.#db.run(
      `DELETE FROM push_deliveries WHERE id IN
         (SELECT id FROM push_deliveries ORDER BY at_ms DESC LIMIT -1 OFFSET ${MOST_IDS})`,
    );
  }

  /** What became of objects of a source: key → status and why. */
  outcomes(
    sourceId: number,
    keys: readonly string[],
  ): Map<string, { readonly status: ObjectRow["status"]; readonly message: string | null }> {
    const rows = this.#db.all(
      "SELECT o.key, o.status, o.message FROM json_each(?) c CROSS JOIN objects o ON o.source_id = ? AND o.key = c.value",
      [JSON.stringify(keys), BigInt(sourceId)],
    );
    return new Map(
      rows.map((row) => [
        String(row["key"]),
        {
          status: row["status"] as ObjectRow["status"],
          message: typeof row["message"] === "string" ? row["message"] : null,
        },
      ]),
    );
  }
}
