import { expect, it } from "vitest";
import { parseCidr, type AddressBlock } from "#base/address.js";
import { columnOf } from "#model/columns.js";
import type { FilterNode } from "#model/filter.js";
import type { Query } from "#model/query.js";
import type { Segment } from "#model/segment.js";
import { tables, type TableName } from "#model/tables.js";
import { plan, type Plan } from "./plan.ts";
import { HOUR, MINUTE } from "./time-grid.ts";

const names = { blocks: [], ids: new Map([["111122223333", "Payments"]]) };
const DAY = 24 * HOUR;
const rows: Partial<Record<TableName, number>> = { rollup_minute: 100, rollup_hour: 500, conversations: 9000 };

/** A lake with a file a day; `folded`: some public addresses stand together. */
function lake(folded: boolean): (table: TableName) => Segment[] {
  return (table) =>
    [0, 1, 2].map((day) => ({
      id: `${table}-${day}`,
      table,
      path: "",
      rows: rows[table] ?? 10,
      bytes: 1,
      minTime: day * DAY,
      maxTime: (day + 1) * DAY - 1,
      hours: Array.from({ length: 24 }, (_, at) => day * 24 + at),
      columns: tables[table].filter((name) => folded || name !== "folded").map((name) => columnOf(name).id),
      minAddress: null,
      maxAddress: null,
      objects: {},
    }));
}

const block = (text: string): AddressBlock => parseCidr(text) as AddressBlock;
const isIn = (field: string, ...texts: string[]): FilterNode => ({
  kind: "in",
  field,
  values: texts.map((text) => ({ type: "addresses", block: block(text) })),
  negated: false,
});

function planned(part: Partial<Query>, folded = true): Plan {
  const query: Query = {
    dataset: "conversations",
    range: { from: 0, to: 2 * DAY },
    by: [],
    measures: ["bytes"],
    timeZone: "UTC",
    ...part,
  };
  return plan(query, undefined, { segments: lake(folded), names, longestWindow: MINUTE });
}

it.each<[string, Partial<Query>, boolean, string]>([
  ["no address", { by: ["service"] }, true, "rollup_minute"],
  ["an address, nothing folded", { by: ["client_ip"] }, false, "rollup_hour"],
  ["an address, some folded", { by: ["client_ip"] }, true, "conversations"],
  ["a private address", { by: ["client_ip"], filter: isIn("client_ip", "10.0.0.0/8") }, true, "rollup_hour"],
  ["a private peer", { by: ["client_ip"], filter: isIn("server_ip", "10.0.0.0/8") }, true, "conversations"],
  ["a block that folded ones lie in whole", { filter: isIn("ip", "203.0.113.0/24") }, true, "rollup_hour"],
  ["one public address", { filter: isIn("ip", "203.0.113.9") }, true, "conversations"],
  ["a block that cuts folded ones", { filter: isIn("server_ip", "203.0.113.128/25") }, true, "conversations"],
  ["what is not private", { filter: { kind: "not", part: isIn("client_ip", "10.0.0.0/8") } }, true, "rollup_hour"],
  ["different addresses", { measures: ["clients"] }, false, "rollup_hour"],
  ["different addresses, some folded", { measures: ["clients"] }, true, "conversations"],
  ["who ran", { measures: ["active"] }, false, "conversations"],
  ["a percentile", { measures: ["p95"] }, false, "rollup_minute"],
  ["a column that rollups have not", { by: ["client_port"] }, false, "conversations"],
  ["steps of minutes", { by: ["client_ip"], step: 300_000 }, false, "conversations"],
  ["steps of hours", { by: ["client_ip"], step: 3_600_000 }, false, "rollup_hour"],
  [
    "days where clocks are half an hour off",
    { by: ["client_ip", "day"], timeZone: "Asia/Kolkata" },
    false,
    "conversations",
  ],
])("answers %s from the smallest table that is exact", (_, part, folded, table) => {
  expect(planned(part, folded).table).toBe(table);
});

