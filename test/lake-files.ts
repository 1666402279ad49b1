import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { WeirError } from "../src/base/errors.ts";
import { openCatalog, type Catalog } from "../src/catalog/index.ts";
import { tableNames } from "../src/model/tables.ts";

/** What lies in a data folder that nobody owns: files that no commit lists, and what writers leave. Missing files, too. */
export function strayFiles(dataDir: string): string[] {
  const missing = listedFiles(dataDir).live.filter((path) => !existsSync(join(dataDir, path)));
  const left = ["staging", "tmp", "writers"].flatMap((folder) =>
    contents(join(dataDir, folder)).map((name) => `${folder}/${name}`),
  );
  return [...unlistedFiles(dataDir), ...missing.map((path) => `missing: ${path}`), ...left];
}

/** Segment files that stand in their place although no commit lists them. */
export function unlistedFiles(dataDir: string): string[] {
  const { all } = listedFiles(dataDir);
  return tableNames.flatMap((table) => filesBelow(dataDir, table)).filter((path) => !all.has(path));
}

function listedFiles(dataDir: string): { all: Set<string>; live: string[] } {
  let catalog: Catalog;
  try {
    catalog = openCatalog(join(dataDir, "catalog.db"), { mode: "read" });
  } catch (error) {
    // Not made yet.
    if (error instanceof WeirError && error.code === "no-lake") return { all: new Set(), live: [] };
    throw error;
  }
  const all = catalog.listedPaths();
  const live = tableNames.flatMap((table) => catalog.liveSegments(table).map(({ path }) => path));
  catalog.close();
  return { all, live };
}

/** Files that a writer has written and not published. */
export function stagedFiles(dataDir: string): string[] {
  const staging = join(dataDir, "staging");
  return contents(staging).flatMap((writer) => contents(join(staging, writer)).map((name) => `${writer}/${name}`));
}

function contents(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
}

/** Paths relative to the data folder. */
function filesBelow(dataDir: string, folder: string): string[] {
  return contents(join(dataDir, folder)).flatMap((name) =>
    statSync(join(dataDir, folder, name), { throwIfNoEntry: false })?.isDirectory() === true
      ? filesBelow(dataDir, `${folder}/${name}`)
      : [`${folder}/${name}`],
  );
}
