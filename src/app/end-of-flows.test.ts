import { expect, it } from "vitest";
import type { TableName } from "#model/tables.js";
import { endOfFlows } from "./end-of-flows.ts";

const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`) * 1000;

it.each<[string, Partial<Record<TableName, string>>, string | null]>([
  ["an empty lake", {}, null],
  ["flows that nothing was made of yet", { flows: "10:59:30" }, "11:00"],
  ["a newest flow at a full minute", { flows: "11:00:00" }, "11:01"],
  ["windows that go on", { flows: "10:59:30", rollup_minute: "11:09", conversations: "11:00" }, "11:10"],
  ["flows that came since", { flows: "12:30:10", rollup_minute: "11:09", conversations: "11:00" }, "12:31"],
  ["flows that are gone", { rollup_minute: "11:09", conversations: "11:00" }, "11:10"],
  ["sums by minute that are gone, too", { conversations: "11:00", rollup_hour: "11:00" }, "12:00"],
  ["nothing but sums by hour", { rollup_hour: "11:00" }, "12:00"],
])("knows the end of %s", (_, newest, end) => {
  const newestOf = (table: TableName): number | null => {
    const time = newest[table];
    return time === undefined ? null : at(time);
  };
  expect(endOfFlows(newestOf)).toBe(end === null ? null : at(end));
});
