/** The door: what a person sets in `weir.yaml`. */
export { defaultConfig, findConfig, readConfig } from "./read-config.ts";
export type { WeirConfig } from "./schema.ts";
