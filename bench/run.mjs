/**
 * The benchmarks. Makes its data from the demo generator (bench/data, kept for the next run), runs each comparison pairwise in
 * one run, prints a table and writes bench/RESULTS.md.
 * Usage: node bench/run.mjs [--quick] [ingest|derive|ask|page|push|soak …]   (needs npm run build; parts that are not named keep their section
 * of RESULTS.md; with --quick, a tenth of the data, all of it is left as it is)
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { benchApi } from "./api.mjs";
import { benchAsk } from "./ask.mjs";
import { statements } from "./baselines.mjs";
import { benchDerive } from "./derive.mjs";
import { benchPage } from "./page.mjs";
import { benchPush } from "./push.mjs";
import { benchSoak } from "./soak.mjs";
import { benchIngest, tenObjects, vnetBlobs } from "./ingest.mjs";
import { n, quick, removeWork, results } from "./workbench.mjs";

const parts = {
  ingest: { title: "Reading logs", measure: benchIngest },
  derive: { title: "Conversations", measure: benchDerive },
  ask: { title: "Questions", measure: benchAsk },
  api: { title: "The API", measure: benchApi },
  page: { title: "The page", measure: benchPage },
  push: { title: "Pushed logs", measure: benchPush },
  // Takes an hour: only when it is named.
  soak: { title: "An hour of questions", measure: benchSoak, isLong: true },
};
const wanted = process.argv.slice(2).filter((word) => word in parts);
const FILE = "bench/RESULTS.md";
const versions = JSON.parse(readFileSync("package.json", "utf8")).dependencies;

/** One part's table, with what it was measured on. */
function section(title, rows) {
  return `## ${title}

${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}; Node.js ${process.version}, @duckdb/node-api ${versions["@duckdb/node-api"]}; ${new Date().toISOString().slice(0, 10)}

| what | ours | against | result | target | |
| --- | --- | --- | --- | --- | --- |
${rows.map(({ what, ours, against, figure, target, met }) => `| ${what} | ${ours} | ${against} | ${figure} | ${target} | ${met ? "met" : "**missed**"} |`).join("\n")}
`;
}

const sections = new Map();
for (const text of readFileSync(FILE, "utf8")
  .split(/^(?=## )/m)
  .slice(1))
  sections.set(/^## (.*)$/m.exec(text)?.[1], text.trimEnd() + "\n");
for (const name of wanted.length === 0 ? Object.keys(parts).filter((name) => parts[name].isLong !== true) : wanted) {
  const { title, measure } = parts[name];
  const before = results.length;
  await measure();
  sections.set(title, section(title, results.slice(before)));
}
removeWork();

const [v2, vnet] = [(await tenObjects()).truth, (await vnetBlobs()).truth];
const report = `# Benchmark results

Written by \`npm run bench\`; do not edit. Seconds are whole processes, from start to exit; ratios are medians of pairs that ran one
after the other, because machines are noisy. A ratio is the baseline's time over ours: above 1 we are faster.

Data: from the demo generator, seed 1. AWS v2: ${v2.records.toLocaleString("en")} records in 10 objects, both directions, ${n(v2.flowsPerConversation, 1)} flows a conversation,
minute by minute and interface by interface, so that what two ends say of one packet does not stand together; six in ten
conversations are logged at both ends. An hour of so many flows: the same, in 24 objects.
VNet: ${vnet.records.toLocaleString("en")} tuples in ${vnet.objects} blobs, ${n(vnet.flowsPerConversation, 1)} a conversation.

${Object.values(parts)
  .map(({ title }) => sections.get(title))
  .filter((text) => text !== undefined)
  .join("\n")}
## Baselines in full

\`\`\`sql
-- gzip AWS text
${statements["copy-gzip"]("DIR", "OUT.parquet")};
-- AWS Parquet
${statements["copy-parquet"]("DIR", "OUT.parquet")};
\`\`\`

\`\`\`js
// VNet JSON, for each blob
JSON.parse(readFileSync(blob, "utf8"));
\`\`\`
`;
for (const [name, sql] of Object.entries(statements)) console.log(`\nbaseline ${name}:\n${sql("DIR", "OUT.parquet")}`);
if (quick) console.log(`\n${FILE} was left as it is`);
else writeFileSync(FILE, report);
