import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogsJson } from "../src/api/contract/index.ts";
import { writeFiles } from "./graded-logs.ts";
import { BOTH, expected, migrationFiles, successors } from "./migration-world.ts";
import { ingest } from "./weir.ts";
import { newPlace } from "./weir-process.ts";

/** `weir doctor --migration` over a world in which every known difference between NSG and VNet flow logs is there once. */
type Migration = NonNullable<LogsJson["migration"]> & { readonly days_left: number };

const { folder, lake, weir } = newPlace();
let answer: Migration;
beforeAll(() => {
  rmSync(join(folder, "logs", "a.log"));
  writeFiles(join(folder, "logs"), migrationFiles);
  ingest(lake, join(folder, "logs"), "--final");
  answer = JSON.parse(weir(["doctor", "--migration", "--json"]).stdout) as Migration;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const both = (): Migration["compared"][number] => {
  const found = answer.compared.find((each) => each.interface === BOTH);
  if (found === undefined) throw new Error("the interface was not compared");
  return found;
};

it("says which NSG flow logs have no successor, those first", () => {
  const told = answer.flow_logs.map(
    ({ flow_log, state, missing, beside_logged, successors: own, silent_since: since }) => ({
      flow_log,
      state,
      missing,
      beside_logged,
      successors: own,
      silent: since !== null,
    }),
  );
  expect(told).toEqual(successors);
});

it("counts the days that are left", () => {
  expect(answer.retirement).toBe("2027-09-30");
  expect(answer.days_left).toBe(Math.ceil((Date.UTC(2027, 8, 30) - Date.now()) / 86_400_000));
});

describe("an interface that both watch", () => {
  it("has every difference by its name, and what is the same", () => {
    const { same, differences } = both();
    const told = Object.fromEntries(differences.map(({ code, connections }) => [code, connections]));
    // The first and the last connection are those that the common time is told by.
    expect({ ...told, same }).toEqual({ ...expected, same: (expected["same"] ?? 0) + 2 });
  });

  it("names as not explained what is not, first, with an example", () => {
    const { differences } = both();
    const open = differences.filter(({ explained }) => !explained);
    expect(open.map(({ code }) => code).toSorted()).toEqual(["bytes", "only-nsg", "only-vnet", "rule", "verdict"]);
    expect(differences.slice(0, open.length)).toEqual(open);
    expect(differences.find(({ code }) => code === "bytes")).toMatchObject({
      bytes: 8700,
      example: "10.1.0.4:1018 > 10.1.1.5:443 protocol 6",
    });
  });

  it("is summed over the common time", () => {
    const { nsg, vnet, range } = both();
    expect(Date.parse(range.to) - Date.parse(range.from)).toBe(4 * 3_600_000);
    const count = (side: "nsg" | "vnet"): number =>
      JSON.parse(migrationFiles[`${side}-both.json`] ?? "").records.flatMap((record: object) =>
        JSON.stringify(record).match(/"\d+,10\.1\.0\.4,/g),
      ).length as number;
    expect([nsg.tuples, vnet.tuples]).toEqual([count("nsg"), count("vnet")]);
    expect([nsg.denied, vnet.denied]).toEqual([1, 4]);
  });
});

it("prints them for people", () => {
  const { status, stdout } = weir(["doctor", "--migration"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^NSG flow logs go away on 2027-09-30, /);
  expect(stdout).toMatch(/differs {2}1 connection: Another rule in each log\.\n +such as 10\.1\.0\.4:1017 > /);
  expect(stdout).toMatch(/known {4}2 connections: No or too low counters in the NSG flow log/);
  expect(stdout).toContain("prints the VNet flow logs that are missing");
});

it("has nothing to say of a time without NSG flow logs", () => {
  expect(weir(["doctor", "--migration", "--from", "2020-01-01", "--to", "2020-01-02"]).stdout).toContain(
    "No NSG flow log wrote in this time.",
  );
});
