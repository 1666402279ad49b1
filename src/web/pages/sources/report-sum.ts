import type { IngestReportJson } from "#api/contract/index.js";
import { recordKinds } from "#model/records.js";

/** Several reports as one. */
export function sumOfReports(reports: readonly IngestReportJson[]): IngestReportJson {
  const records = { total: 0, flows: 0, nodata: 0, skipdata: 0, control: 0, duplicate: 0, filtered: 0, malformed: 0 };
  const objects = { read: 0, unchanged: 0, grown: 0, skipped: 0, failed: 0 };
  const types = new Map<string, number>();
  for (const report of reports) {
    for (const kind of ["total", ...recordKinds] as const) records[kind] += report.records[kind];
    for (const outcome of ["read", "unchanged", "grown", "skipped", "failed"] as const)
      objects[outcome] += report.objects[outcome];
    for (const [type, flows] of Object.entries(report.flows_by_type)) types.set(type, (types.get(type) ?? 0) + flows);
  }
  return {
    objects,
    records,
    flows_by_type: Object.fromEntries(types),
    problems: reports.flatMap(({ problems }) => problems),
    bytes: reports.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: reports.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}
