import { readdirSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CatalogProblem, DerivationTotals, ObjectTotals, TableTotals } from "#catalog/index.js";
import { openCatalogToRead } from "./lake-files.ts";

/** What is in a lake. */
export interface LakeStatus extends ObjectTotals {
  readonly dataDir: string;
  readonly tables: readonly TableTotals[];
  /** Hours of conversations: derived, to be derived, kept as they are. */
  readonly derivation: DerivationTotals;
  /** The newest problems, at most 1,000. */
  readonly problems: readonly CatalogProblem[];
  readonly unknownFields: Readonly<Record<string, number>>;
  /** Bytes of everything in the data folder, and bytes free on its disk. */
  readonly disk: { readonly used: number; readonly free: number };
}

const PROBLEMS = 1000;

/** Reads the catalog, and counts what lies in the data folder. */
export function lakeStatus(dataDir: string): LakeStatus {
  const catalog = openCatalogToRead(dataDir);
  try {
    const { bavail, bsize } = statfsSync(dataDir);
    return {
      dataDir,
      ...catalog.objectTotals(),
      tables: catalog.tableTotals(),
      derivation: catalog.derivationTotals(),
      problems: catalog.problems(PROBLEMS),
      unknownFields: catalog.unknownFields(),
      disk: { used: folderBytes(dataDir), free: bavail * bsize },
    };
  } finally {
    catalog.close();
  }
}

function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    // Others write and delete meanwhile.
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
