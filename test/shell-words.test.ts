import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shellWord } from "../src/base/shell-word.ts";
import { shellOption, withArguments } from "../src/web/client/shell-words.ts";

const hostile = Array.from("'\"\\$`!*?[]{}()<>|&;~#=- \n\t%");

/** The words that a shell makes of a line. */
function wordsIn(line: string): string[] {
  const run = spawnSync("sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  expect(run.stderr).toBe("");
  return run.stdout.split("\0").slice(0, -1);
}

const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...hostile), fc.string({ maxLength: 1 })),
});
const printable = text.map((each) => each.replaceAll("\0", "")).filter((each) => each.isWellFormed() && each !== "");

describe("words of a command line", () => {
  it("are to a shell exactly what they were", () => {
    fc.assert(
      fc.property(fc.array(printable, { minLength: 1, maxLength: 20 }), (words) => {
        expect(wordsIn(words.map(shellWord).join(" "))).toEqual(words);
      }),
      { numRuns: 40 },
    );
  });

  it("quote only what needs it", () => {
    expect(
      ["10.0.0.0/8", "bytes:desc", "-2h", "a=b", "verdict = denied", "it's", "", "~", "=x"].map(shellWord),
    ).toEqual(["10.0.0.0/8", "bytes:desc", "-2h", "a=b", "'verdict = denied'", `'it'\\''s'`, "''", "'~'", "'=x'"]);
  });

  it("never look like an option", () => {
    expect(shellOption("from", "-2h")).toEqual(["--from=-2h"]);
    expect(withArguments("weir why", ["-a", "b"], ["--from", "x"])).toBe("weir why --from x -- -a b");
  });
});
