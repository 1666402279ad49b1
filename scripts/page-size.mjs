/**
 * Adds up the script that a browser loads before each page shows something, gzipped, and fails above the limit. What is loaded
 * when it is needed (charts, the editor, the palette) does not count. Run after the build.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Bytes, gzipped: the entry and all that it imports at once, with the page's own. */
const LIMIT = 350_000;
const ROOT = "dist/web";

const manifest = JSON.parse(readFileSync(`${ROOT}/.vite/manifest.json`, "utf8"));
const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
const pages = Object.keys(manifest).filter((name) => /^pages\/[^/]+\/[^/]+[.]tsx$/.test(name));

/** The files that are there once a chunk runs: itself and what it imports at once. */
function filesOf(name, found = new Set()) {
  const { file, imports = [] } = manifest[name];
  if (found.has(file)) return found;
  found.add(file);
  for (const other of imports) filesOf(other, found);
  return found;
}

const sizes = new Map();
function gzipped(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(`${ROOT}/${file}`), { level: 9 }).length);
  return sizes.get(file);
}

let isTooLarge = false;
for (const page of [undefined, ...pages]) {
  const files = filesOf(entry);
  if (page !== undefined) filesOf(page, files);
  const bytes = [...files].filter((file) => file.endsWith(".js")).reduce((sum, file) => sum + gzipped(file), 0);
  const name = page === undefined ? "every page" : page.replace(/^pages\/(.+)[.]tsx$/, "$1");
  console.log(`${(bytes / 1000).toFixed(0).padStart(4)} kB  ${name}`);
  if (bytes > LIMIT) isTooLarge = true;
}
if (isTooLarge)
  console.error(
    `More than ${LIMIT / 1000} kB before a page shows something: load what it does not need at once later.`,
  );
process.exit(isTooLarge ? 1 : 0);
