export { answerJson, answerRows, columnJson, coverageJson, rangeJson } from "./answer-json.ts";
export { eventFormats, eventTables, eventTextOf, type EventFormat, type EventTable } from "./event-formats.ts";
export { logsJson, migrationJson } from "./logs-json.ts";
export { mapJson, type ReadMap } from "./map-json.ts";
export { writeFileWhole } from "./output-file.ts";
export { cellText, jsonText, textOf, type TextFormat } from "./text-formats.ts";
export { pathJson } from "./path-json.ts";
