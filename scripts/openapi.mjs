/**
 * Writes openapi.json, the description of the HTTP API, from its routes. Run it after `npm run build`; with --check it writes
 * nothing and fails when the file is not what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const { describeApi } = await import(new URL("../dist/api/index.js", import.meta.url).href);
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const file = new URL("../openapi.json", import.meta.url);
const text = `${JSON.stringify(describeApi(version), null, 2)}\n`;
if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  const isCheck = process.argv.includes("--check");
  if (!isCheck) writeFileSync(file, text);
  console.log(`openapi.json ${isCheck ? "is stale: run node scripts/openapi.mjs after a build" : "written"}`);
  process.exit(isCheck ? 1 : 0);
}
