export { cellText, jsonText, textOf, type TextFormat } from "./text-formats.ts";
