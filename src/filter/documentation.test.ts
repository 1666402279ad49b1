import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { lintFilter } from "./index.ts";

const page = readFileSync(new URL("../../docs/reference/filters.md", import.meta.url), "utf8");
const examples = [
  ...Array.from(page.matchAll(/`((?:not )?[a-z_.]+ (?:[=<>!~]+|in|like|is) [^`]+)`/g), ([, text]) => text as string),
  page.slice(page.indexOf("```text\n") + "```text\n".length).split("\n")[0] as string,
];
/** These show a mistake, or are of measures. */
const isOther = (text: string): boolean => /^(bytes|rate|conversations) |…/.test(text);

it("shows filters that are right", () => {
  expect(examples.length).toBeGreaterThan(15);
  for (const text of examples) if (!isOther(text)) expect(lintFilter(text, "conversations"), text).toEqual([]);
});
