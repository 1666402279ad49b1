/** The door: analyses over what was derived. */
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
