import type { CostLine, FolderLook, PlaceLook } from "#app/index.js";
import type { WeirError } from "#base/errors.js";
import { sumOf } from "./look-lines.ts";

/** What was found, for scripts. Times are RFC 3339, costs US dollars. @param error why it is not added */
export function lookJson(
  look: { readonly folder: FolderLook } | { readonly place: PlaceLook },
  error: WeirError | undefined,
): object {
  if ("folder" in look) {
    const { files, bytes, oldestMs, newestMs, logTypes, strange } = look.folder;
    return {
      found: { files, bytes, oldest: iso(oldestMs), newest: iso(newestMs), log_types: logTypes, strange },
      error: null,
    };
  }
  const { found, rights } = look.place;
  return {
    found: found === undefined ? null : probeJson(found.probe),
    estimate: found === undefined ? null : estimateJson(found.estimate),
    rights,
    error: error === undefined ? null : { code: error.code, message: error.message, next: error.next ?? null },
  };
}

type Found = NonNullable<PlaceLook["found"]>;

function probeJson(probe: Found["probe"]): object {
  return {
    layout: probe.layout,
    flow_logs: probe.flowLogs.map(({ id, account, region, logType, format, firstMs, lastMs }) => ({
      flow_log: id,
      account,
      region,
      log_type: logType,
      format,
      first: iso(firstMs),
      last: iso(lastMs),
    })),
    is_partial: probe.isPartial,
    oldest: iso(probe.oldestMs),
    newest: iso(probe.newestMs),
    objects: probe.objects,
    bytes: probe.bytes,
    objects_per_day: probe.objectsPerDay,
    bytes_per_day: probe.bytesPerDay,
    region: probe.region,
    encryption_key: probe.encryptionKey,
    remarks: probe.remarks,
    notes: probe.notes,
    nearby: probe.nearby === undefined ? null : { meant: probe.nearby.meant, flow_logs: probe.nearby.flowLogs },
  };
}

function estimateJson(estimate: Found["estimate"]): object {
  const costs = (lines: readonly CostLine[]): object[] =>
    lines.map(({ what, amount, cost }) => ({ what, amount, cost }));
  return {
    monthly_usd: sumOf(estimate.monthly),
    monthly: costs(estimate.monthly),
    elsewhere: costs(estimate.elsewhere),
    backlog_usd: sumOf(estimate.backlog),
    backlog: costs(estimate.backlog),
    backlog_s: estimate.backlogSeconds,
    bytes_per_s: estimate.bytesPerSecond,
    prices: estimate.prices,
  };
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
