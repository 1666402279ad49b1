import { z } from "zod";
import { askedTime, coverageSchema, type JsonCell } from "./question.ts";

const cell: z.ZodType<JsonCell> = z.any();

/** Classes of conversations that a first look leaves out; `internet_noise`: unanswered or denied tries from public addresses. */
export const foldClasses = [
  "health_check",
  "platform",
  "stray",
  "encapsulation",
  "translated",
  "internet_noise",
] as const;

/** A page of single conversations or flows, ordered by time. */
export const rowsRequestSchema = z
  .strictObject({
    ...askedTime,
    dataset: z.enum(["conversations", "flows"]),
    filter: z.string().max(20_000).optional(),
    columns: z.array(z.string().max(64)).max(120).optional().describe("Default: those that people look at first."),
    order: z.enum(["newest", "oldest"]).optional().describe("Default newest."),
    fold: z
      .array(z.enum(foldClasses))
      .max(foldClasses.length)
      .optional()
      .describe("Leaves these out, and counts them."),
    cursor: z
      .string()
      .max(500)
      .optional()
      .describe("`next` of the page before; goes on in the same state of the lake."),
    limit: z.int().min(1).max(5000).optional().describe("Default 200."),
  })
  .meta({ id: "RowsRequest" });

export const rowsSchema = z
  .object({
    dataset: z.enum(["conversations", "flows"]),
    columns: z.array(
      z.object({ name: z.string(), type: z.string(), unit: z.string().nullable(), heading: z.string().nullable() }),
    ),
    rows: z.array(z.array(cell)).describe("Values in the order of `columns`."),
    names: z.record(z.string(), z.string()),
    next: z.string().nullable().describe("Cursor of the next page; null after the last."),
    /** Only on the first page. */
    total: z.number().nullable().describe("Rows that match and are not folded."),
    folded: z.record(z.string(), z.number()).describe("Rows that were left out, by class."),
    range: z.object({ from: z.string(), to: z.string() }),
    coverage: coverageSchema.nullable().describe("Only on the first page."),
    elapsed_ms: z.number(),
  })
  .meta({ id: "Rows" });

/** Which records to show: those of one conversation, or those at one end-to-end tuple in a time. */
export const evidenceRequestSchema = z
  .strictObject({
    conversation_id: z.string().max(24).describe("As rows give it."),
    hour: z.string().max(40).describe("`hour` of the row, RFC 3339."),
    limit: z.int().min(1).max(1000).optional().describe("Default 200."),
  })
  .meta({ id: "EvidenceRequest" });

/** A record as the cloud wrote it, and where. */
export const evidenceRecordSchema = z.object({
  flow: z.record(z.string(), cell).describe("The row of `flows`: what the record says, columns with a value."),
  object: z.string().describe("Path or key of the object."),
  position: z.int().describe("Line or record number in the object, from 1."),
  sub_position: z.int().nullable().describe("Number of the tuple in the record."),
  sha256: z.string().nullable().describe("Hash of the object as it was read."),
  text: z.string().nullable().describe("The record's own text; null where the object cannot be read any more."),
  text_state: z
    .enum(["original", "changed", "deleted", "unreadable", "archived_format"])
    .describe(
      "original: read just now, from the same content. changed: the object has other content now. deleted: gone at the source. archived_format: kept in Parquet, shown as the row.",
    ),
});

export const evidenceSchema = z
  .object({
    records: z.array(evidenceRecordSchema),
    more: z.boolean(),
    observations: z.array(z.record(z.string(), cell)).describe("What each observer saw of it in that hour."),
    /** Flows are deleted after their retention; the conversation stays. */
    flows_kept_since: z.string().nullable(),
  })
  .meta({ id: "Evidence" });

export type RowsRequest = z.input<typeof rowsRequestSchema>;
export type RowsJson = z.output<typeof rowsSchema>;
export type EvidenceRequest = z.input<typeof evidenceRequestSchema>;
export type EvidenceJson = z.output<typeof evidenceSchema>;
export type EvidenceRecord = z.output<typeof evidenceRecordSchema>;
