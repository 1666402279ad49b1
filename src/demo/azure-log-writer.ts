import type { ObjectFolder } from "./object-folder.ts";
import { Random } from "./random.ts";
import type { TruthLedger } from "./truth-ledger.ts";
import type { AzureHost } from "./world/hosts.ts";

/** One tuple and where in a record it stands. */
export interface AzureTuple {
  readonly timeMs: number;
  readonly acl: string;
  readonly rule: string;
  readonly tuple: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Collects the tuples of all interfaces and writes a blob for each interface and hour, one record for each minute. */
export class AzureLogWriter {
  readonly #seed: number;
  readonly #minutes = new Map<AzureHost, Map<number, AzureTuple[]>>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(host: AzureHost, tuple: AzureTuple): void {
    let minutes = this.#minutes.get(host);
    if (minutes === undefined) this.#minutes.set(host, (minutes = new Map()));
    const minute = Math.floor(tuple.timeMs / MINUTE_MS);
    const tuples = minutes.get(minute);
    if (tuples === undefined) minutes.set(minute, [tuple]);
    else tuples.push(tuple);
  }

  /** Writes every blob whose hour is over before a time. The last minute of an hour stands in the next hour's blob. */
  async flush(beforeMs: number, folder: ObjectFolder, ledger: TruthLedger): Promise<void> {
    for (const [host, minutes] of this.#minutes) {
      const blobs = new Map<number, { records: string[]; flows: number }>();
      for (const minute of [...minutes.keys()].sort((a, b) => a - b)) {
        const closes = (minute + 1) * MINUTE_MS;
        const hour = Math.floor(closes / HOUR_MS) * HOUR_MS;
        if (hour + HOUR_MS > beforeMs) break;
        const tuples = minutes.get(minute) ?? [];
        minutes.delete(minute);
        let blob = blobs.get(hour);
        if (blob === undefined) blobs.set(hour, (blob = { records: [], flows: 0 }));
        blob.records.push(this.#record(host, closes, tuples));
        blob.flows += tuples.length;
      }
      for (const [hour, { records, flows }] of blobs) {
        const path = blobPath(host, hour);
        ledger.file({ path, logType: host.network.flowLog.logType, records: flows, flows, nodata: 0, skipdata: 0 });
        await folder.write(path, `{"records":[${records.join(",")}]}`);
      }
    }
  }

  #record(host: AzureHost, closes: number, tuples: AzureTuple[]): string {
    const random = new Random(this.#seed, host.mac, closes);
    const written = `${new Date(closes + random.between(3_400, 25_000)).toISOString().slice(0, -1)}${random.between(1_000, 9_999)}Z`;
    tuples.sort((a, b) => a.timeMs - b.timeMs);
    return JSON.stringify(
      host.network.flowLog.logType === "azure_nsg"
        ? nsgRecord(host, written, tuples)
        : vnetRecord(host, written, tuples),
    );
  }
}

function vnetRecord(host: AzureHost, time: string, tuples: readonly AzureTuple[]): object {
  const { flowLog } = host.network;
  const flows = [...groupBy(tuples, ({ acl }) => acl)].map(([aclID, ofAcl]) => ({
    aclID,
    flowGroups: [...groupBy(ofAcl, ({ rule }) => rule)].map(([rule, ofRule]) => ({
      rule,
      flowTuples: ofRule.map(({ tuple }) => tuple),
    })),
  }));
  return {
    time,
    flowLogVersion: 4,
    flowLogGUID: flowLog.guid,
    macAddress: host.mac,
    category: "FlowLogFlowEvent",
    flowLogResourceID: flowLog.resourceId,
    targetResourceID: flowLog.targetId,
    operationName: "FlowLogFlowEvent",
    flowRecords: { flows },
  };
}

function nsgRecord(host: AzureHost, time: string, tuples: readonly AzureTuple[]): object {
  const flows = [...groupBy(tuples, ({ rule }) => rule)].map(([rule, ofRule]) => ({
    rule,
    flows: [{ mac: host.mac, flowTuples: ofRule.map(({ tuple }) => tuple) }],
  }));
  return {
    time,
    systemId: new Random("system id", host.subnet.acl).guid(),
    macAddress: host.mac,
    category: "NetworkSecurityGroupFlowEvent",
    resourceId: host.subnet.acl.toUpperCase(),
    operationName: "NetworkSecurityGroupFlowEvents",
    properties: { Version: 2, flows },
  };
}

function groupBy(tuples: readonly AzureTuple[], key: (tuple: AzureTuple) => string): Map<string, AzureTuple[]> {
  const groups = new Map<string, AzureTuple[]>();
  for (const tuple of tuples) {
    const name = key(tuple);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [tuple]);
    else group.push(tuple);
  }
  return groups;
}

function blobPath(host: AzureHost, hour: number): string {
  const { flowLog, subscription, region } = host.network;
  const iso = new Date(hour).toISOString();
  const when = `y=${iso.slice(0, 4)}/m=${iso.slice(5, 7)}/d=${iso.slice(8, 10)}/h=${iso.slice(11, 13)}/m=00`;
  const end = `${when}/macAddress=${host.mac}/PT1H.json`;
  if (flowLog.logType === "azure_nsg")
    return `azure/insights-logs-networksecuritygroupflowevent/resourceId=${host.subnet.acl.toUpperCase()}/${end}`;
  const log = `${subscription}_NETWORKWATCHERRG/NETWORKWATCHER_${region}_${flowLog.name}`.toUpperCase();
  return `azure/insights-logs-flowlogflowevent/flowLogResourceID=/${log}/${end}`;
}
