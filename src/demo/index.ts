export { writeBenchObjects } from "./bench/bench-objects.ts";
export type { BenchOptions } from "./bench/bench-types.ts";
export { writeDemoWorld } from "./demo-world.ts";
export type { DemoOptions, DemoTruth } from "./truth.ts";
