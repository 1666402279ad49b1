export { writeBenchObjects } from "./bench/bench-objects.ts";
export type { BenchOptions, BenchTruth } from "./bench/bench-types.ts";
export { writeDemoWorld } from "./demo-world.ts";
export type {
  DemoOptions,
  DemoTruth,
  LogType,
  Provider,
  TruthCounts,
  TruthDay,
  TruthFile,
  TruthHost,
  TruthNetwork,
  TruthPair,
} from "./truth.ts";
