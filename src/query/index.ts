/** The door: questions become plans, an engine runs them, and every answer says what it is worth. */
export { answerQuery, type QueryAnswer, type QueryLake } from "./answer-query.ts";
export { arrivalColumns, arrivalsStatement, type ArrivalsRequest } from "./arrivals.ts";
export { Bindings, type BlockTable, type BoundValue } from "./bindings.ts";
export { readCalendar, type Calendar, type CalendarLog } from "./calendar.ts";
export { measureNamed } from "./check-query.ts";
export { groupingOf } from "./dimensions.ts";
export { DuckDbEngine } from "./duckdb-engine.ts";
export type { QueryEngine, Statement } from "./engine.ts";
export { compileFilter, joinedNames, type FilterTarget } from "./filter-sql.ts";
export { NAMES_TABLE, namesJoinSql } from "./named-fields.ts";
export type { Plan } from "./plan.ts";
export type { PlanContext } from "./planned.ts";
export { wholeHours } from "./reads.ts";
export { segmentsInRange } from "./segments.ts";
export type { TableReader } from "./table-reader.ts";
