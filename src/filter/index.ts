export { completeFilter, type Completion, type CompletionOption, type ValueSource } from "./complete-filter.ts";
export { conditionParts } from "./condition-parts.ts";
export { adviceOf, type Diagnostic } from "./diagnostic.ts";
export { fieldText } from "./fields.ts";
export { formatFilter, plainText } from "./format-filter.ts";
export { parser as filterParser } from "./grammar-tables.ts";
export { lintFilter, parseFilter, type FilterOptions } from "./parse-filter.ts";
export { parseMeasureCondition } from "./parse-measure.ts";
