import { existsSync } from "node:fs";
import { join } from "node:path";
import { WeirError } from "#base/errors.js";
import { openCatalog, type Catalog } from "#catalog/index.js";

/** The catalog of a lake, opened for reading. @throws WeirError `no-lake` */
export function openCatalogToRead(dataDir: string): Catalog {
  const path = join(dataDir, "catalog.db");
  if (existsSync(path)) return openCatalog(path, { mode: "read" });
  throw new WeirError({
    code: "no-lake",
    kind: "environment",
    message: "there is no lake here",
    place: dataDir,
    next: "Read logs into it with `weir ingest PATH`.",
  });
}
