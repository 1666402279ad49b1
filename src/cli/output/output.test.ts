import { expect, it } from "vitest";
import { bar, humanBytes, humanCount, humanSeconds, humanShare, humanTime } from "#base/human.js";
import { clip, clipMiddle, safeText, textWidth } from "./safe-text.ts";
import { tableLines } from "./table.ts";
import { Output } from "./terminal.ts";

function output(isTTY: boolean, columns: number, env: NodeJS.ProcessEnv = {}): Output {
  return new Output({ isTTY, columns, on: () => undefined } as unknown as NodeJS.WriteStream, env);
}

it("makes visible whatever could steer a terminal or mislead the eye", () => {
  expect(safeText("a\u001b[31mb\u0007\u009b2J\n\t\r")).toBe("a\\x1b[31mb\\x07\\x9b2J\\n\\t\\r");
  expect(safeText("\u202eevil\u2066\ufeff\ud800")).toBe("\\u202eevil\\u2066\\ufeff\\ud800");
  expect(safeText("größe 東京 🌊")).toBe("größe 東京 🌊");
});

it("measures and cuts by terminal cells", () => {
  expect([textWidth("abc"), textWidth("東京"), textWidth("e\u0301")]).toEqual([3, 4, 1]);
  expect([clip("abcdef", 4), clip("東京都", 4), clip("abc", 3)]).toEqual(["abc…", "東…", "abc"]);
  expect([clipMiddle("abcdefghij", 7), clipMiddle("東京都市", 5), clipMiddle("abc", 3)]).toEqual([
    "ab…ghij",
    "…都市",
    "abc",
  ]);
});

it("writes numbers as people read them", () => {
  expect([0, 999, 1000, 999_960, 1_234_567_890].map(humanBytes)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "1.0 MB",
    "1.2 GB",
  ]);
  expect([0, 9999, 10_000, 3_400_000].map(humanCount)).toEqual(["0", "9,999", "10.0 k", "3.4 M"]);
  expect([0, 0.0004, 0.005, 0.123, 0.9996, 1].map(humanShare)).toEqual([
    "0.0 %",
    "<0.1 %",
    "0.5 %",
    "12 %",
    "99.9 %",
    "100 %",
  ]);
  expect([0.42, 12, 185, 7800].map(humanSeconds)).toEqual(["0.4 s", "12 s", "3 min 5 s", "2 h 10 min"]);
  expect(humanTime(Date.UTC(2026, 2, 3, 14, 5) * 1000)).toBe("2026-03-03 14:05");
  expect([bar(0, 4), bar(0.001, 4), bar(0.5, 4), bar(1, 4), bar(2, 4)]).toEqual(["", "▏", "██", "████", "████"]);
});

it("never prints wider than the terminal: cuts texts, then leaves out columns and says so", () => {
  const columns = [
    { heading: "name", align: "left", mayShrink: true },
    { heading: "count", align: "right" },
    { heading: "a long heading that takes room", align: "left" },
  ] as const;
  const rows = [[{ text: "x".repeat(60) }, { text: "12345" }, { text: "y" }]];
  expect(
    tableLines(columns, rows, output(true, 60, { NO_COLOR: "1" }))
      .map(textWidth)
      .every((width) => width <= 60),
  ).toBe(true);
  const narrow = tableLines(columns, rows, output(true, 40, { NO_COLOR: "1" }));
  expect(narrow.at(-1)).toContain("1 more column:");
  expect(narrow.map(textWidth).every((width) => width <= 40)).toBe(true);
  expect(tableLines(columns, rows, output(false, 40))[1]).toContain("x".repeat(60));
});

it("uses colour on terminals only, and not with NO_COLOR", () => {
  expect(output(true, 80).style("x", "red")).toBe("\u001b[31mx\u001b[39m");
  for (const plain of [output(false, 80), output(true, 80, { NO_COLOR: "1" }), output(true, 80, { TERM: "dumb" })])
    expect(plain.style("x", "red")).toBe("x");
  expect(output(false, 80, { FORCE_COLOR: "1" }).hasColor).toBe(true);
  expect(output(true, 80, { FORCE_COLOR: "0" }).hasColor).toBe(false);
  expect(output(true, 80, { FORCE_COLOR: "1", NO_COLOR: "1" }).hasColor).toBe(false);
  const asked = output(false, 80, { NO_COLOR: "1" });
  for (const [choice, colored] of [
    ["always", true],
    ["never", false],
    ["auto", false],
  ] as const) {
    asked.setColor(choice);
    expect(asked.hasColor).toBe(colored);
  }
});
