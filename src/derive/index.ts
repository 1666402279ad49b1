/** The door: flows become conversations, rollups and presence. */
export { deriveLake, deriveThen, type DeriveOptions, type DeriveProgress, type DeriveResult } from "./derive-lake.ts";
export { DERIVATION_VERSION } from "./limits.ts";