it.each<[string, Partial<Query>, string]>([
  ["who ranks first", {}, "rollup_hour"],
  ["who ranks first by either end", { by: ["ip"] }, "rollup_hour"],
  ["who ranks last", { order: { measure: "bytes", descending: false } }, "conversations"],
  ["groups on a condition", { having: [{ measure: "bytes", operator: ">", value: 1 }] }, "conversations"],
  ["what does not add", { measures: ["bytes", "servers"] }, "conversations"],
  ["the names of addresses", { by: ["client_ip", "server_name"] }, "conversations"],
  ["those of one public address", { filter: isIn("server_ip", "203.0.113.9") }, "conversations"],
  ["those of a block that folded ones lie in whole", { filter: isIn("server_ip", "203.0.113.0/24") }, "rollup_hour"],
])("takes %s from sums of hours with folded addresses only if a proof holds", (_, part, table) => {
  const { table: chosen, needsProof, rows: ranked } = planned({ by: ["client_ip"], limit: 10, ...part });
  expect([chosen, needsProof]).toEqual([table, table === "rollup_hour"]);
  expect(ranked.sql.includes("is_folded")).toBe(needsProof);
});

it("proves nothing where everyone is shown, and where sums of hours are no smaller, or were found not to hold", () => {
  const context = { segments: lake(true), names, longestWindow: MINUTE };
  const query: Query = {
    dataset: "conversations",
    range: { from: 0, to: 2 * DAY },
    by: ["client_ip"],
    measures: ["bytes"],
    limit: 10,
    timeZone: "UTC",
  };
  expect(plan(query, undefined, context).table).toBe("rollup_hour");
  const { limit: _, ...everyone } = query;
  expect(plan(everyone, undefined, context).table).toBe("conversations");
  expect(plan(query, undefined, { ...context, mayFoldedRank: true }).table).toBe("conversations");
  const large = (table: TableName): Segment[] => lake(true)(table).map((segment) => ({ ...segment, rows: 1000 }));
  expect(plan(query, undefined, { ...context, segments: large }).table).toBe("conversations");
});

it("reads the files of its range only, and cuts the hours at its ends from conversations", () => {
  const reads = planned({ by: ["client_ip"], range: { from: DAY + 30 * MINUTE, to: 2 * DAY + 10 * MINUTE } }, false)
    .rows.reads;
  expect(reads.map(({ table, segments }) => [table, segments.map(({ id }) => id)])).toEqual([
    ["conversations", ["conversations-1"]],
    ["rollup_hour", ["rollup_hour-1"]],
    ["conversations", ["conversations-2"]],
  ]);
});

it("scans twice for either end, and joins with many addresses", () => {
  const { rows: either } = planned({ filter: isIn("ip", "10.0.0.1") });
  expect(either.sql).toContain("UNION ALL");
  expect(either.sql).toContain("IS NOT TRUE");
  const many = Array.from({ length: 40 }, (_, at) => `10.0.${at}.1`);
  const { rows: joined } = planned({ filter: isIn("client_ip", ...many, "192.168.0.0/16") });
  expect(joined.blockTables.map(({ blocks }) => blocks.length)).toEqual([40, 1]);
  expect(joined.sql).toContain("client_ip IN (SELECT first FROM ranked_blocks_1 UNION ALL");
});

it("finds ids by the names given to them", () => {
  const filter: FilterNode = {
    kind: "in",
    field: "account",
    values: [{ type: "text", text: "payments" }],
    negated: false,
  };
  expect(planned({ filter }).rows.parameters).toContain("111122223333");
});

it("keeps a scope apart from the question, and shows nothing where rows do not say whose they are", () => {
  const query: Query = {
    dataset: "conversations",
    range: { from: 0, to: DAY },
    by: [],
    measures: ["bytes"],
    timeZone: "UTC",
  };
  const context = { segments: lake(false), names, longestWindow: MINUTE };
  const { rows: own } = plan(query, { accounts: ["1", "2"] }, context);
  expect(own.sql).toMatch(/client_account_id IN \(\$\d+, \$\d+\) OR server_account_id IN/);
  expect(plan(query, { accounts: [] }, context).rows.sql).toContain("false");
  expect(() =>
    plan({ ...query, dataset: "observations", measures: ["records"] }, { accounts: ["1"] }, context),
  ).toThrow("whose");
});

it("says when steps are finer than what the logs tell", () => {
  const query: Query = {
    dataset: "conversations",
    range: { from: 0, to: DAY },
    by: [],
    measures: ["bytes"],
    timeZone: "UTC",
  };
  const context = { segments: lake(false), names, longestWindow: 10 * MINUTE };
  expect(plan({ ...query, step: 60_000 }, undefined, context).query.notes[0]).toContain("10 min");
  const automatic = plan({ ...query, step: "auto" }, undefined, context).query;
  expect([automatic.grid?.step, automatic.notes]).toEqual([15 * MINUTE, []]);
});
