/** The door: flows become conversations, rollups and presence. */
export { deriveLake, type DeriveOptions, type DeriveResult } from "./derive-lake.ts";
export type { DeriveProgress } from "./derive-run.ts";
export { DERIVATION_VERSION } from "./limits.ts";
export { deriveThen } from "./derive-then.ts";
