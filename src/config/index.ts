/** The door: what a person sets in `weir.yaml`. */
export { addSources, removeSource, sourcesYaml, writeConfig, type SourceDraft } from "./edit-config.ts";
export { configPath, defaultConfig, findConfig, parseConfig, readConfig } from "./read-config.ts";
export type { WeirConfig } from "./schema.ts";
