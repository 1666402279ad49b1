import { describe, expect, it } from "vitest";
import { parseFilter } from "#filter/index.js";
import { foldClasses } from "#model/folds.js";
import { flagsText } from "./flags-text.ts";
import { allColumns, chosenColumns, firstColumns, groupsOf, type CellOf } from "./row-columns.ts";
import { evidenceOf, foldOf, rowWord, unfoldText } from "./rows-state.ts";
import { shownFilter } from "./shown-filter.ts";
import { inkOf, stripBars, stripTicks } from "./strip-layout.ts";
import { rowTime } from "./time-text.ts";

const context = {
  names: (text: string) => (text === "10.0.0.1" ? "web-1" : undefined),
  timeText: (iso: string) => iso,
};
const cellsOf =
  (row: Record<string, string | number>): CellOf =>
  (name) =>
    row[name] ?? null;

describe("the state in the URL", () => {
  it.each([
    [null, foldClasses],
    ["", foldClasses],
    ["all", []],
    ["stray,platform", foldClasses.filter((name) => name !== "stray" && name !== "platform")],
    ["nonsense", foldClasses],
  ])("unfold=%j folds %j", (unfold, fold) => {
    expect(foldOf(unfold)).toEqual(fold);
    expect(foldOf(unfoldText(fold))).toEqual(fold);
  });

  it("names a row so that the API finds it again", () => {
    const conversation = rowWord("conversations", (name) =>
      name === "time" ? "2026-03-03T12:00:00Z" : "18446744073709551615",
    );
    expect(evidenceOf("conversations", conversation)).toEqual({
      conversation_id: "18446744073709551615",
      hour: "2026-03-03T12:00:00Z",
    });
    const flow: Record<string, unknown> = {
      object_id: 7,
      position: 12,
      sub_position: null,
      time: "2026-03-03T12:00:01Z",
    };
    expect(
      evidenceOf(
        "flows",
        rowWord("flows", (name) => flow[name]),
      ),
    ).toEqual({
      flow: { object_id: 7, position: 12, time: "2026-03-03T12:00:01Z" },
    });
    flow["sub_position"] = 3;
    expect(
      evidenceOf(
        "flows",
        rowWord("flows", (name) => flow[name]),
      ),
    ).toEqual({
      flow: { object_id: 7, position: 12, sub_position: 3, time: "2026-03-03T12:00:01Z" },
    });
  });

  it.each(["", "@", "x@2026-03-03", "12@never", "1.2@", "-1@2026-03-03", "1e9.x@2026-03-03T00:00:00Z"])(
    "takes %j for no row",
    (word) => {
      expect(evidenceOf("conversations", word)).toBeUndefined();
      expect(evidenceOf("flows", word)).toBeUndefined();
    },
  );
});

describe("columns", () => {
  it("have one id each, and needs that the dataset has", () => {
    for (const dataset of ["conversations", "flows"] as const) {
      const ids = allColumns(dataset).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const groups = groupsOf(chosenColumns(dataset, ids));
      expect(new Set(groups.map(({ title }) => title)).size).toBe(groups.length);
    }
  });

  it("are those of the link, and the first ones where it names none that there are", () => {
    expect(chosenColumns("conversations", ["server_ip", "client_ip", "nonsense"]).map(({ id }) => id)).toEqual([
      "client_ip",
      "server_ip",
    ]);
    expect(chosenColumns("flows", ["nonsense"])).toEqual(chosenColumns("flows", undefined));
    expect(firstColumns.conversations.map(({ id }) => id)).toContain("service");
  });

  it("show values that can be worked with, and measures with all their digits on hover", () => {
    const show = (id: string, row: Record<string, string | number>) =>
      allColumns("conversations")
        .find((column) => column.id === id)
        ?.show(cellsOf(row), context);
    expect(show("client_ip", { client_ip: "10.0.0.1" })).toMatchObject({
      text: "10.0.0.1",
      name: "web-1",
      field: "client_ip",
    });
    expect(show("service", { server_port: 443, protocol: 6 })).toMatchObject({
      text: "443/tcp",
      name: "https",
      value: "443/tcp",
    });
    expect(show("service", { protocol: 1 })).toMatchObject({ text: "icmp", field: "protocol" });
    expect(show("client_bytes", { client_bytes: 1_234_567 })).toEqual({ text: "1.2 MB", title: "1,234,567 bytes" });
    expect(show("packets", { client_packets: 2, server_packets: 3 })).toMatchObject({ text: "5" });
    expect(show("packets", {})).toEqual({ text: "" });
  });
});

describe("the strip", () => {
  const counts = {
    range: { from: "2026-03-03T10:00:00Z", to: "2026-03-03T12:00:00Z" },
    step_s: 3600,
    cells: [
      { from: "2026-03-03T09:00:00Z", verdicts: { allowed: 1 }, bytes: 0 },
      { from: "2026-03-03T10:00:00Z", verdicts: { allowed: 75, denied: 25 }, bytes: 0 },
      { from: "2026-03-03T11:00:00Z", verdicts: { mixed: 25 }, bytes: 0 },
    ],
  } as unknown as Parameters<typeof stripBars>[0];

  it("stacks verdicts, refusals above, and cuts bars to the range", () => {
    const [cut, full, last] = stripBars(counts);
    expect(cut).toMatchObject({ left: 0, width: 0, rows: 1 });
    expect(full).toMatchObject({ left: 0, width: 0.5, rows: 100 });
    expect(full?.parts).toEqual([
      { ink: "allowed", share: 0.75 },
      { ink: "denied", share: 0.25 },
    ]);
    expect(last?.parts).toEqual([{ ink: "other", share: 0.5 }]);
  });

  it("tells inks of both datasets, and writes few full times", () => {
    expect(["allow", "allowed", "deny", "drop", "dropped", "mixed", "observed"].map(inkOf)).toEqual([
      "allowed",
      "allowed",
      "denied",
      "denied",
      "denied",
      "other",
      "other",
    ]);
    const day = 86_400_000;
    for (const length of [60_000, 3_600_000, day, 30 * day]) {
      const ticks = stripTicks(1_767_225_600_123, 1_767_225_600_123 + length, 10);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(11);
    }
  });
});

describe("words", () => {
  it("say in the filter language what a list shows", () => {
    expect(shownFilter(undefined, [])).toBeUndefined();
    expect(shownFilter("a = 1 or b = 2", ["stray"])).toBe("(a = 1 or b = 2) and class not in (stray)");
    expect(() => parseFilter(shownFilter("ip = 10.0.0.1", foldClasses) ?? "", "conversations")).not.toThrow();
  });

  it("are times of a zone and flags of a packet", () => {
    expect(rowTime("2026-03-03T12:00:01.5Z", "UTC")).toBe("2026-03-03 12:00:01");
    expect(rowTime("2026-03-03T12:00:01Z", "Europe/Berlin")).toBe("2026-03-03 13:00:01");
    expect([flagsText(18), flagsText(0), flagsText(null)]).toEqual(["SYN ACK", "none", "–"]);
  });
});
