import type { DescribedFlowLog, ToldFlowLog, ToldFlowLogs, ToldInterface } from "#model/told-flow-log.js";
import { numberOrNull, storableText, textOrNull, type Database, type Row } from "./database.ts";
import { bumpVersion } from "./segments.ts";

/** What one look at a control plane gave. */
export interface ToldLook {
  /** When the cloud answered, milliseconds since 1970. */
  readonly atMs: number;
  readonly flowLogs: readonly DescribedFlowLog[];
  readonly interfaces: readonly ToldInterface[];
  /** Where all flow logs were listed, so that what is not among them is gone. Region null: of all regions. */
  readonly whole: readonly { readonly account: string; readonly region: string | null }[];
  /** Accounts of which all interfaces were listed. */
  readonly interfacesOf: readonly string[];
}

/** A flow log that is gone is told for so long: its records are asked about for a while yet. */
const KEPT_MS = 400 * 86_400_000;

const columns = [
  "id",
  "provider",
  "name",
  "account",
  "region",
  "target_kind",
  "target",
  "destination",
  "format",
  "traffic",
  "interval_s",
  "filter",
  "record_types",
  "retention_days",
  "enabled",
  "delivery_error",
  "created_at_ms",
  "told_at_ms",
] as const;

// An export may not tell the account or region that an earlier look told; an older answer says nothing against a newer one.
const keeps = ["account", "region"].map(
  (name) => `${name} = iif(excluded.${name} = 'unknown', told_flow_logs.${name}, excluded.${name})`,
);
const ADD_FLOW_LOGS = `
  INSERT INTO told_flow_logs (${columns.join(", ")})
  SELECT ${columns.map((_, at) => `value ->> ${at}`).join(", ")} FROM json_each(?) WHERE true
  ON CONFLICT (id) DO UPDATE SET gone_at_ms = NULL, ${[
    ...keeps,
    ...columns
      .filter((name) => !["id", "account", "region"].includes(name))
      .map((name) => `${name} = excluded.${name}`),
  ].join(", ")}
  WHERE excluded.told_at_ms >= told_flow_logs.told_at_ms`;

const ADD_INTERFACES = `
  INSERT INTO told_interfaces (id, subnet, network, account, mac, own_group, subnet_group, told_at_ms)
  SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, ?2 FROM json_each(?1) WHERE true
  ON CONFLICT (id, subnet) DO UPDATE SET network = excluded.network, account = excluded.account, mac = excluded.mac,
    own_group = excluded.own_group, subnet_group = excluded.subnet_group, told_at_ms = excluded.told_at_ms
  WHERE excluded.told_at_ms >= told_interfaces.told_at_ms`;

