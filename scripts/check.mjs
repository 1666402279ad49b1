/** The gates: types, lint, format, import map, dead code, package. Runs all of them and fails when one does. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const sourceFiles = readdirSync("src", { recursive: true }).filter((name) => /[.]tsx?$/.test(String(name))).length;

/** dependency-cruiser finds nothing and still passes when its TypeScript is wrong: count what it read. */
function importMapSeesEverything() {
  const run = spawnSync("npx", ["--no-install", "depcruise", "src", "-T", "json"], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const cruised = JSON.parse(run.stdout).summary.totalCruised;
  if (cruised >= sourceFiles) return true;
  console.error(
    `dependency-cruiser read ${cruised} modules of ${sourceFiles} source files: the import map was not checked.`,
  );
  return false;
}

const npx =
  (...args) =>
  () =>
    spawnSync("npx", ["--no-install", ...args], { stdio: "inherit" }).status === 0;
const node =
  (...args) =>
  () =>
    spawnSync(process.execPath, args, { stdio: "inherit" }).status === 0;
const gates = {
  "filter grammar": node("scripts/grammar.mjs", "--check"),
  types: npx("tsc", "-p", "tsconfig.test.json"),
  "types of the page": npx("tsc", "-p", "src/web"),
  lint: npx("oxlint", "--type-aware", "src", "test", "bench", "scripts"),
  format: npx("oxfmt", "--check", "src", "test", "bench", "scripts"),
  "import map": npx("depcruise", "src"),
  "import map is whole": importMapSeesEverything,
  "dead code": npx("knip"),
  // The pages are written from the built product.
  build: node("scripts/build.mjs"),
  "size of the page": node("scripts/page-size.mjs"),
  "reference pages": node("scripts/reference.mjs", "--check"),
  "description of the API": node("scripts/openapi.mjs", "--check"),
  package: npx("publint"),
};

const failed = Object.entries(gates).filter(([name, gate]) => {
  const passed = gate();
  console.log(`${passed ? "ok    " : "FAILED"}  ${name}`);
  return !passed;
});
process.exit(failed.length > 0 ? 1 : 0);
