/** The door: questions become plans, an engine runs them, and every answer says what it is worth. */
export { readAddressOwners, type AddressOwner } from "./address-owners.ts";
export { isPrivate } from "./address-sets.ts";
export { answerQuery, type QueryAnswer, type QueryLake } from "./answer-query.ts";
export { arrivalColumns, arrivalsStatement, type ArrivalsRequest } from "./arrivals.ts";
export { Bindings, type BlockTable, type BoundValue } from "./bindings.ts";
export { readCalendar, type Calendar, type CalendarLog } from "./calendar.ts";
export { coverageIn } from "./coverage.ts";
export { measureNamed } from "./check-query.ts";
export { groupingOf } from "./dimensions.ts";
export { DuckDbEngine } from "./duckdb-engine.ts";
export type { QueryEngine, Statement } from "./engine.ts";
export {
  findAddresses,
  findIds,
  readObserverPlaces,
  readSightings,
  type ObserverKey,
  type ObserverPlace,
  type Sightings,
} from "./entity-sightings.ts";
export { compileFilter, joinedNames, type FilterTarget } from "./filter-sql.ts";
export { NAMES_TABLE, namesJoinSql } from "./named-fields.ts";
export { hoursOf } from "./narrow.ts";
export type { Plan } from "./plan.ts";
export type { PlanContext } from "./planned.ts";
export { wholeHours } from "./reads.ts";
export { scopeSql } from "./scope-sql.ts";
export { countRows, type RowCounts } from "./rows/row-counts.ts";
export { keyLength, readRowPage, type RowKey, type RowPage } from "./rows/row-page.ts";
export type { RowDataset, RowsLake, RowsQuestion } from "./rows/row-source.ts";
export { segmentsInRange } from "./segments.ts";
export type { TableReader } from "./table-reader.ts";
export { readTraffic, type Traffic, type TrafficEnd, type TrafficPair } from "./traffic-ends.ts";
