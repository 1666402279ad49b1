/**
 * Writes docs/reference/columns.md and fields.md from the catalogue and docs/reference/commands.md from the commands' own help.
 * Run it after `npm run build`; with --check it writes nothing and fails when a page is not what it would write.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fieldsPage } from "./fields-page.mjs";

const folder = process.argv.slice(2).find((word) => !word.startsWith("--"));
const isCheck = process.argv.includes("--check");
const dist = folder === undefined ? new URL("../dist/", import.meta.url) : pathToFileURL(`${resolve(folder)}/`);

const { coreColumns } = await import(new URL("model/columns-core.js", dist).href);
const { awsColumns } = await import(new URL("model/columns-aws.js", dist).href);
const { gcpColumns } = await import(new URL("model/columns-gcp.js", dist).href);
const { tables } = await import(new URL("model/tables.js", dist).href);
const fieldModel = {
  ...(await import(new URL("model/datasets.js", dist).href)),
  ...(await import(new URL("model/columns.js", dist).href)),
  ...(await import(new URL("model/measures.js", dist).href)),
};

const GENERATED = "<!-- Written by scripts/reference.mjs: change the source, build, and run the script. -->";

const cell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll(/\s+/g, " ").trim();
const code = (text) => `\`${text}\``;
const tableOf = (headings, rows) =>
  [headings, headings.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** What a column is in SQL. */
const sqlTypes = {
  timestamp: "TIMESTAMP",
  text: "VARCHAR",
  address: "UUID",
  uint8: "UTINYINT",
  uint16: "USMALLINT",
  uint32: "UINTEGER",
  uint64: "UBIGINT",
  float64: "DOUBLE",
  json: "JSON text",
};

function columnRow([name, column]) {
  const { id, type, unit, values = [], aliases = [], groupable, description } = column;
  const facts = [cell(description)];
  if (values.length > 0) facts.push(`One of ${values.map(code).join(", ")}.`);
  return [
    code(name),
    `${sqlTypes[type]}${unit === undefined ? "" : `, ${unit}`}`,
    aliases.map(code).join(", "),
    groupable === true ? "yes" : "",
    facts.join(" "),
    String(id),
  ];
}

function columnsPage() {
  const headings = ["column", "type", "also called", "`--by`", "meaning", "id"];
  const section = (title, text, columns) =>
    `## ${title}\n\n${text}\n\n${tableOf(headings, Object.entries(columns).map(columnRow))}\n`;
  const onlyIn = (table) => tables[table].map(code).join(", ");
  return `${GENERATED}

# Columns

\`flows\` has one row per record, and every column on this page except \`status\`, \`reason\` and \`text\`. A column means the
same in every table that has it. A log fills the columns that it has facts for; the others are null.

- **Type** is the type in \`weir sql\`. Times are UTC with microseconds. An address is a 128-bit number kept as a \`UUID\`;
  \`weir sql\` prints it as an address, and \`ip('10.0.0.1')\`, \`in_cidr(column, '10.0.0.0/8')\` and \`ip_text(column)\` work on it.
- **Also called**: other words that filters and \`--by\` take. \`.\` and \`-\` are read as \`_\`. SQL takes the column's name only.
- **\`--by\`**: whether \`weir top\` and \`weir query\` group by it. \`--by\` also takes \`ip\` (either end), \`pair\`, \`port\` (the service's), \`service\`, \`name\`, \`minute\`, \`hour\` and \`day\`.
- **Id** is the field id in the Parquet files. It is never reused.

The other tables of evidence:

- \`coverage\`: ${onlyIn("coverage")}.
- \`malformed\`: ${onlyIn("malformed")}. Its \`time\` is when the record arrived.

The catalog's tables \`objects\` (what was read: key, status, SHA-256, counts) and \`segments\` (the lake's files) can be asked, too:
\`weir sql "DESCRIBE objects"\` lists their columns.

${section("Core", "Every cloud fills these, or the lake adds them.", coreColumns)}
${section("AWS", "Only AWS fills these.", awsColumns)}
${section("Google Cloud", "Only Google Cloud fills these.", gcpColumns)}`;
}

/** Loaded into the command, so that no line of its help is wrapped. */
const wide = `data:text/javascript,${encodeURIComponent("process.stdout.isTTY = true; process.stdout.columns = 2000;")}`;

function helpOf(command) {
  const args = ["--import", wide, fileURLToPath(new URL("cli/main.js", dist)), ...command, "--help"];
  const run = spawnSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  if (run.status !== 0) throw new Error(`weir ${command.join(" ")} --help ended with ${run.status}:\n${run.stderr}`);
  return parseHelp(run.stdout);
}

