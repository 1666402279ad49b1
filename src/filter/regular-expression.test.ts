import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { regularExpressionFault } from "./regular-expression.ts";

let connection: DuckDBConnection;
beforeAll(async () => {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
});
afterAll(() => connection.closeSync());

async function engineRefuses(pattern: string): Promise<string | undefined> {
  try {
    await connection.run("SELECT regexp_matches('allow-web-443', $1, 'i')", [pattern]);
  } catch (error) {
    return String(error);
  }
  return undefined;
}

it.each([
  "^allow-\\d+$",
  "web|db",
  "(a|b)+c?",
  "(?:web|db)-\\w{2,5}",
  "(?i)web",
  "(?i:web)-(?-i:X)",
  "(?P<name>x)",
  "[a-z0-9_.-]+",
  "[^]a]",
  "[]]",
  "[[:alpha:][:^digit:]]",
  "\\p{L}+\\pN",
  "a{1000}",
  ".{1000}",
  "(a{10}){100}",
  "a{,5}",
  "a{",
  "\\x41\\x{1F600}",
  "\\/\\.\\-\\!",
  "\\bweb\\B",
  "",
  "a*?b+?c??",
  "ünï",
  "|",
  "()",
  "^*",
])("accepts %s, and so does the engine", async (pattern) => {
  expect(regularExpressionFault(pattern)).toBeUndefined();
  expect(await engineRefuses(pattern)).toBeUndefined();
});

it.each([
  ["a(?=b)", "“(?=” looks around, which these regular expressions cannot"],
  ["(?<!a)b", "“(?<!” looks around, which these regular expressions cannot"],
  ["(a)\\1", "“\\1” goes back to a group, which these regular expressions cannot"],
  ["(?>a)", "“(?>” begins no group of these regular expressions"],
  ["a++", "“+” repeats what is repeated already"],
  ["*a", "“*” has nothing before it to repeat"],
  ["(a", "a bracket of the regular expression is never closed"],
  ["a)", "a bracket of the regular expression closes nothing"],
  ["[a", "a [ of the regular expression is never closed"],
  ["[z-a]", "“z-a” is a range that runs backwards"],
  ["a\\", "the regular expression ends in a backslash"],
  ["\\y", "“\\y” means nothing in these regular expressions"],
  ["a{1001}", "“{1001}” repeats more than 1000 times"],
  ["a{3,2}", "“{3,2}” repeats backwards"],
  ["(a{100}){11}", "counts inside each other repeat more than 1000 times"],
  ["[[:foo:]]", "“[:foo:]” is no class of characters"],
  ["\\p{Foo}", "“\\p{Foo}” is no class of characters"],
  ["(\\pL{100}){10}", "the regular expression is too large: it repeats too much too often"],
  ["a".repeat(501), "the regular expression is longer than 500 characters"],
])("refuses %s", (pattern, message) => {
  expect(regularExpressionFault(pattern)?.message).toBe(message);
});

it("accepts nothing that the engine refuses", async () => {
  const pieces = [
    ...Array.from("ab1é😀-^$.|*+?()[]{},:\\/&_ \n"),
    ..."\\d \\W \\b \\z \\1 \\Q \\C \\x4 \\x41 \\x{41} \\pL \\p{Lu} \\p{Zz} \\_ \\- (?: (?i) (?P<n> (?<n> (?= [^ [: [:alpha:] :] {2} {3,} {1,2} {1000} \\00 \\é".split(
      " ",
    ),
  ];
  const pattern = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(""));
  const property = fc.asyncProperty(pattern, async (text) => {
    if (regularExpressionFault(text) === undefined) expect(await engineRefuses(text), text).toBeUndefined();
  });
  await expect(fc.assert(property, { numRuns: 2000 })).resolves.toBeUndefined();
});
