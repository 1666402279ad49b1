/** What works on filters, as one piece of the page that is loaded when it is needed. */
export { chipsOf, negated, stateOf, type Chip, type FilterState } from "./filter-chips.ts";
export { both } from "./filter-edit.ts";
export { coloured } from "./filter-colours.ts";
export { corrected, mistakesOf, otherWords, withSuggestion, type Mistake } from "./filter-mistakes.ts";
export { entityKindOf } from "./value-fields.ts";
