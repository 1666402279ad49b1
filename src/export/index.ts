export { eventFormats, eventTables, eventTextOf, type EventFormat, type EventTable } from "./event-formats.ts";
export { writeFileWhole } from "./output-file.ts";
export { cellText, jsonText, textOf, type TextFormat } from "./text-formats.ts";
