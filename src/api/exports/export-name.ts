import type { ExportRequest } from "../contract/index.ts";

/** Microseconds since 1970. */
interface ExportTime {
  readonly from: number;
  readonly to: number;
}

const LONGEST = 120;

/**
 * What a download is called: `weir-conversations-20260303T0000Z-20260304T0000Z.csv`, of an answer with its words. Only letters of
 * a small alphabet come through, so that nothing in it can mean anything to a shell, a browser or a file system.
 */
export function exportName({ dataset, by = [], measures = [], format }: ExportRequest, time: ExportTime): string {
  const isAnswer = by.length + measures.length > 0;
  const what = isAnswer ? [...measures.slice(0, 1), ...(by.length > 0 ? ["by", ...by] : [])] : [];
  const words = ["weir", ...(isAnswer ? [] : [dataset ?? "conversations"]), ...what];
  const name = words.map((word) => word.toLowerCase().replaceAll(/[^a-z0-9_]+/g, "_")).join("-");
  return `${name.slice(0, LONGEST)}-${timeName(time.from)}-${timeName(time.to)}.${format}`;
}

function timeName(micros: number): string {
  return new Date(micros / 1000)
    .toISOString()
    .replace(/:\d\d\.\d{3}Z$/, "Z")
    .replaceAll(/[^0-9TZ]/g, "");
}
