/** The door: analyses over what was derived. */
export { explainPath } from "./path.ts";
export type { PathAnswer } from "./path-types.ts";
