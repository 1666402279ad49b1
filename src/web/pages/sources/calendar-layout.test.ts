import { describe, expect, it } from "vitest";
import type { CalendarJson } from "#api/contract/index.js";
import {
  cellWords,
  columnsOf,
  columnsWithin,
  labelledColumns,
  mostRecords,
  rowOf,
  shortLog,
  strength,
} from "./calendar-layout.ts";

const log: CalendarJson["flow_logs"][number] = {
  flow_log: "fl-1",
  log_type: "aws_vpc",
  provider: "aws",
  interfaces: 2,
  kinds: { allowed: "full", denied: "none", basis: "records" },
  first: "2026-03-03T01:10:00.000Z",
  last: "2026-03-03T04:20:00.000Z",
  cells: [
    { from: "2026-03-03T01:00:00.000Z", allowed: 90, denied: 10, gap_s: 0, gap_at_s: 0, cause: null },
    { from: "2026-03-03T03:00:00.000Z", allowed: 0, denied: 1, gap_s: 1800, gap_at_s: 600, cause: "silent" },
  ],
};
const calendar: CalendarJson = {
  range: { from: "2026-03-03T00:00:00.000Z", to: "2026-03-03T06:00:00.000Z" },
  cell_s: 3600,
  flow_logs: [log],
};
const columns = columnsOf(calendar);

describe("the calendar's grid", () => {
  it("has a column for each hour, and each cell in its own", () => {
    expect(columns).toHaveLength(6);
    expect(rowOf(log, columns).map((cell) => cell?.allowed)).toEqual([
      undefined,
      90,
      undefined,
      0,
      undefined,
      undefined,
    ]);
    expect(mostRecords(calendar)).toBe(100);
  });

  it("is stronger where more was written, and never so weak that it cannot be seen", () => {
    expect([strength(0, 100), strength(100, 100)]).toEqual([0, 1]);
    expect(strength(1, 1_000_000)).toBeGreaterThan(0.14);
    expect(strength(25, 100)).toBeCloseTo(0.575);
  });

  it("says in words what a cell is, and why one is empty", () => {
    const words = (at: number): string => cellWords(rowOf(log, columns)[at], log, columns[at] ?? 0, 3600);
    expect([0, 1, 2, 3, 5].map(words)).toEqual([
      "before its first record",
      "90 records allowed · 10 denied",
      "nothing passed",
      "0 records allowed · 1 denied · 30 min 0 s without any record: a gap",
      "after its last record",
    ]);
  });

  it("marks the chosen time, and labels what can be read", () => {
    const at = (hour: number): number => Date.UTC(2026, 2, 3, hour);
    expect(columnsWithin(columns, 3600, { fromMs: at(1), toMs: at(3) })).toEqual([1, 2]);
    expect(columnsWithin(columns, 3600, { fromMs: at(9), toMs: at(10) })).toBeUndefined();
    expect(labelledColumns(columns, 3600)).toHaveLength(6);
    const days = Array.from({ length: 30 }, (_, day) => Date.UTC(2026, 2, 1 + day));
    expect(labelledColumns(days, 86_400)).toHaveLength(10);
  });

  it("names Azure's flow logs by their last part", () => {
    expect([shortLog("/SUBSCRIPTIONS/1/NETWORKSECURITYGROUPS/NSG-A"), shortLog("fl-1"), shortLog("")]).toEqual([
      "NSG-A",
      "fl-1",
      "without a flow log’s id",
    ]);
  });
});
