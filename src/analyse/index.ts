/** The door: analyses over what was derived. */
export { trafficMap, type MapNames, type MapNode, type MapSums, type TrafficMap } from "./map/index.ts";
export { explainPath } from "./path.ts";
export type {
  AddressChanger,
  AddressSpan,
  PathAnswer,
  PathEnd,
  PathOutcome,
  PathQuestion,
  PathSide,
  PathVerdict,
} from "./path-types.ts";
export { checkTrust, type TrustAnswer, type TrustCheck, type TrustLevel } from "./trust/index.ts";
export {
  gradeLogs,
  type GradedLog,
  type GradedQuestion,
  type LogGrade,
  type LogsAnswer,
  type LogsKnown,
} from "./logs/index.ts";
export {
  judgeMigration,
  type ComparedInterface,
  type MigrationAnswer,
  type NsgLog,
  type SideSums,
  type ToldEstate,
} from "./migration/index.ts";
