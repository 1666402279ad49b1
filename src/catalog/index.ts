export { Catalog, openCatalog, type CatalogSnapshot, type MicrosRange } from "./catalog.ts";
export { holdLock } from "./database.ts";
export type { CatalogProblem, ObjectTotals } from "./totals.ts";
export type * from "./types.ts";
