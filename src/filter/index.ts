export type { Diagnostic } from "./diagnostic.ts";
export { lintFilter, parseFilter, type FilterOptions } from "./parse-filter.ts";
