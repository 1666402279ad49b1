/** The gates: types, lint, format, import map, dead code, package. Runs all of them, as many at once as there are cores, and fails when one does. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";

const sourceFiles = readdirSync("src", { recursive: true }).filter((name) => /[.]tsx?$/.test(String(name))).length;

/** Runs a command. @returns its exit code and what it wrote, its standard output apart too */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const [all, out] = [[], []];
    child.stdout.on("data", (data) => void (all.push(data), out.push(data)));
    child.stderr.on("data", (data) => void all.push(data));
    child.on("error", (error) => resolve({ passed: false, text: String(error), out: "" }));
    child.on("close", (code) =>
      resolve({ passed: code === 0, text: Buffer.concat(all).toString(), out: Buffer.concat(out).toString() }),
    );
  });
}

const npx =
  (...args) =>
  () =>
    run("npx", ["--no-install", ...args]);
const node =
  (...args) =>
  () =>
    run(process.execPath, args);

/** dependency-cruiser finds nothing and still passes when its TypeScript is wrong: count what it read. */
async function importMap() {
  const { out, text } = await npx("depcruise", "src", "-T", "json")();
  if (!out.startsWith("{")) return { passed: false, text };
  const { summary } = JSON.parse(out);
  const wrong = summary.violations.map(({ rule, from, to }) => `${rule.severity} ${rule.name}: ${from} → ${to}`);
  if (summary.totalCruised < sourceFiles)
    wrong.push(`dependency-cruiser read ${summary.totalCruised} modules of ${sourceFiles} source files.`);
  return { passed: summary.error === 0 && summary.totalCruised >= sourceFiles, text: wrong.join("\n") };
}

/** What the sources must be like; what the product that is built of them must be like. */
const ofSources = {
  types: npx("tsc", "-p", "tsconfig.test.json"),
  "types of the page": npx("tsc", "-p", "src/web"),
  lint: npx("oxlint", "--type-aware", "src", "test", "bench", "scripts"),
  "import map": importMap,
  "dead code": npx("knip"),
  format: npx("oxfmt", "--check", "src", "test", "bench", "scripts"),
  "filter grammar": node("scripts/grammar.mjs", "--check"),
};
// The pages are written from the built product.
const build = { build: node("scripts/build.mjs") };
const ofProduct = {
  "size of the page": node("scripts/page-size.mjs"),
  "reference pages": node("scripts/reference.mjs", "--check"),
  "description of the API": node("scripts/openapi.mjs", "--check"),
  package: npx("publint"),
};

/** @returns whether all gates of a group passed */
async function passes(group) {
  const waiting = Object.entries(group);
  let passed = true;
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, gate] = next;
      const found = await gate();
      if (!found.passed) console.log(found.text);
      console.log(`${found.passed ? "ok    " : "FAILED"}  ${name}`);
      passed &&= found.passed;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return passed;
}

const results = [];
for (const group of [ofSources, build, ofProduct]) results.push(await passes(group));
process.exitCode = results.every(Boolean) ? 0 : 1;
