/** The door: analyses over what was derived. */
export { explainPath, type PathAnswer, type PathQuestion, type PathRecord, type PathVerdict } from "./path.ts";
