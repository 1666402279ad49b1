import { CatalogFiles } from "./catalog-files.ts";
import { openCatalogToRead } from "./open-catalog.ts";
import { warmLake } from "./warm-lake.ts";

export { CatalogFiles } from "./catalog-files.ts";
export { openCatalogToRead } from "./open-catalog.ts";

/** The files and names of a lake as they are now. @throws WeirError `no-lake` */
export function openLakeFiles(dataDir: string): CatalogFiles {
  return warmLake(dataDir)?.files() ?? new CatalogFiles(openCatalogToRead(dataDir));
}