/** A help text in parts: its first paragraphs, and under each heading its lines. */
function parseHelp(text) {
  const help = { usage: "", about: "", sections: new Map() };
  let lines;
  for (const line of text.split("\n")) {
    const heading = /^([A-Z][a-z]+):$/.exec(line)?.[1];
    if (line.startsWith("Usage: ")) help.usage = line.slice("Usage: ".length);
    else if (heading !== undefined) help.sections.set(heading, (lines = []));
    else if (lines !== undefined) lines.push(line);
    else if (line !== "") help.about = line;
  }
  return help;
}

/** Lines of a term and its meaning: \`  --data <dir>   the lake's folder\`. */
function terms(lines = []) {
  return lines.flatMap((line) => {
    const [, term, meaning] = /^ {2}(\S.*?) {2,}(\S.*)$/.exec(line) ?? [];
    return term === undefined ? [] : [[term, meaning]];
  });
}

const groups = ["Ask", "Feed", "Run"];

function commandsPage() {
  const main = helpOf([]);
  const parts = groups.map((group) => {
    const names = terms(main.sections.get(group)).map(([term]) => term.split(" ")[0]);
    const commands = names.filter((name) => name !== "help").flatMap((name) => commandAndBelow([name]));
    return `## ${group}\n\n${commands.join("\n")}`;
  });
  return `${GENERATED}

# Commands

The lake is \`--data DIR\`, else \`$WEIR_DATA\`, else \`./weir-data\` if it exists, else \`$XDG_DATA_HOME/weir\`
(\`~/.local/share/weir\` without that variable). Each command names the lake in use on standard error. Answers go to standard
output, so that they can be piped.

\`weir help COMMAND\` and \`weir COMMAND --help\` print what this page says. \`weir --version\` prints the version.

| exit code | meaning |
| --- | --- |
| 0 | answered; also without rows, and also with malformed records or some objects that could not be read |
| 1 | bad news, of commands that judge: \`weir doctor\`, \`weir why --expect\`; of \`weir collect\`: some objects could not be read |
| 2 | wrong use |
| 3 | failed; \`weir ingest\`: not one object could be read; \`weir store check\`: files are missing or damaged, and not taken off the list by \`--repair\` |
| 4 | answered, and less is covered than \`--min-coverage\` asks for |
| 130 | interrupted; what was read whole is kept |

Environment: \`WEIR_DATA\` names the lake, \`NO_COLOR\` turns colour off and \`FORCE_COLOR\` on, \`WEIR_DEBUG=1\` prints stacks of errors.

Every command also takes \`--color auto|always|never\`, which decides before the environment does.

Times that options take: RFC 3339 (\`2026-03-03T14:00:00Z\`), a date (\`2026-03-03\`, midnight UTC), or a length of time back from
now (\`-2h\`, \`-7d\`).

${parts.join("\n")}`;
}

function commandAndBelow(path) {
  const help = helpOf(path);
  const below = terms(help.sections.get("Commands")).map(([term]) => term.split(" ")[0]);
  const section = (title) =>
    terms(help.sections.get(title)).map(([term, meaning]) => [code(cell(term)), cell(meaning)]);
  const parts = [
    `### weir ${path.join(" ")}`,
    `${help.about[0].toUpperCase()}${help.about.slice(1)}.`,
    `\`\`\`text\n${help.usage}\n\`\`\``,
  ];
  const described = [...section("Arguments"), ...section("Options").filter(([term]) => !term.includes("--help"))];
  if (below.length === 0) parts.push(tableOf(["argument or option", "meaning"], described.map(unescapedCode)));
  const examples = help.sections.get("Examples")?.map((line) => line.trim()) ?? [];
  const gap = examples.indexOf("");
  const [shown, notes] = gap < 0 ? [examples, []] : [examples.slice(0, gap), examples.slice(gap + 1)];
  parts.push(`\`\`\`sh\n${shown.join("\n")}\n\`\`\``);
  const told = notes.filter((line) => line !== "");
  if (told.length > 0) parts.push(told.join("\n\n"));
  return [
    `${parts.join("\n\n")}\n`,
    ...below.filter((name) => name !== "help").flatMap((name) => commandAndBelow([...path, name])),
  ];
}

/** In code, \`<\` stands for itself. */
function unescapedCode([term, meaning]) {
  return [term.replaceAll("&lt;", "<"), meaning];
}

const pages = {
  "reference/columns.md": columnsPage(),
  "reference/commands.md": commandsPage(),
  "reference/fields.md": fieldsPage(fieldModel, { GENERATED, cell, code, tableOf }),
};
const stale = Object.entries(pages).filter(([name, text]) => {
  const file = new URL(`../docs/${name}`, import.meta.url);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return false;
  if (!isCheck) writeFileSync(file, text);
  return true;
});
for (const [name] of stale)
  console.log(`docs/${name} ${isCheck ? "is stale: run node scripts/reference.mjs after a build" : "written"}`);
process.exit(isCheck && stale.length > 0 ? 1 : 0);
