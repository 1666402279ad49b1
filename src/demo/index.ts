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