/** What control planes said of flow logs: evidence, each with its time. Calls are synchronous; each is one transaction. */
export class ToldTables {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Keeps a look in the place of what earlier ones told of the same. */
  keep({ atMs, flowLogs, interfaces, whole, interfacesOf }: ToldLook): void {
    this.#db.write(() => {
      runOn(
        this.#db,
        ADD_FLOW_LOGS,
        flowLogs.map((flowLog) => rowOf(flowLog, atMs)),
      );
      for (const { account, region } of whole)
        this.#db.run(
          `UPDATE told_flow_logs SET gone_at_ms = ? WHERE account = ? AND (? IS NULL OR region = ?) AND told_at_ms < ? AND gone_at_ms IS NULL`,
          [BigInt(atMs), account, region, region, BigInt(atMs)],
        );
      this.#db.run("DELETE FROM told_flow_logs WHERE gone_at_ms < ?", [BigInt(atMs - KEPT_MS)]);
      const rows = interfaces.map(({ id, subnet, network, account, mac, ownGroup, subnetGroup }) =>
        [id, subnet, network, account, mac, ownGroup, subnetGroup].map(storable),
      );
      if (rows.length > 0) this.#db.run(ADD_INTERFACES, [JSON.stringify(rows), BigInt(atMs)]);
      for (const account of interfacesOf)
        this.#db.run("DELETE FROM told_interfaces WHERE account = ? AND told_at_ms < ?", [account, BigInt(atMs)]);
      // Answers depend on it.
      bumpVersion(this.#db);
    });
  }

  /** All that were ever told, those that are gone too, by id. */
  flowLogs(): ToldFlowLog[] {
    return this.#db.all("SELECT * FROM told_flow_logs ORDER BY id").map(flowLogOf);
  }

  /**
   * Flow logs by the id that their records bear, in lower case: AWS the flow log's; Azure the security group's, or the GUID that
   * records of a flow log showed with its resource id.
   */
  byRecords(): ToldFlowLogs {
    const found = new Map<string, ToldFlowLog>();
    const all = this.flowLogs();
    if (all.length === 0) return found;
    // What is there still comes last, and stays.
    for (const flowLog of all.toSorted((a, b) => Number(b.goneMs !== null) - Number(a.goneMs !== null)))
      found.set(flowLog.targetKind === "security-group" ? flowLog.target : flowLog.id.toLowerCase(), flowLog);
    for (const { flow_log_id: guid, resource_id: resource } of this.#db.all("SELECT * FROM flow_log_resources")) {
      const flowLog = found.get(String(resource));
      if (flowLog !== undefined) found.set(String(guid), flowLog);
    }
    return found;
  }

  interfaces(): ToldInterface[] {
    return this.#db.all("SELECT * FROM told_interfaces ORDER BY id, subnet").map((row) => ({
      id: String(row["id"]),
      subnet: String(row["subnet"]),
      network: String(row["network"]),
      account: String(row["account"]),
      mac: textOrNull(row["mac"]),
      ownGroup: textOrNull(row["own_group"]),
      subnetGroup: textOrNull(row["subnet_group"]),
    }));
  }

  /** How a cloud was asked last, as JSON, and when; undefined where it never was. */
  lastLook(provider: string): { readonly request: string; readonly atMs: number } | undefined {
    const row = this.#db.get("SELECT request, at_ms FROM looks WHERE provider = ?", [provider]);
    return row === undefined ? undefined : { request: String(row["request"]), atMs: Number(row["at_ms"]) };
  }

  /** Keeps how and when a cloud was asked, whatever it answered. */
  keepLook(provider: string, request: string, atMs: number): void {
    this.#db.run(
      "INSERT INTO looks (provider, request, at_ms) VALUES (?, ?, ?) ON CONFLICT (provider) DO UPDATE SET request = excluded.request, at_ms = excluded.at_ms",
      [provider, request, BigInt(atMs)],
    );
  }
}

function rowOf(flowLog: DescribedFlowLog, atMs: number): (string | number | null)[] {
  const { id, provider, name, account, region, targetKind, target, destination, format, traffic } = flowLog;
  const { intervalSeconds, filter, recordTypes, retentionDays, isEnabled, deliveryError, createdMs } = flowLog;
  return [
    ...[id, provider, name, account, region, targetKind, target, destination, format, traffic].map(storable),
    intervalSeconds,
    storable(filter),
    storable(recordTypes),
    retentionDays,
    isEnabled ? 1 : 0,
    storable(deliveryError),
    createdMs,
    atMs,
  ];
}

function flowLogOf(row: Row): ToldFlowLog {
  const text = (name: string): string => String(row[name]);
  const number = (name: string): number | null => numberOrNull(row[name]);
  return {
    id: text("id"),
    provider: text("provider") as ToldFlowLog["provider"],
    name: textOrNull(row["name"]),
    account: text("account"),
    region: text("region"),
    targetKind: text("target_kind"),
    target: text("target"),
    destination: text("destination"),
    format: textOrNull(row["format"]),
    traffic: text("traffic") as ToldFlowLog["traffic"],
    intervalSeconds: number("interval_s"),
    filter: textOrNull(row["filter"]),
    recordTypes: textOrNull(row["record_types"]),
    retentionDays: number("retention_days"),
    isEnabled: row["enabled"] === 1,
    deliveryError: textOrNull(row["delivery_error"]),
    createdMs: number("created_at_ms"),
    toldMs: Number(row["told_at_ms"]),
    goneMs: number("gone_at_ms"),
  };
}

function storable(text: string | null): string | null {
  return text === null ? null : storableText(text);
}

function runOn(db: Database, sql: string, rows: readonly (readonly (string | number | null)[])[]): void {
  if (rows.length > 0) db.run(sql, [JSON.stringify(rows)]);
}
