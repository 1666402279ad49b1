import { expect, it } from "vitest";
import { WeirError } from "#base/errors.js";
import { Bindings, conditionSql } from "./conditions.ts";
import { findDimension } from "./dimensions.ts";
import { flowsDataset } from "./top-dataset.ts";
import { findMeasure, planTop, segmentsInRange } from "./top.ts";

function condition(text: string): { sql: string; values: unknown[] } {
  const bindings = new Bindings();
  return { sql: conditionSql(text, bindings, flowsDataset), values: bindings.values };
}

it("binds every value and pastes none", () => {
  expect(condition("rule_name = x' OR 1=1 --")).toEqual({
    sql: "lower(rule_name) = lower($1)",
    values: ["x' OR 1=1 --"],
  });
  expect(condition("dst_port>=1024")).toEqual({ sql: "dst_port >= $1", values: [1024] });
});

it("takes blocks as ranges that prune, and either end for ip", () => {
  const { sql, values } = condition("src_ip=10.0.0.0/8");
  expect(sql).toBe("src_ip BETWEEN $1::UUID AND $2::UUID");
  expect(values).toEqual(["00000000-0000-0000-0000-ffff0a000000", "00000000-0000-0000-0000-ffff0affffff"]);
  expect(condition("ip=::1").sql).toBe(
    "(src_ip BETWEEN $1::UUID AND $2::UUID OR dst_ip BETWEEN $3::UUID AND $4::UUID)",
  );
  expect(condition("ip!=::1").sql).toContain(") IS NOT TRUE AND (");
});

it("includes the unknown in unequal", () => {
  expect(condition("region!=eu-west-1").sql).toBe("(lower(region) = lower($1)) IS NOT TRUE");
  expect(condition("dst_port!=443").sql).toBe("dst_port IS DISTINCT FROM $1");
});

it("knows aliases, dots and other words for actions", () => {
  expect(condition("eni=eni-1").sql).toContain("observer_id");
  expect(condition("Src.IP=10.0.0.1").sql).toContain("src_ip");
  expect(condition("verdict=denied")).toEqual({ sql: "lower(action) = lower($1)", values: ["deny"] });
  expect(findDimension("vpc", flowsDataset).columns).toEqual([{ name: "network_id", sql: "network_id" }]);
  expect(findMeasure("bytes", flowsDataset)).toBe("logged_bytes");
});

it("refuses what it cannot read", () => {
  for (const text of ["", "dst_port", "dst_port=x", "dst_port=", "region<x", "src_ip=10.0.0.0/40", "time2=3"])
    expect(() => conditionSql(text, new Bindings(), flowsDataset)).toThrow(WeirError);
});

it("plans one scan, and two for either end", () => {
  const query = {
    dataset: flowsDataset,
    by: ["src_ip", "dst_port"],
    measure: "flows",
    range: { from: 0, to: 10 },
    where: ["proto=6"],
    limit: 5,
    others: true,
  };
  const plan = planTop(query);
  expect(plan.sql).toContain("GROUP BY src_ip, dst_port ORDER BY flows DESC, src_ip, dst_port LIMIT $4");
  expect([plan.parameters, plan.totalParameters]).toEqual([
    [0n, 10n, 6, 6],
    [0n, 10n, 6],
  ]);
  expect(planTop({ ...query, by: ["ip"] }).sql).toContain("UNION ALL");
});

it("opens only files that can hold rows of the range", () => {
  const segment = (minTime: number, maxTime: number) => ({
    id: `${minTime}`,
    table: "flows" as const,
    path: "",
    rows: 1,
    bytes: 1,
    minTime,
    maxTime,
    hours: [],
    columns: [],
    minAddress: null,
    maxAddress: null,
    objects: {},
  });
  const chosen = segmentsInRange([segment(0, 9), segment(5, 10), segment(19, 25), segment(20, 30)], {
    from: 10,
    to: 20,
  });
  expect(chosen.map(({ minTime }) => minTime)).toEqual([5, 19]);
});
