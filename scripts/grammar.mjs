/**
 * Writes the tables of the filter language's parser, src/filter/grammar-tables.ts and grammar-terms.ts, from
 * src/filter/filter.grammar. With --check it writes nothing and fails when a file is not what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { buildParserFile } from "@lezer/generator";

const folder = new URL("../src/filter/", import.meta.url);
const isCheck = process.argv.includes("--check");
const HEADER = "// Written by scripts/grammar.mjs from filter.grammar: change the grammar and run the script.\n";
/** The terms that the code of keywords.ts needs; all other nodes are known by their names. */
const KEYWORDS = ["And", "Or", "Not", "In", "Like", "Is", "Known", "Unknown"];

const { parser, terms } = buildParserFile(readFileSync(new URL("filter.grammar", folder), "utf8"), {
  fileName: "filter.grammar",
  typeScript: true,
  warn: (message) => {
    throw new Error(message);
  },
});

/** Its first line says the same as ours; of the specializer we know the types. */
const tidied = (text) =>
  withoutFirstLine(text).replace(
    "(value: any, stack: any) => (keyword(value, stack)",
    "(value: string) => (keyword(value)",
  );
const withoutFirstLine = (text) => text.slice(text.indexOf("\n") + 1);
const numberOf = (term) => new RegExp(`\\b${term} = (\\d+)`).exec(terms)[1];
const files = {
  "grammar-tables.ts": `${HEADER}${tidied(parser).trimEnd()}\n`,
  "grammar-terms.ts": `${HEADER}export const keywordTerms = {\n${KEYWORDS.map((term) => `  ${term.toLowerCase()}: ${numberOf(term)},\n`).join("")}} as const;\n`,
};
const stale = Object.entries(files).filter(([name, text]) => {
  const file = new URL(name, folder);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return false;
  if (!isCheck) writeFileSync(file, text);
  return true;
});
for (const [name] of stale)
  console.log(`src/filter/${name} ${isCheck ? "is stale: run node scripts/grammar.mjs" : "written"}`);
process.exit(isCheck && stale.length > 0 ? 1 : 0);
